#include "config/connect.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "postgresql/failure.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/dialect.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <random>

#include <fmt/format.h>

namespace schemist {

namespace {

using Clock = std::chrono::steady_clock;
using postgresql::FailureClass;
using std::chrono::milliseconds;

// A service is there within a second of its database, however long that was away.
constexpr milliseconds first_pause{250};
constexpr milliseconds longest_pause{500};
constexpr milliseconds first_pause_for_proxy{1000};
constexpr milliseconds longest_pause_for_proxy{5000};
constexpr milliseconds shortest_attempt{1000};
constexpr int attempts_when_ambiguous = 3;
// Neon's proxy gives its own errors no other SQLSTATE; it asks for patience.
constexpr std::string_view proxy_error = "XX000";

std::string seconds(milliseconds duration) {
    return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000);
}

void sleep(milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock guard(mutex);
    std::condition_variable_any never;
    never.wait_for(guard, stop, duration, [] { return false; });
    if (stop.stop_requested()) {
        throw postgresql::stopped_while_connecting();
    }
}

// Attempts to connect to PostgreSQL, until the deadline.
class Attempts {
  public:
    explicit Attempts(const ConnectSettings& settings)
        : settings_(settings), start_(Clock::now()), random_(std::random_device{}()) {}

    std::unique_ptr<Connection> to(const Url& url) {
        bool is_last = settings_.deadline.count() == 0;
        for (int attempt = 1;; ++attempt) {
            try {
                return postgresql::Connection::open(
                    url.conninfo(),
                    {longest(), settings_.stop, url.way, [this](const std::string& text) { tell(text); }});
            } catch (const Error& error) {
                const Url named = with_endpoint(url);
                if (postgresql::misses_endpoint(error) && named.parameters != url.parameters) {
                    tell(
                        fmt::format("TLS did not carry the name of {} (no SNI); naming its endpoint in the "
                                    "startup options",
                                    url.host));
                    return to(named);
                }
                if (is_last || !may_pass(error, attempt)) {
                    throw at_the_end(error, url, attempt);
                }
                const milliseconds latest = time_for_last();
                const milliseconds pause = std::min(pause_after(error, attempt), latest);
                is_last = pause == latest;
                report(error, attempt, pause);
                sleep(pause, settings_.stop);
            }
        }
    }

  private:
    milliseconds spent() const { return std::chrono::duration_cast<milliseconds>(Clock::now() - start_); }
    milliseconds left() const { return std::max(milliseconds(0), settings_.deadline - spent()); }
    milliseconds longest() const {
        return settings_.deadline.count() == 0 ? milliseconds(0) : std::max(shortest_attempt, left());
    }
    // The last attempt begins shortly before the deadline, and may take longer than what is left.
    milliseconds time_for_last() const {
        return std::max(milliseconds(0), left() - std::min(shortest_attempt, settings_.deadline / 10));
    }

    static bool may_pass(const Error& error, int attempt) {
        const FailureClass failure = postgresql::classify(error);
        return failure == FailureClass::connect_transient ||
               (failure == FailureClass::connect_ambiguous && attempt < attempts_when_ambiguous);
    }

    Error at_the_end(const Error& error, const Url& url, int attempts) const {
        Error result = error;
        if (error.where().empty()) {
            result.at(url.masked());
        }
        if (attempts > 1) {
            result.state(fmt::format("nothing was changed; {} attempts in {}", attempts, seconds(spent())));
        }
        return result;
    }

    void tell(const std::string& text) const {
        if (settings_.reporter != nullptr) {
            settings_.reporter->info(text);
        }
    }

    milliseconds pause_after(const Error& error, int attempt) {
        std::uniform_real_distribution<double> by_chance(0, 1);
        return pause_between_attempts(error.sqlstate() == proxy_error, attempt, by_chance(random_));
    }

