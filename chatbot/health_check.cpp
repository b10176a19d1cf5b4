#include "health_check.hpp"

#include <chrono>

#include <httplib.h>

namespace chat {

bool is_healthy(int port) {
    httplib::Client client("127.0.0.1", port);
    client.set_connection_timeout(std::chrono::seconds(2));
    client.set_read_timeout(std::chrono::seconds(2));
    const httplib::Result answer = client.Get("/health");
    return answer && answer->status == 200;
}

}  // namespace chat
