#include "assets.hpp"

#include <algorithm>

namespace chat {

namespace {

// Nothing but what comes from here is loaded or run. Hugging Face shows a Space inside of a page of its own.
constexpr const char* content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self' https://huggingface.co https://*.hf.space";

}  // namespace

std::optional<Answer> answer_with_asset(const Request& request) {
    const auto all = assets();
    const auto asset =
        std::find_if(all.begin(), all.end(), [&](const Asset& each) { return each.path == request.path; });
    if (asset == all.end()) {
        return std::nullopt;
    }
    if (!reads(request)) {
        return wrong_method("GET, HEAD");
    }
    Answer answer;
    answer.content_type = asset->content_type;
    // Asked for again each time, which costs a 304, so that a new version is seen at once.
    answer.headers = {
        {"Cache-Control", "no-cache"},         {"ETag", std::string(asset->etag)},
        {"Vary", "Accept-Encoding"},           {"Content-Security-Policy", content_security_policy},
        {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "no-referrer"}};
    if (request.header("If-None-Match").find(asset->etag) != std::string::npos) {
        answer.status = 304;
    } else {
        answer.body = asset->text;
    }
    return answer;
}

}  // namespace chat
