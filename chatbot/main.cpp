// The chatbot's program: arguments, signals, and what a person sees.
#include "application.hpp"
#include "health_check.hpp"
#include "log.hpp"
#include "settings.hpp"
#include "stop_signals.hpp"
#include "token.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>

namespace {

constexpr std::string_view help =
    R"(Usage: chatbot [--migrate-only | --token USER [HOURS] | --health | --help | --version]

Brings its database up to date and serves the chat page and its API over HTTP until SIGINT or SIGTERM, which let the
running requests end. Then the exit status is 0. A signal that comes before it is ready stops the migration, and the status is
128 and the signal's number, as it is when requests run for longer than CHAT_SHUTDOWN_LIMIT; a second signal ends the
program at once. When it cannot start, the status says why: 2 configuration, 3 database unreachable, 4 lock, 5 migration
failed and rolled back, 6 migration needs attention, 7 the database does not match the revisions, 8 something is pending
and was only to be looked at, 9 the database is newer than the program.

  --migrate-only   migrate, and end
  --token USER     print a token for the user with this number, valid for 24 or so many HOURS
  --health         ask the chatbot that listens on PORT here how it is: status 0 when it is well, 1 when it is not

Environment:
  DATABASE_URL      postgresql://... or sqlite:///file.db; without it sqlite:///schemist.db
  HOST, PORT        where to listen, 127.0.0.1 (in a Space and in Kubernetes 0.0.0.0) and 7860 without them; port 0
                    takes any free one
  CHAT_TOKEN_SECRET the secret that users' tokens are signed with, 32 characters or more
  CHAT_AUTH         token, or development: then whoever asks says which user he is
  MIGRATIONS_TOKEN  a secret: who bears it may POST /api/migrations/run; without it nobody may
  METRICS_TOKEN     a secret: who bears it may read /metrics; without it everybody may
  CHAT_API_URL, CHAT_API_KEY, CHAT_MODEL
                    an OpenAI-compatible endpoint that answers; without them the answers are built in
  CHAT_LOG          text or json
  CHAT_API_TIMEOUT, CHAT_SYSTEM_PROMPT, CHAT_DATABASE_CONNECTIONS, CHAT_DATABASE_PATIENCE, CHAT_CONCURRENT_REQUESTS,
  CHAT_REQUESTS_PER_MINUTE, CHAT_BEHIND_PROXY, CHAT_STARTUP_LIMIT, CHAT_SHUTDOWN_DELAY, CHAT_SHUTDOWN_LIMIT
  SCHEMIST_MIGRATE_ON_START, SCHEMIST_MIGRATE_ON_FAILURE and the other settings of Schemist
)";

class LogReporter : public schemist::Reporter {
  public:
    explicit LogReporter(chat::Log& log) : log_(log) {}
    void info(std::string_view text) override { log_.info(event("migration"), text); }
    void warning(std::string_view text) override { log_.warning(text); }

  private:
    // People read such lines below the one that they belong to.
    std::string_view event(std::string_view name) const {
        return log_.format() == chat::Log::Format::json ? name : std::string_view();
    }
    chat::Log& log_;
};

void show(chat::Log& log, const schemist::MigrationReport& report) {
    if (!report.failure.empty()) {
        log.info("migrated", "no, as the warning says");
        return;
    }
    log.info("database", report.url + (report.url_source.empty() ? "" : " (" + report.url_source + ")"));
    for (const auto& revision : report.applied) {
        log.info(log.format() == chat::Log::Format::json ? "revision" : "",
                 fmt::format("{}  {}  ({} ms)", revision.id, revision.message, revision.duration.count()));
    }
    if (!report.adopted.empty()) {
        log.info("adopted", fmt::format("{}: the database had it already", fmt::join(report.adopted, ", ")));
    }
    if (!report.pending.empty()) {
        log.info("pending", fmt::format("{}", fmt::join(report.pending, ", ")));
    }
    log.info("migrated",
             fmt::format("{} in {} ms",
                         report.applied.empty()       ? "nothing to do"
                         : report.applied.size() == 1 ? "1 revision"
                                                      : fmt::format("{} revisions", report.applied.size()),
                         report.duration.count()));
}

schemist::MigrateOptions migration(const chat::Settings& settings, schemist::Reporter& reporter) {
    schemist::MigrateOptions options = chat::compiled_in_migration();
    options.reporter = &reporter;
    if (settings.connect_deadline.count() > 0) {
        options.connect_deadline = settings.connect_deadline;
    }
    if (settings.lock_wait.count() > 0) {
        options.lock_wait = settings.lock_wait;
    }
    return options;
}

chat::Log::Format format_of(const chat::Settings& settings) {
    return settings.json_log ? chat::Log::Format::json : chat::Log::Format::text;
}

// Warns when most of the time is over that a platform gives a program to become ready, until it is destroyed.
std::jthread warning_before(std::chrono::seconds limit, chat::Log& log) {
    return std::jthread([limit, &log](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        if (!stopped.wait_for(lock, stop, limit * 4 / 5, [] { return false; }) && !stop.stop_requested()) {
            log.warning(
                fmt::format("not ready yet, and most of CHAT_STARTUP_LIMIT ({} s) is over; when the platform "
                            "ends this start, the next one goes on where it was",
                            limit.count()));
        }
    });
}

