#include "config/connect.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "postgresql/failure.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/dialect.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <random>

#include <fmt/format.h>

namespace schemist {

namespace {

using Clock = std::chrono::steady_clock;
using postgresql::FailureClass;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{250};
constexpr milliseconds first_pause_for_proxy{1000};
constexpr milliseconds longest_pause{5000};
constexpr int attempts_when_ambiguous = 3;
// Neon's proxy gives its own errors no other SQLSTATE; it asks for patience.
constexpr std::string_view proxy_error = "XX000";

std::string in_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string seconds(milliseconds duration) {
    return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000);
}

void sleep(milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock guard(mutex);
    std::condition_variable_any never;
    never.wait_for(guard, stop, duration, [] { return false; });
    if (stop.stop_requested()) {
        throw Error("stopped on request while connecting")
            .state("nothing was changed")
            .exit_code(ExitCode::interrupted);
    }
}

// One way to a PostgreSQL server, tried until the deadline.
class Attempts {
  public:
    explicit Attempts(const ConnectSettings& settings)
        : settings_(settings), start_(Clock::now()), random_(std::random_device{}()) {}

    std::unique_ptr<Connection> to(const Url& url) {
        for (int attempt = 1;; ++attempt) {
            try {
                return postgresql::Connection::open(url.conninfo(), {left(), settings_.stop});
            } catch (const Error& error) {
                if (!may_pass(error, attempt)) {
                    throw at_the_end(error, url, attempt);
                }
                pause(error, attempt);
            }
        }
    }

  private:
    milliseconds left() const {
        const auto spent = std::chrono::duration_cast<milliseconds>(Clock::now() - start_);
        return settings_.deadline.count() == 0 ? milliseconds(0)
                                               : std::max(milliseconds(1), settings_.deadline - spent);
    }

    bool may_pass(const Error& error, int attempt) const {
        const FailureClass failure = postgresql::classify(error);
        const bool passes = failure == FailureClass::connect_transient ||
                            (failure == FailureClass::connect_ambiguous && attempt < attempts_when_ambiguous);
        return passes && left() > first_pause;
    }

    Error at_the_end(const Error& error, const Url& url, int attempts) const {
        Error result = error;
        if (error.where().empty()) {
            result.at(url.masked());
        }
        if (attempts > 1) {
            result.state(
                fmt::format("nothing was changed; {} attempts in {}", attempts,
                            seconds(std::chrono::duration_cast<milliseconds>(Clock::now() - start_))));
        }
        return result;
    }

    void pause(const Error& error, int attempt) {
        milliseconds pause = error.sqlstate() == proxy_error ? first_pause_for_proxy : first_pause;
        for (int i = 1; i < attempt && pause < longest_pause; ++i) {
            pause *= 2;
        }
        // Half of it by chance, so that many that wait do not come at once.
        const auto half = std::min(pause, longest_pause).count() / 2;
        std::uniform_int_distribution<milliseconds::rep> by_chance(0, half);
        pause = std::min(milliseconds(half + by_chance(random_)), left());
        if (settings_.reporter != nullptr) {
            settings_.reporter->info(fmt::format(
                "attempt {} failed: {}{}; next in {} ({} left)", attempt, in_one_line(error.what_failed()),
                error.sqlstate().empty() ? std::string{} : fmt::format(" (SQLSTATE {})", error.sqlstate()),
                seconds(pause), seconds(left())));
        }
        sleep(pause, settings_.stop);
    }

    const ConnectSettings& settings_;
    Clock::time_point start_;
    std::minstd_rand random_;
};

std::unique_ptr<Connection> connect_for_migration(const Url& url, const ConnectSettings& settings) {
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
                            in_one_line(error.what_failed())));
        }
        Url pooler = direct;
        pooler.host = pooled;
        return attempts.to(pooler);
    }
}

// An older libpq does not know "system", and looks for a file in the home folder where nothing is said; Debian keeps the
// public authorities here.
Url with_authorities(Url url) {
    constexpr const char* bundle = "/etc/ssl/certs/ca-certificates.crt";
    constexpr int knows_system = 160000;
    const auto find = [&](std::string_view name) {
        return std::ranges::find(url.parameters, name, [](const auto& parameter) { return parameter.first; });
    };
    const auto authorities = find("sslrootcert");
    const auto mode = find("sslmode");
    const bool neon = url.host.ends_with(".neon.tech");
    if (postgresql::client_version() >= knows_system || !std::filesystem::exists(bundle)) {
        return url;
    }
    if (authorities != url.parameters.end()) {
        authorities->second = authorities->second == "system" ? bundle : authorities->second;
    } else if (neon && mode != url.parameters.end() && mode->second.starts_with("verify-")) {
        url.parameters.emplace_back("sslrootcert", bundle);
    }
    return url;
}

void refuse_read_only(const Connection& connection, const Url& url) {
    const auto* native = dynamic_cast<const postgresql::Connection*>(&connection);
    const std::string reason = native == nullptr ? std::string{} : native->read_only_reason();
    if (!reason.empty()) {
        throw Error("nothing can be migrated here: " + reason)
            .at(url.masked())
            .state("nothing was changed")
            .hint("let the URL name the primary")
            .exit_code(ExitCode::configuration);
    }
}

}  // namespace

std::unique_ptr<Connection> connect(const Url& url, const ConnectSettings& settings) {
    const bool migration = settings.purpose == ConnectionPurpose::migration;
    if (url.dialect == DialectName::sqlite) {
        sqlite::Options options;
        options.foreign_keys = !migration;
        return sqlite::Connection::open(url.database, options);
    }
    const Url complete = with_authorities(url);
    if (!migration) {
        return Attempts(settings).to(complete);
    }
    std::unique_ptr<Connection> connection = connect_for_migration(complete, settings);
    refuse_read_only(*connection, url);
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

const Dialect& dialect_of(const Url& url) {
    return dialect_of(url.dialect);
}

}  // namespace schemist
