// What a client gets: a status, JSON and headers.
#pragma once

#include "problem.hpp"
#include "request.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace chat {

struct Answer {
    int status = 200;
    std::string body;  // JSON
    std::vector<std::pair<std::string, std::string>> headers;
};

Answer json(int status, const nlohmann::ordered_json& document);

// The answer that tells a client about a problem.
Answer to_answer(const Problem& problem);

// 405, with the methods that the path has: "GET, HEAD".
Answer wrong_method(std::string_view allowed);

// 503 for a client that may try again soon.
Answer not_now(std::string message);

// GET answers HEAD, too; the body is left out by the server.
bool reads(const Request& request);

}  // namespace chat
