#include "support/pgbouncer.hpp"

#include "postgresql/connection.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

namespace schemist::test {

namespace files = std::filesystem;

namespace {

std::string program() {
    for (const char* path : {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"}) {
        if (files::exists(path)) {
            return path;
        }
    }
    throw Error("pgbouncer is not installed").hint("packaging/install-packages test");
}

}  // namespace

PgBouncer::PgBouncer(const OwnServer& server, std::map<std::string, std::string> settings, int server_port)
    : server_(server),
      settings_{{"pool_mode", "transaction"},
                {"server_round_robin", "1"},
                {"ignore_startup_parameters", "extra_float_digits"},
                {"default_pool_size", "20"},
                {"max_client_conn", "200"},
                {"server_login_retry", "1"},
                {"auth_type", "scram-sha-256"},
                {"listen_addr", "127.0.0.1"},
                {"unix_socket_dir", ""},
                {"admin_users", "migrator"}},
      folder_(true),
      server_port_(server_port == 0 ? server.port() : server_port),
      port_(free_port()) {
    for (auto& [name, value] : settings) {
        settings_[name] = value;
    }
    start();
}

std::string PgBouncer::url(std::string_view parameters, std::string_view database) const {
    return server_.url(port_, parameters, database);
}

void PgBouncer::start() {
    const files::path users = folder_.path() / "users.txt";
    std::ofstream(users) << fmt::format("\"migrator\" \"{}\"\n", password);
    std::string text = fmt::format("[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\n", server_port_);
    for (const auto& [name, value] : settings_) {
        text += fmt::format("{} = {}\n", name, value);
    }
    text += fmt::format("listen_port = {}\nauth_file = {}\n", port_, users.string());
    const files::path file = folder_.path() / "pgbouncer.ini";
    std::ofstream(file) << text;
    process_.reset();
    process_.emplace(
        Command{{program(), file.string()}, folder_.path(), {}, true, folder_.path() / "log", {}, {}});
    wait_until("pgbouncer to start", [&] {
        if (!process_->running()) {
            throw Error("pgbouncer did not start:\n" + log());
        }
        return log().find("process up") != std::string::npos;
    });
}

std::string PgBouncer::log() const {
    return text_of(folder_.path() / "log");
}

}  // namespace schemist::test
