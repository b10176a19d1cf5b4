// The chatbot as a process of its own, as a platform runs it.
#pragma once

#include "running_service.hpp"
#include "support/process.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace chat::test {

using Environment = std::map<std::string, std::string>;

// For a chatbot on this database and any free port.
Environment environment_for(const std::string& database_url, std::initializer_list<Environment> more = {});

// Its URL with the password that nothing may print; the test server asks for none.
std::string with_password(const std::string& url);

// What is answered and printed is searched for the password.
class ChatbotProcess {
  public:
    explicit ChatbotProcess(const Environment& environment, const std::vector<std::string>& arguments = {});
    ChatbotProcess(const ChatbotProcess&) = delete;
    ChatbotProcess& operator=(const ChatbotProcess&) = delete;
    ~ChatbotProcess() = default;

    // They wait until it listens.
    std::string url();
    httplib::Client client();
    HttpAnswer get(const std::string& path);
    HttpAnswer head(const std::string& path);
    // With a bearer token when one is given.
    HttpAnswer post(const std::string& path, const std::string& token = {}, const std::string& body = {});
    HttpAnswer say(const std::string& message);

    void wait_until_ready();
    // Until /ready tells this state.
    void wait_until(const std::string& state);

    void signal(int number) const { process_.signal(number); }
    bool running() { return process_.running(); }
    int wait() { return process_.wait(); }
    std::string output() const { return process_.output(); }
    void wait_for_output(const std::string& text) { process_.wait_for_output(text); }
    bool printed(const std::string& text) const { return output().find(text) != std::string::npos; }

  private:
    schemist::test::Process process_;
};

}  // namespace chat::test
