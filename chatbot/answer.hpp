// What a client gets: a status, headers, and JSON or a stream of events.
#pragma once

#include "problem.hpp"
#include "request.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace chat {

// Sends text to the client; false when the client has gone.
using Write = std::function<bool(std::string_view)>;

struct Answer {
    int status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string content_type = "application/json";
    // In place of a body: called once, after the headers were sent, by the thread that answers the request. It gives the
    // status that came of it.
    std::function<int(const Write&)> stream = {};
};

Answer json(int status, const nlohmann::ordered_json& document);

// The answer that tells a client about a problem.
Answer to_answer(const Problem& problem);

// One server-sent event.
std::string event(std::string_view name, const nlohmann::ordered_json& data);

// 405, with the methods that the path has: "GET, HEAD".
Answer wrong_method(std::string_view allowed);

// 503 for a client that may try again soon.
Answer not_now(std::string message);

// 401, with the scheme that the path wants.
Answer unauthorized(std::string_view realm, const Problem& problem);

// GET answers HEAD, too; the body is left out by the server.
bool reads(const Request& request);

}  // namespace chat