// Lets the running requests end. The status of the program.
int drain(const chat::Settings& settings, chat::Application& application, int signal_status, chat::Log& log) {
    if (settings.shutdown_delay.count() > 0) {
        log.info("stopping", fmt::format("in {} s; until then new requests are answered, and /ready says no",
                                         settings.shutdown_delay.count()));
        std::this_thread::sleep_for(settings.shutdown_delay);
    }
    log.info("stopping", "when the running requests are answered");
    if (!application.stop(settings.shutdown_limit)) {
        log.error(
            fmt::format("{} requests were not answered within CHAT_SHUTDOWN_LIMIT ({} s), and are broken off",
                        application.running_requests(), settings.shutdown_limit.count()));
        // Their threads use what would be destroyed.
        std::_Exit(signal_status);
    }
    return application.interrupted() ? signal_status : 0;
}

int serve(const chat::Settings& settings, chat::Log& log) {
    LogReporter reporter(log);
    chat::Application application(settings, migration(settings, reporter), log);
    const chat::StopOnSignal stop_on_signal([&application] { application.ask_to_stop(); });

    log.info("chatbot", schemist::version);
    log.info("environment", chat::describe(settings));
    for (const std::string& warning : settings.warnings) {
        log.warning(warning);
    }
    log.info("listening", fmt::format("on {}:{}", settings.host,
                                      application.url().substr(application.url().rfind(':') + 1)));
    try {
        const std::jthread warning = warning_before(settings.startup_limit, log);
        application.start();
        show(log, application.wait_until_ready());
    } catch (const schemist::Error& error) {
        if (error.exit_code() != schemist::ExitCode::interrupted) {
            throw;
        }
        log.info("stopped", error.what());
        return stop_on_signal.exit_status();
    }
    log.info("answers by", application.responder());
    if (!settings.platform.public_host.empty()) {
        log.info("public at", "https://" + settings.platform.public_host);
    }
    log.info("ready at", application.url());

    application.wait_until_asked_to_stop();
    return drain(settings, application, stop_on_signal.exit_status(), log);
}

int migrate_only(const chat::Settings& settings, chat::Log& log) {
    LogReporter reporter(log);
    std::stop_source stop;
    const chat::StopOnSignal stop_on_signal([&stop] { stop.request_stop(); });
    schemist::MigrateOptions options = migration(settings, reporter);
    options.stop = stop.get_token();
    try {
        show(log, schemist::migrate(options));
    } catch (const schemist::Error& error) {
        if (error.exit_code() != schemist::ExitCode::interrupted) {
            throw;
        }
        log.info("stopped", error.what());
        return stop_on_signal.exit_status();
    }
    return 0;
}

schemist::Error wrong_argument(std::string_view argument) {
    return schemist::Error(fmt::format("unknown argument '{}'", argument))
        .hint("see chatbot --help")
        .exit_code(schemist::ExitCode::configuration);
}

int print_token(std::span<char*> arguments) {
    const auto secret = chat::process_environment("CHAT_TOKEN_SECRET").value_or("");
    if (secret.empty()) {
        throw schemist::Error("CHAT_TOKEN_SECRET is not set, and a token is signed with it")
            .at("CHAT_TOKEN_SECRET")
            .hint("set it to what the service has")
            .exit_code(schemist::ExitCode::configuration);
    }
    const auto number = [&](std::size_t index) {
        const auto parsed = chat::parse_identifier(arguments[index], "");
        return parsed ? *parsed : throw wrong_argument(arguments[index]);
    };
    if (arguments.empty() || arguments.size() > 2) {
        throw wrong_argument(arguments.empty() ? "--token" : arguments[2]);
    }
    const std::chrono::hours valid(arguments.size() == 2 ? number(1) : 24);
    const auto expires = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + valid;
    fmt::print("{}\n", chat::make_token(number(0), expires, secret));
    return 0;
}

int run(std::span<char*> arguments) {
    const std::string_view first = arguments.empty() ? "" : arguments[0];
    if (first == "--help" || first == "-h") {
        fmt::print("{}", help);
        return 0;
    }
    if (first == "--version") {
        fmt::print("chatbot {}\n", schemist::version);
        return 0;
    }
    if (first == "--token") {
        return print_token(arguments.subspan(1));
    }
    if (arguments.size() > 1 || (arguments.size() == 1 && first != "--migrate-only" && first != "--health")) {
        throw wrong_argument(arguments.back());
    }
    chat::block_stop_signals();
    const chat::Settings settings = chat::read_settings(chat::process_environment);
    if (first == "--health") {
        return chat::is_healthy(settings.port) ? 0 : 1;
    }
    chat::Log log(format_of(settings));
    return arguments.empty() ? serve(settings, log) : migrate_only(settings, log);
}

// A program that reads the log wants the last line to be like the others.
void tell(std::string_view failure) {
    if (chat::process_environment("CHAT_LOG") == "json") {
        chat::Log(chat::Log::Format::json, stderr).error(failure);
    } else {
        fmt::print(stderr, "chatbot: {}\n", failure);
    }
}

}  // namespace

int main(int argc, char** argv) {
    // Each of many threads would have an arena of its own, and keep in it what it once needed.
    mallopt(M_ARENA_MAX, 2);
    try {
        return run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    } catch (const schemist::Error& error) {
        tell(error.what());
        return static_cast<int>(error.exit_code());
    } catch (const std::exception& error) {
        tell(error.what());
        return static_cast<int>(schemist::ExitCode::internal);
    }
}
