// The chatbot in the root file system of its container, in namespaces of its own.
#pragma once

#include "support/process.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace schemist::test {

// The root file system with the programs of this build, made once for all tests of this process.
const std::filesystem::path& root_file_system();

// Why this machine lets nobody make the namespaces; nothing when it does.
std::optional<std::string> no_namespaces();

struct Answer {
    int status = 0;  // 0: nobody listens
    std::string body;
};

class Container {
  public:
    // With what a Space sets, and these.
    explicit Container(const std::map<std::string, std::string>& environment,
                       const std::vector<std::string>& command = {"chatbot"});

    int port() const { return port_; }
    Answer get(const std::string& path) const;
    Answer post(const std::string& path, const std::string& body) const;
    // Seconds from `begin` until /ready is 200.
    double seconds_until_ready(std::chrono::steady_clock::time_point begin,
                               std::chrono::milliseconds longest = std::chrono::seconds(60));
    // The program inside, as this machine numbers it.
    pid_t program() const;
    // Sends it SIGTERM; what it ends with.
    int stop();
    int wait(std::chrono::milliseconds longest = std::chrono::seconds(60)) { return process_.wait(longest); }
    std::string output() const { return process_.output(); }

  private:
    int port_;
    Process process_;
};

}  // namespace schemist::test
