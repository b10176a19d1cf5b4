#pragma once
// The chatbot as it was built, as a process.

#include "faults/http.hpp"
#include "support/process.hpp"

#include <map>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace schemist::test {

class Chatbot {
  public:
    explicit Chatbot(std::map<std::string, std::string> environment)
        : port_(free_port()),
          process_({{SCHEMIST_BINARY_DIR "/chatbot"},
                    folder_.path(),
                    with_port(std::move(environment)),
                    false,
                    {},
                    {},
                    {}}) {}

    Process& process() { return process_; }
    HttpAnswer ask(const std::string& method, const std::string& path) const {
        return ask_http(port_, method, path);
    }
    void wait_for(const std::string& path, int status) {
        wait_until(fmt::format("{} to answer {}", path, status), [&] {
            if (!process_.running()) {
                throw std::runtime_error("the chatbot has ended:\n" + process_.output());
            }
            return ask("GET", path).status == status;
        });
    }

  private:
    std::map<std::string, std::string> with_port(std::map<std::string, std::string> environment) const {
        environment["PORT"] = std::to_string(port_);
        environment["HOST"] = "127.0.0.1";
        environment["HOME"] = folder_.path().string();
        return environment;
    }

    OwnFolder folder_;
    int port_;
    Process process_;
};

}  // namespace schemist::test
