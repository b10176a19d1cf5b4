// The page and the description of the API, which are compiled in.
#pragma once

#include "answer.hpp"
#include "request.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace chat {

struct Asset {
    std::string_view path;
    std::string_view content_type;
    std::string_view text;
    std::string_view etag;  // changes with the text
};

// Made by the build from chatbot/page and chatbot/openapi.json.
std::span<const Asset> assets();

// Nothing when the request is for something else.
std::optional<Answer> answer_with_asset(const Request& request);

}  // namespace chat
