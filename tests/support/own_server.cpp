#include "support/own_server.hpp"

#include "postgresql/connection.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace schemist::test {

namespace files = std::filesystem;

namespace {

const std::vector<std::string>& common_settings() {
    static const std::vector<std::string> settings{"fsync=off",
                                                   "synchronous_commit=off",
                                                   "full_page_writes=off",
                                                   "shared_buffers=16MB",
                                                   "max_wal_size=64MB",
                                                   "min_wal_size=2MB",
                                                   "wal_keep_size=0",
                                                   "max_connections=60",
                                                   "password_encryption=scram-sha-256",
                                                   "jit=off",
                                                   "autovacuum=off",
                                                   "log_line_prefix=%m [%p] %a "};
    return settings;
}

files::path program(const std::string& name) {
    const char* folder = std::getenv("SCHEMIST_TEST_POSTGRESQL_BIN");
    if (folder == nullptr) {
        throw Error("SCHEMIST_TEST_POSTGRESQL_BIN is not set")
            .hint("run the tests under tests/with-postgresql");
    }
    return files::path(folder) / name;
}

Command as_server_user(std::vector<std::string> arguments, const files::path& folder) {
    return {std::move(arguments), folder, {{"HOME", folder.string()}}, true, {}, {}, {}};
}

std::vector<std::string> server_command(const files::path& folder, int port,
                                        const OwnServer::Options& options) {
    std::vector<std::string> arguments{program("postgres").string()};
    arguments.insert(arguments.end(), {"-D", (folder / "data").string(), "-p", std::to_string(port), "-k",
                                       folder.string(), "-h", "127.0.0.1"});
    const auto add = [&](const std::string& setting) {
        arguments.push_back("-c");
        arguments.push_back(setting);
    };
    for (const std::string& setting : common_settings()) {
        add(setting);
    }
    add("unix_socket_permissions=0777");
    if (options.tls) {
        add("ssl=on");
        add("ssl_cert_file=" + (folder / "server.crt").string());
        add("ssl_key_file=" + (folder / "server.key").string());
    }
    for (const std::string& setting : options.settings) {
        add(setting);
    }
    return arguments;
}

void write(const files::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

// Roles and database are made by the server alone, without starting it for others.
void make_template(const files::path& folder) {
    const files::path data = folder / "data";
    run_command(as_server_user(
        {program("initdb").string(), "-D", data.string(), "-U", "schemist", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync", "--no-instructions", "--wal-segsize=1"},
        folder));
    write(data / "pg_hba.conf",
          "local all schemist trust\n"
          "local replication schemist trust\n"
          "local all all scram-sha-256\n"
          "host all all 127.0.0.1/32 scram-sha-256\n");
    const auto single = [&](const std::string& database, const std::string& sql) {
        const std::string script = fmt::format(
            "printf '%s' \"$2\" | \"$1\" --single -c fsync=off -c "
            "password_encryption=scram-sha-256 -D {} {} >/dev/null",
            data.string(), database);
        run_command(
            as_server_user({"/bin/sh", "-c", script, "sh", program("postgres").string(), sql}, folder));
    };
    single("postgres", fmt::format("CREATE ROLE migrator LOGIN PASSWORD '{}'\nCREATE DATABASE app OWNER "
                                   "migrator TEMPLATE template0\n",
                                   password));
    single("app", "ALTER SCHEMA public OWNER TO migrator\n");
}

// Every test is a process of its own, and initdb takes as long as many of them; so the first one makes the
// template, beside the server of tests/with-postgresql, which removes it at the end.
files::path template_folder() {
    const std::string url = postgresql_server();
    const std::size_t host = url.find("host=");
    if (host == std::string::npos) {
        throw Error("SCHEMIST_TEST_POSTGRESQL names no socket folder")
            .hint("run the tests under tests/with-postgresql");
    }
    const files::path shared = url.substr(host + 5, url.find('&', host) - host - 5);
    const files::path made = shared / "template";
    const int lock = open((shared / "template.lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        throw Error("the template of the test servers cannot be locked");
    }
    if (!files::exists(made)) {
        const files::path begun = shared / "template.begun";
        files::remove_all(begun);
        run_command(as_server_user({"/bin/mkdir", begun.string()}, shared));
        make_template(begun);
        files::rename(begun, made);
    }
    close(lock);
    return made;
}

void make_certificate(const files::path& folder) {
    const std::string script =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "
        "/CN=localhost "
        "-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout server.key -out server.crt && chmod 600 "
        "server.key && chmod 644 server.crt";
    run_command(as_server_user({"/bin/sh", "-c", script}, folder));
}

}  // namespace

OwnServer::OwnServer(Empty) : folder_(true), port_(free_port()) {}

OwnServer::OwnServer(const Options& options) : folder_(true), options_(options), port_(free_port()) {
    const files::path made = template_folder();
    run_command(as_server_user({"/bin/cp", "-a", "--reflink=auto", (made / "data").string(), "data"},
                               folder_.path()));
    if (options_.tls) {
        make_certificate(folder_.path());
    }
    if (options_.small_disk) {
        run_command(as_server_user({"/bin/mkdir", small().string()}, folder_.path()));
    }
    if (options_.start) {
        start();
    }
}

OwnServer::~OwnServer() {
    if (server_ && server_->running()) {
        server_->signal(SIGQUIT);
        try {
            server_->wait(std::chrono::seconds(10));
        } catch (const std::exception&) {  // its destructor kills it
        }
    }
}

std::string OwnServer::url(std::string_view parameters) const {
    return url(port_, parameters);
}

std::string OwnServer::url(int other_port, std::string_view parameters, std::string_view database) const {
    return fmt::format("postgresql://migrator:{}@127.0.0.1:{}/{}{}{}", encoded_password, other_port, database,
                       parameters.empty() ? "" : "?", parameters);
}

std::string OwnServer::superuser_url(std::string_view database) const {
    return fmt::format("postgresql://schemist@/{}?host={}&port={}", database, folder_.path().string(), port_);
}

std::unique_ptr<postgresql::Connection> OwnServer::connect(std::string_view database) const {
    return postgresql::Connection::open(superuser_url(database));
}

void OwnServer::run(std::string_view sql) const {
    connect()->run_script(sql);
}

std::string OwnServer::value(std::string_view sql) const {
    const Rows rows = connect()->run_script(sql);
    return rows.empty() ? std::string{} : rows.text(0, 0);
}

void OwnServer::wait_until_true(const std::string& sql, std::chrono::milliseconds longest) const {
    const auto observer = connect();
    const auto holds = [&] {
        const Rows rows = observer->run_script(sql);
        return !rows.empty() && rows.text(0, 0) == "t";
    };
    try {
        wait_until(sql, holds, longest);
    } catch (const Error& error) {
        const Rows rows = observer->run_script(
            "SELECT pid || ' ' || application_name || ' ' || coalesce(state, '') || ' ' || "
            "coalesce(wait_event, '') || ' ' || left(query, 100) FROM pg_stat_activity WHERE datname = "
            "'app'");
        std::string text = error.what();
        for (std::size_t row = 0; row < rows.size(); ++row) {
            text += "\n  " + rows.text(row, 0);
        }
        throw Error(text);
    }
}

void OwnServer::terminate_others(std::string_view condition) const {
    run(fmt::format(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {}",
        condition));
}

void OwnServer::start() {
    for (int attempt = 1;; ++attempt) {
        server_.reset();
        server_.emplace(Command{server_command(folder_.path(), port_, options_),
                                folder_.path(),
                                {{"HOME", folder_.path().string()}},
                                true,
                                folder_.path() / "log",
                                options_.network,
                                options_.small_disk ? small() : files::path()});
        bool answers = false;
        wait_until("the test server to start", [&] {
            try {
                answers = server_->running() && connect("postgres") != nullptr;
            } catch (const Error&) {
                answers = false;
            }
            return answers || !server_->running();
        });
        if (answers) {
            return;
        }
        if (attempt == 3) {
            throw Error("the test server did not start:\n" + log());
        }
        port_ = free_port();
    }
}

void OwnServer::stop(Stop how) {
    server_->signal(how == Stop::fast ? SIGINT : SIGQUIT);
    server_->wait();
}

void OwnServer::restart(Stop how) {
    stop(how);
    start();
}

std::string OwnServer::log() const {
    return text_of(folder_.path() / "log");
}

std::unique_ptr<OwnServer> OwnServer::standby() const {
    std::unique_ptr<OwnServer> replica(new OwnServer(Empty{}));
    const files::path folder = replica->folder_.path();
    run_command(as_server_user(
        {program("pg_basebackup").string(), "-D", (folder / "data").string(), "-R", "-X", "stream", "-c",
         "fast", "--no-sync", "-h", folder_.path().string(), "-p", std::to_string(port_), "-U", "schemist"},
        folder));
    replica->start();
    return replica;
}

}  // namespace schemist::test
