#pragma once
// A PostgreSQL server of a test's own, which can be stopped, killed and restarted.

#include "support/process.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {
class Connection;
}

namespace schemist::test {

// The server has a database `app`, owned by the role `migrator` that is no superuser and comes over TCP with the
// password of process.hpp (SCRAM); and the superuser `schemist`, who comes through the socket without one.
class OwnServer {
  public:
    enum class Stop { fast, immediate };
    struct Options {
        std::vector<std::string> settings = {};  // "max_connections=10"
        bool tls = false;                        // with a certificate for localhost that certificate() names
        bool start = true;
        std::string network = {};  // the file of a network namespace to run in; needs root
        bool small_disk = false;   // with a folder small() that holds 8 MB; needs root
    };

    OwnServer() : OwnServer(Options{}) {}
    explicit OwnServer(const Options& options);
    ~OwnServer();

    int port() const { return port_; }
    std::string host() const { return folder_.path().string(); }
    // Of the role over TCP, or over another port that leads here.
    std::string url(std::string_view parameters = {}) const;
    std::string url(int other_port, std::string_view parameters = {},
                    std::string_view database = "app") const;
    std::string superuser_url(std::string_view database = "app") const;
    std::filesystem::path small() const { return folder_.path() / "small"; }
    std::filesystem::path certificate() const { return folder_.path() / "server.crt"; }

    // As the superuser.
    std::unique_ptr<postgresql::Connection> connect(std::string_view database = "app") const;
    void run(std::string_view sql) const;
    // The first cell.
    std::string value(std::string_view sql) const;
    // Until the query gives true.
    void wait_until_true(const std::string& sql,
                         std::chrono::milliseconds longest = std::chrono::seconds(30)) const;
    void terminate_others(std::string_view condition) const;

    void start();
    void stop(Stop how = Stop::fast);
    void restart(Stop how = Stop::fast);
    pid_t process() const { return server_->id(); }
    std::string log() const;

    // A replica of this one, started.
    std::unique_ptr<OwnServer> standby() const;

  private:
    struct Empty {};
    explicit OwnServer(Empty);

    OwnFolder folder_;
    Options options_;
    int port_ = 0;
    std::optional<Process> server_;
};

}  // namespace schemist::test
