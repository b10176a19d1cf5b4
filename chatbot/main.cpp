// The chatbot's program: arguments, signals, and what a person sees.
#include "application.hpp"
#include "settings.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>

namespace {

constexpr std::string_view help = R"(Usage: chatbot [--migrate-only | --help | --version]

Brings its database up to date and serves the chat API over HTTP until SIGINT or SIGTERM, which let the running
requests end. Then the exit status is 0. When it cannot start, the status says why: 2 configuration, 3 database
unreachable, 4 lock, 5 migration failed and rolled back, 6 migration needs attention, 7 the database does not match
the revisions, 8 something is pending and was only to be looked at, 9 the database is newer than the program.

  --migrate-only   migrate, and end

Environment:
  DATABASE_URL     postgresql://... or sqlite:///file.db; without it sqlite:///schemist.db
  HOST, PORT       where to listen, 0.0.0.0 and 7860 without them; port 0 takes any free one
  CHAT_API_URL, CHAT_API_KEY, CHAT_MODEL
                   an OpenAI-compatible endpoint that answers; without them the answers are built in
  CHAT_API_TIMEOUT, CHAT_SYSTEM_PROMPT, CHAT_DATABASE_CONNECTIONS, SCHEMIST_MIGRATE_ON_START
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
    say("database    {}{}", report.url, report.url_source.empty() ? "" : " (" + report.url_source + ")");
    for (const auto& revision : report.applied) {
        say("            {}  {}  ({} ms)", revision.id, revision.message, revision.duration.count());
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

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

// Asks the application to stop at SIGINT and SIGTERM, for as long as it lives. The signals must have been blocked
// before the first thread was made, since a thread inherits which ones it does not get.
class StopOnSignal {
  public:
    explicit StopOnSignal(chat::Application& application)
        : thread_([&application] {
              const sigset_t signals = stop_signals();
              int signal = 0;
              sigwait(&signals, &signal);
              application.ask_to_stop();
          }) {}
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal() {
        pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
    }

  private:
    std::thread thread_;
};

int serve() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ConsoleReporter reporter;
    const chat::Settings settings = chat::read_settings(chat::process_environment);
    chat::Application application(settings, migration(reporter));
    const StopOnSignal stop_on_signal(application);

    say("chatbot     {}", schemist::version);
    say("listening   on {}:{}", settings.host, application.url().substr(application.url().rfind(':') + 1));
    application.start();
    const auto report = application.wait_until_ready();
    show(report);
    if (!settings.warning.empty()) {
        say("warning     {}", settings.warning);
    }
    say("answers by  {}", application.responder());
    say("ready at    {}", application.url());

    application.wait_until_asked_to_stop();
    say("stopping    when the running requests are answered");
    application.stop();
    return 0;
}

int migrate_only() {
    ConsoleReporter reporter;
    show(schemist::migrate(migration(reporter)));
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
