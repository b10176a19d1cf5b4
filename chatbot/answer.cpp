#include "answer.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chat {

using Document = nlohmann::ordered_json;

Answer json(int status, const Document& document) {
    return {status, document.dump(-1, ' ', false, Document::error_handler_t::replace), {}};
}

std::string event(std::string_view name, const Document& data) {
    return fmt::format("event: {}\ndata: {}\n\n", name,
                       data.dump(-1, ' ', false, Document::error_handler_t::replace));
}

Answer unauthorized(std::string_view realm, const Problem& problem) {
    Answer answer = to_answer(problem);
    answer.headers.emplace_back("WWW-Authenticate", fmt::format("Bearer realm=\"{}\"", realm));
    return answer;
}

Answer to_answer(const Problem& problem) {
    Document error;
    error["field"] = problem.field.empty() ? Document() : Document(problem.field);
    error["message"] = problem.message;
    return json(problem.status, {{"error", std::move(error)}});
}

Answer wrong_method(std::string_view allowed) {
    Answer answer = to_answer({405, "", fmt::format("this path allows {}", allowed)});
    answer.headers.emplace_back("Allow", allowed);
    return answer;
}

Answer not_now(std::string message) {
    Answer answer = to_answer({503, "", std::move(message)});
    answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

bool reads(const Request& request) {
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace chat
