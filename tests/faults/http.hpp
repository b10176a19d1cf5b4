#pragma once
// One question to an HTTP server of this machine.

#include <string>

namespace schemist::test {

struct HttpAnswer {
    int status = 0;  // 0: nobody answers
    std::string body;
};

HttpAnswer ask_http(int port, const std::string& method, const std::string& path);

}  // namespace schemist::test