    void report(const Error& error, int attempt, milliseconds pause) const {
        tell(fmt::format("attempt {} failed: {}; next in {} ({} left)", attempt, postgresql::reason_of(error),
                         seconds(pause), seconds(left())));
    }

    const ConnectSettings& settings_;
    Clock::time_point start_;
    std::minstd_rand random_;
};

std::unique_ptr<Connection> connect_past_pooler(const Url& url, const ConnectSettings& settings) {
    const Url direct = for_migrations(url, environment_of_process());
    Attempts attempts(settings);
    try {
        return attempts.to(direct);
    } catch (const Error& error) {
        const std::string pooled = direct.pooled_host;
        if (pooled.empty() || error.exit_code() != ExitCode::configuration) {
            throw;
        }
        if (settings.reporter != nullptr) {
            settings.reporter->info(
                fmt::format("{} does not admit this connection ({}); going through its pooler", direct.host,
                            postgresql::reason_of(error)));
        }
        Url pooler = direct;
        pooler.host = pooled;
        return attempts.to(pooler);
    }
}

// Debian keeps the public authorities here.
SystemAuthorities system_authorities() {
    constexpr const char* bundle = "/etc/ssl/certs/ca-certificates.crt";
    constexpr int knows_system = 160000;
    SystemAuthorities result;
    result.libpq_knows_them = postgresql::client_version() >= knows_system;
    result.file = std::filesystem::exists(bundle) ? bundle : "";
    result.others_are_set = std::getenv("PGSSLROOTCERT") != nullptr;
    return result;
}

void refuse_read_only(Connection& connection, const Url& url) {
    auto* const native = dynamic_cast<postgresql::Connection*>(&connection);
    const std::string reason = native == nullptr ? std::string{} : native->read_only_reason();
    if (!reason.empty()) {
        throw Error("nothing can be migrated here: " + reason)
            .at(url.masked())
            .state("nothing was changed")
            .hint(
                "let the URL name the primary, or take default_transaction_read_only back (ALTER DATABASE, "
                "ALTER ROLE)")
            .exit_code(ExitCode::configuration);
    }
}

}  // namespace

milliseconds pause_between_attempts(bool is_slow, int attempt, double chance) {
    const milliseconds longest = is_slow ? longest_pause_for_proxy : longest_pause;
    milliseconds pause = is_slow ? first_pause_for_proxy : first_pause;
    for (int i = 1; i < attempt && pause < longest; ++i) {
        pause *= 2;
    }
    pause = std::min(pause, longest);
    // Up to half as much again, so that many that wait do not come at once.
    return pause + std::chrono::duration_cast<milliseconds>(pause * chance / 2);
}

std::unique_ptr<Connection> connect(const Url& url, const ConnectSettings& settings) {
    const bool is_application = settings.purpose == ConnectionPurpose::application;
    if (url.dialect == DialectName::sqlite) {
        sqlite::Options options;
        options.foreign_keys = is_application;
        return sqlite::Connection::open(url.database, options);
    }
    const Url complete = with_authorities(url, system_authorities());
    if (is_application) {
        return Attempts(settings).to(complete);
    }
    std::unique_ptr<Connection> connection = connect_past_pooler(complete, settings);
    if (settings.purpose == ConnectionPurpose::migration) {
        refuse_read_only(*connection, url);
    }
    return connection;
}

std::unique_ptr<Connection> connect(const Url& url, ConnectionPurpose purpose) {
    ConnectSettings settings;
    settings.purpose = purpose;
    return connect(url, settings);
}

const Dialect& dialect_of(DialectName name) {
    return name == DialectName::postgresql ? postgresql::dialect() : sqlite::dialect();
}

std::unique_ptr<Dialect> make_dialect(DialectName name, const Selection& selection) {
    return name == DialectName::postgresql ? postgresql::dialect(selection) : sqlite::dialect(selection);
}

const Dialect& dialect_of(const Url& url) {
    return dialect_of(url.dialect);
}

}  // namespace schemist
