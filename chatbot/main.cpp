// The chatbot's program: arguments, signals, and what a person sees.
#include "application.hpp"
#include "settings.hpp"
#include "stop_signals.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace {

constexpr std::string_view help = R"(Usage: chatbot [--migrate-only | --help | --version]

Brings its database up to date and serves the chat API over HTTP until SIGINT or SIGTERM, which let the running
requests end. Then the exit status is 0. A signal that comes before it is ready stops the migration, and the status is
128 and the signal's number; a second one ends the program at once. When it cannot start, the status says why:
2 configuration, 3 database unreachable, 4 lock, 5 migration failed and rolled back, 6 migration needs attention, 7 the
database does not match the revisions, 8 something is pending and was only to be looked at, 9 the database is newer
than the program.

  --migrate-only   migrate, and end

Environment:
  DATABASE_URL     postgresql://... or sqlite:///file.db; without it sqlite:///schemist.db
  HOST, PORT       where to listen, 0.0.0.0 and 7860 without them; port 0 takes any free one
  MIGRATIONS_TOKEN a secret: who bears it may POST /api/migrations/run; without it nobody may
  CHAT_API_URL, CHAT_API_KEY, CHAT_MODEL
                   an OpenAI-compatible endpoint that answers; without them the answers are built in
  CHAT_API_TIMEOUT, CHAT_SYSTEM_PROMPT, CHAT_DATABASE_CONNECTIONS, CHAT_STARTUP_LIMIT
  SCHEMIST_MIGRATE_ON_START, SCHEMIST_MIGRATE_ON_FAILURE and the other settings of Schemist
)";

// A line is seen at once, also in a pipe.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
    fmt::print(format, std::forward<Args>(args)...);
    fmt::print("\n");
    std::fflush(stdout);
}

class ConsoleReporter : public schemist::Reporter {
  public:
    void info(std::string_view text) override { say("            {}", text); }
    void warning(std::string_view text) override { say("warning     {}", text); }
};

void show(const schemist::MigrationReport& report) {
    if (!report.failure.empty()) {
        say("migrated    no, as the warning says");
        return;
    }
    say("database    {}{}", report.url, report.url_source.empty() ? "" : " (" + report.url_source + ")");
    for (const auto& revision : report.applied) {
        say("            {}  {}  ({} ms)", revision.id, revision.message, revision.duration.count());
    }
    if (!report.adopted.empty()) {
        say("adopted     {}: the database had it already", fmt::join(report.adopted, ", "));
    }
    if (!report.pending.empty()) {
        say("pending     {}", fmt::join(report.pending, ", "));
    }
    say("migrated    {} in {} ms",
        report.applied.empty()       ? "nothing to do"
        : report.applied.size() == 1 ? "1 revision"
                                     : fmt::format("{} revisions", report.applied.size()),
        report.duration.count());
}

schemist::MigrateOptions migration(schemist::Reporter& reporter) {
    schemist::MigrateOptions options = chat::compiled_in_migration();
    options.reporter = &reporter;
    return options;
}

// Warns when most of the time is over that a platform gives a program to become ready, until it is destroyed.
std::jthread warning_before(std::chrono::seconds limit) {
    return std::jthread([limit](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        if (!stopped.wait_for(lock, stop, limit * 4 / 5, [] { return false; }) && !stop.stop_requested()) {
            say("warning     not ready yet, and most of CHAT_STARTUP_LIMIT ({} s) is over; when the platform "
                "ends this "
                "start, the next one goes on where it was",
                limit.count());
        }
    });
}

void show_ready(const chat::Settings& settings, const chat::Application& application,
                const schemist::MigrationReport& report) {
    show(report);
    if (!settings.warning.empty()) {
        say("warning     {}", settings.warning);
    }
    say("answers by  {}", application.responder());
    say("ready at    {}", application.url());
}

int serve() {
    chat::block_stop_signals();
    ConsoleReporter reporter;
    const chat::Settings settings = chat::read_settings(chat::process_environment);
    chat::Application application(settings, migration(reporter));
    const chat::StopOnSignal stop_on_signal([&application] { application.ask_to_stop(); });

    say("chatbot     {}", schemist::version);
    say("listening   on {}:{}", settings.host, application.url().substr(application.url().rfind(':') + 1));
    try {
        const std::jthread warning = warning_before(settings.startup_limit);
        application.start();
        show_ready(settings, application, application.wait_until_ready());
    } catch (const schemist::Error& error) {
        if (error.exit_code() != schemist::ExitCode::interrupted) {
            throw;
        }
        say("stopped     {}", error.what());
        return stop_on_signal.exit_status();
    }

    application.wait_until_asked_to_stop();
    say("stopping    when the running requests are answered");
    application.stop();
    return application.interrupted() ? stop_on_signal.exit_status() : 0;
}

int migrate_only() {
    chat::block_stop_signals();
    ConsoleReporter reporter;
    std::stop_source stop;
    const chat::StopOnSignal stop_on_signal([&stop] { stop.request_stop(); });
    schemist::MigrateOptions options = migration(reporter);
    options.stop = stop.get_token();
    try {
        show(schemist::migrate(options));
    } catch (const schemist::Error& error) {
        if (error.exit_code() != schemist::ExitCode::interrupted) {
            throw;
        }
        say("stopped     {}", error.what());
        return stop_on_signal.exit_status();
    }
    return 0;
}

int run(int argc, char** argv) {
    const std::string_view argument = argc > 1 ? argv[1] : "";
    if (argument == "--help" || argument == "-h") {
        fmt::print("{}", help);
        return 0;
    }
    if (argument == "--version") {
        fmt::print("chatbot {}\n", schemist::version);
        return 0;
    }
    if (argc > 2 || (argc == 2 && argument != "--migrate-only")) {
        throw schemist::Error(fmt::format("unknown argument '{}'", argv[argc - 1]))
            .hint("see chatbot --help")
            .exit_code(schemist::ExitCode::configuration);
    }
    return argc == 1 ? serve() : migrate_only();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const schemist::Error& error) {
        fmt::print(stderr, "chatbot: {}\n", error.what());
        return static_cast<int>(error.exit_code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "chatbot: {}\n", error.what());
        return static_cast<int>(schemist::ExitCode::internal);
    }
}
