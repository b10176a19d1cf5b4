// Kills the migrator at random instants, again and again, and looks after each round whether all is as it should be.
// SCHEMIST_TEST_KILLS says how often, SCHEMIST_TEST_SEED at which instants.

#include "crash/ledger.hpp"
#include "postgresql/connection.hpp"
#include "sqlite/connection.hpp"
#include "support/own_server.hpp"
#include "support/pgbouncer.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using namespace schemist::test;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

// The database under test, and how the command reaches it.
class Backend {
  public:
    explicit Backend(const std::string& name) {
        if (name == "sqlite") {
            const std::string path = (folder_.path() / "crash.db").string();
            url_ = "sqlite:////" + path.substr(1);
            connection_ = sqlite::Connection::open(path);
            return;
        }
        server_.emplace(
            OwnServer::Options{{"max_connections=100", "fsync=off", "client_connection_check_interval=1s"},
                               false,
                               true,
                               {},
                               false});
        url_ = server_->url();
        if (name == "pgbouncer") {
            pooler_.emplace(*server_);
            url_ = pooler_->url();
        } else if (name != "postgresql") {
            throw Error(fmt::format("'{}' is none of postgresql, pgbouncer, sqlite", name));
        }
        server_->run("GRANT ALL ON SCHEMA public TO PUBLIC");
        connection_ = postgresql::Connection::open(server_->url());
    }

    const std::string& url() const { return url_; }
    Connection& connection() { return *connection_; }
    const std::filesystem::path& folder() const { return folder_.path(); }

  private:
    OwnFolder folder_;
    std::optional<OwnServer> server_;
    std::optional<PgBouncer> pooler_;
    std::string url_;
    std::unique_ptr<Connection> connection_;
};

class CrashTest {
  public:
    CrashTest(const std::string& backend, unsigned seed) : backend_(backend), random_(seed) {
        write_history(backend_.folder(), backend_.connection().dialect());
        make_tables(backend_.connection());
        for (const bool up : {true, false}) {
            const auto start = Clock::now();
            complete(up);
            (up ? whole_up_ : whole_down_) = std::chrono::duration_cast<microseconds>(Clock::now() - start);
        }
    }

    // One way through the history, killed some times on it. False when something is wrong afterwards.
    bool round(int kills) {
        up_ = !up_;
        for (int i = 0; i < kills; ++i) {
            kill_somewhere();
        }
        complete(up_);
        const std::vector<std::string> found = violations(backend_.connection(), up_);
        for (const std::string& violation : found) {
            fmt::print(stderr, "violation: {}\n", violation);
        }
        return found.empty();
    }

    int any(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

  private:
    Command command(bool up) const {
        return {{SCHEMIST_BINARY_DIR "/schemist", up ? "upgrade" : "downgrade", up ? "head" : "base"},
                backend_.folder(),
                {{"DATABASE_URL", backend_.url()}, {"SCHEMIST_LOCK_LEASE", "5s"}},
                false,
                {},
                {},
                {}};
    }

    void complete(bool up) {
        Process process(command(up));
        const int status = process.wait(std::chrono::minutes(2));
        if (status != 0) {
            throw Error(fmt::format("a run ended with {}: {}", status, process.output()));
        }
    }

    void kill_somewhere() {
        const microseconds whole = up_ ? whole_up_ : whole_down_;
        std::uniform_int_distribution<microseconds::rep> instant(0, whole.count());
        const auto start = Clock::now();
        Process process(command(up_));
        std::this_thread::sleep_until(start + microseconds(instant(random_)));
        process.kill();
    }

    Backend backend_;
    std::mt19937 random_;
    microseconds whole_up_{0};
    microseconds whole_down_{0};
    bool up_ = false;
};

unsigned setting(const char* variable, unsigned otherwise) {
    const char* value = std::getenv(variable);
    return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

void kill_again_and_again(const std::string& backend) {
    const int kills = static_cast<int>(setting("SCHEMIST_TEST_KILLS", 30));
    const unsigned seed = setting("SCHEMIST_TEST_SEED", std::random_device{}());
    CAPTURE(seed);
    CrashTest test(backend, seed);
    int done = 0;
    int wrong = 0;
    const auto start = Clock::now();
    while (done < kills) {
        const int here = std::min(test.any(1, 3), kills - done);
        wrong += test.round(here) ? 0 : 1;
        done += here;
    }
    fmt::print("{}: {} kills, {} violations (seed {}, {} s)\n", backend, done, wrong, seed,
               std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start).count());
    CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("crash: postgresql") {
    kill_again_and_again("postgresql");
}
TEST_CASE("crash: pgbouncer") {
    kill_again_and_again("pgbouncer");
}
TEST_CASE("crash: sqlite") {
    kill_again_and_again("sqlite");
}
