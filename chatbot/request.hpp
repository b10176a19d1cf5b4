// From what a client sent to values that are known to be valid, or to the problem that names the field.
#pragma once

#include "problem.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

inline constexpr std::size_t longest_message = 10'000;  // characters
inline constexpr std::size_t longest_title = 100;       // characters
// 10,000 characters of four bytes, each written as two \u escapes, fit, with room for metadata.
inline constexpr std::size_t largest_body = 160 * 1024;
inline constexpr int deepest_json = 32;

inline constexpr std::size_t longest_key = 128;  // characters of an Idempotency-Key

struct LessIgnoringCase {
    bool operator()(const std::string& left, const std::string& right) const;
};
using Headers = std::map<std::string, std::string, LessIgnoringCase>;

// A request as it came over HTTP; the body is complete, and at most largest_body bytes.
struct Request {
    std::string method;
    std::string path;
    std::multimap<std::string, std::string> parameters;
    std::string body;
    Headers headers = {};
    std::string client = {};                 // the address that it came from
    std::optional<Problem> unreadable = {};  // why there is no body
    std::string id = {};                     // X-Request-Id, the client's or a new one
    std::optional<std::int32_t> user = {};   // whom the token names; nothing when the request itself says it

    // Empty when there is none.
    std::string header(const std::string& name) const;
};

// POST /api/chat
struct ChatRequest {
    std::int32_t user_id = 0;
    std::optional<std::int32_t> conversation_id;
    std::string message;
    std::string role = "user";
    std::optional<std::string> metadata;  // the text of a JSON object
    bool stream = false;
};

// PATCH /api/conversations/{id}
struct RenameRequest {
    std::int32_t user_id = 0;
    std::string title;
};

// What reads and deletes carry in the query string: whose, and which page of it.
struct PageRequest {
    std::int32_t user_id = 0;
    std::int32_t limit = 0;
    std::optional<std::int32_t> before;  // only what has a smaller id
};

// One identifier of a path or a query string.
Result<std::int32_t> parse_identifier(std::string_view text, std::string_view field);
// Where the user is known already, user_id may be left out, and must not be another one.
using KnownUser = std::optional<std::int32_t>;
Result<ChatRequest> parse_chat(std::string_view body, KnownUser user = {});
Result<RenameRequest> parse_rename(std::string_view body, KnownUser user = {});
Result<PageRequest> parse_page(const std::multimap<std::string, std::string>& parameters,
                               KnownUser user = {});
// The header's value; empty when there is none.
Result<std::string> parse_idempotency_key(const std::string& value);

// The same for two requests that ask for the same, and no others.
std::string digest_of(const ChatRequest& request);

}  // namespace chat
