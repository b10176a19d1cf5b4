#include "runner/watcher.hpp"

#include "runner/fixtures.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <thread>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;
using namespace std::chrono_literals;

TEST_CASE("postgresql: what begins when the run is already to stop is cancelled at once") {
    const auto database = make_database(DialectName::postgresql);
    const auto worker = database->connect();
    Listener listener;
    std::stop_source source;
    WatcherSettings settings;
    settings.stop = source.get_token();
    settings.quiet = 1h;
    Watcher watcher(settings, listener);
    { const Watcher::Watched nothing(watcher, *worker, Work::step, "nothing"); }
    source.request_stop();
    // The watcher's thread sees that there is nothing to cancel, and goes back to sleep.
    std::this_thread::sleep_for(200ms);
    const Watcher::Watched work(watcher, *worker, Work::step, "work");
    CHECK(error_of([&] { worker->run_script("SELECT pg_sleep(20)"); }).sqlstate() == "57014");
}

TEST_CASE("postgresql: who is told that the work takes long may ask the run to stop") {
    class Impatient final : public Reporter {
      public:
        explicit Impatient(std::stop_source& source) : source_(source) {}
        void info(std::string_view) override { source_.request_stop(); }

      private:
        std::stop_source& source_;
    };
    const auto database = make_database(DialectName::postgresql);
    const auto worker = database->connect();
    std::stop_source source;
    Impatient reporter(source);
    WatcherSettings settings;
    settings.stop = source.get_token();
    settings.quiet = 100ms;
    Watcher watcher(settings, reporter);
    const Watcher::Watched work(watcher, *worker, Work::step, "work");
    CHECK(error_of([&] { worker->run_script("SELECT pg_sleep(20)"); }).sqlstate() == "57014");
}
