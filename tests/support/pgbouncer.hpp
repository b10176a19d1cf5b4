#pragma once
// pgbouncer in front of a server of a test's own, set up as Neon's pooler is: transaction mode.

#include "support/own_server.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace schemist::test {

class PgBouncer {
  public:
    // `server_port`: of what stands between it and the server, if anything does.
    explicit PgBouncer(const OwnServer& server, std::map<std::string, std::string> settings = {},
                       int server_port = 0);

    int port() const { return port_; }
    std::string url(std::string_view parameters = {}, std::string_view database = "app") const;
    void start();
    void kill() { process_->kill(); }
    std::string log() const;

  private:
    const OwnServer& server_;
    std::map<std::string, std::string> settings_;
    OwnFolder folder_;
    int server_port_;
    int port_;
    std::optional<Process> process_;
};

}  // namespace schemist::test
