#include "faults/http.hpp"

#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace schemist::test {

HttpAnswer ask_http(int port, const std::string& method, const std::string& path) {
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval longest{5, 0};
    setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    const std::string question =
        fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", method, path);
    std::string answer;
    if (connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        send(handle, question.data(), question.size(), MSG_NOSIGNAL) > 0) {
        std::array<char, 4096> buffer{};
        for (ssize_t size = 0; (size = recv(handle, buffer.data(), buffer.size(), 0)) > 0;) {
            answer.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }
    close(handle);
    HttpAnswer result;
    if (const std::size_t space = answer.find(' '); space != std::string::npos) {
        std::from_chars(answer.data() + space + 1, answer.data() + answer.size(), result.status);
    }
    if (const std::size_t body = answer.find("\r\n\r\n"); body != std::string::npos) {
        result.body = answer.substr(body + 4);
    }
    return result;
}

}  // namespace schemist::test
