#include "postgresql/scratch.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/server.hpp"

#include <schemist/error.hpp>

#include <chrono>
#include <random>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace schemist::postgresql {
namespace {

constexpr std::string_view name_prefix = "schemist_scratch_";

std::string new_name() {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    return fmt::format("{}{}_{:08x}", name_prefix, seconds.count(), std::random_device{}());
}

// The same connection string with another database.
std::string with_database(const std::string& url, const std::string& database) {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), &message), &PQconninfoFree);
    PQfreemem(message);
    if (options == nullptr) {
        throw Error("not a PostgreSQL URL")
            .at("scratch server")
            .hint("write [scratch] postgresql as postgresql://user:password@host:5432/postgres")
            .exit_code(ExitCode::configuration);
    }
    std::string conninfo;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        const std::string value = std::string_view(option->keyword) == "dbname" ? database
                                  : option->val == nullptr                      ? std::string()
                                                                                : std::string(option->val);
        if (value.empty()) {
            continue;
        }
        conninfo += fmt::format("{}{}='", conninfo.empty() ? "" : " ", option->keyword);
        for (const char letter : value) {
            if (letter == '\'' || letter == '\\') {
                conninfo += '\\';
            }
            conninfo += letter;
        }
        conninfo += '\'';
    }
    return conninfo;
}

// A database that has subscriptions cannot be dropped. Those in scratch have no slot anywhere.
constexpr std::string_view drop_subscriptions = R"(
    DO $$ DECLARE subscription text; BEGIN
        FOR subscription IN SELECT quote_ident(s.subname) FROM pg_subscription s
            WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
        LOOP
            EXECUTE format('ALTER SUBSCRIPTION %s DISABLE', subscription);
            EXECUTE format('ALTER SUBSCRIPTION %s SET (slot_name = NONE)', subscription);
            EXECUTE format('DROP SUBSCRIPTION %s', subscription);
        END LOOP;
    END $$)";

void drop_database(schemist::Connection& server, const std::string& url, const std::string& name) {
    constexpr std::string_view object_in_use = "55006";
    const std::string statement = fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name);
    try {
        server.run_script(statement);
    } catch (const Error& error) {
        if (error.sqlstate() != object_in_use) {
            throw;
        }
        Connection::open(with_database(url, name))->run_script(drop_subscriptions);
        server.run_script(statement);
    }
}

class TemporaryDatabase final : public Scratch {
  public:
    TemporaryDatabase(std::unique_ptr<schemist::Connection> server, const std::string& url)
        : server_(std::move(server)), url_(url), name_(new_name()) {
        server_->run_script(fmt::format("CREATE DATABASE {} TEMPLATE template0", name_));
        try {
            connection_ = Connection::open(with_database(url, name_));
        } catch (...) {
            drop();
            throw;
        }
    }

    ~TemporaryDatabase() override {
        connection_.reset();
        drop();
    }

    schemist::Connection& connection() override { return *connection_; }

  private:
    void drop() noexcept {
        try {
            drop_database(*server_, url_, name_);
        } catch (const std::exception&) {
            // The server is gone; the next scratch database removes this one.
        }
    }

    std::unique_ptr<schemist::Connection> server_;
    std::string url_;
    std::string name_;
    std::unique_ptr<schemist::Connection> connection_;
};

// Of this user, a quarter of an hour old by their name, and nobody connected: left behind by a program that
// was killed.
void drop_stale_databases(schemist::Connection& server, const std::string& url) {
    const Rows stale = server.query(
        "SELECT d.datname FROM pg_catalog.pg_database d "
        "WHERE d.datname ~ '^schemist_scratch_[0-9]+_[0-9a-f]+$' "
        "AND split_part(d.datname, '_', 3)::bigint < extract(epoch FROM now()) - 900 "
        "AND pg_catalog.pg_get_userbyid(d.datdba) = current_user "
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)");
    for (std::size_t row = 0; row < stale.size(); ++row) {
        try {
            drop_database(server, url, stale.text(row, 0));
        } catch (const Error&) {
            // Somebody else removed it at the same moment.
        }
    }
}

}  // namespace

ScratchServer::ScratchServer(std::string url) : url_(std::move(url)) {}

ScratchServer::~ScratchServer() = default;

std::unique_ptr<Scratch> ScratchServer::make() {
    if (url_.empty()) {
        private_server_ = std::make_unique<PrivateServer>();
        url_ = private_server_->url();
    }
    auto server = Connection::open(url_);
    if (private_server_ == nullptr) {
        drop_stale_databases(*server, url_);
    }
    return std::make_unique<TemporaryDatabase>(std::move(server), url_);
}

}  // namespace schemist::postgresql
