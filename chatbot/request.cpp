#include "request.hpp"

#include "text.hpp"
#include "token.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chat {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 4> roles{"user", "assistant", "system", "tool"};
constexpr std::int32_t default_page = 50;
constexpr std::int32_t largest_page = 200;
constexpr std::int32_t largest_identifier = std::numeric_limits<std::int32_t>::max();

Problem malformed(std::string_view field, std::string message) {
    return {400, std::string(field), std::move(message)};
}

Problem not_allowed(std::string_view field, std::string message) {
    return {422, std::string(field), std::move(message)};
}

// Writing JSON and PostgreSQL's jsonb recurse, so the depth is limited before a value exists.
Result<Json> parse_object(std::string_view body) {
    if (body.empty()) {
        return malformed("body", "a JSON object is expected, and there is no body");
    }
    if (!is_utf8(body)) {
        return malformed("body", "the body is not valid UTF-8");
    }
    bool too_deep = false;
    Json value = Json::parse(
        body,
        [&](int depth, Json::parse_event_t, Json&) {
            too_deep = too_deep || depth > deepest_json;
            return !too_deep;
        },
        false);
    if (too_deep) {
        return malformed("body", fmt::format("the JSON is nested deeper than {} levels", deepest_json));
    }
    if (value.is_discarded()) {
        return malformed("body", "the body is not valid JSON");
    }
    if (!value.is_object()) {
        return malformed("body", fmt::format("a JSON object is expected, not {}", value.type_name()));
    }
    return value;
}

// The field's value; nullptr when it is absent or null, which mean the same.
const Json* find(const Json& object, const char* field) {
    const auto found = object.find(field);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::int32_t> identifier(const Json& value, std::string_view field) {
    if (!value.is_number_integer()) {
        return malformed(field, fmt::format("must be an integer, not {}",
                                            value.is_number() ? "a fraction" : value.type_name()));
    }
    // nlohmann reads what is not negative as unsigned.
    const std::uint64_t number = value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
    if (number < 1 || number > largest_identifier) {
        return not_allowed(field, fmt::format("must be from 1 to {}", largest_identifier));
    }
    return value.get<std::int32_t>();
}

Problem another_user() {
    return {403, "user_id", "is not the user whom the token names"};
}

Result<std::int32_t> user_in(const Json& object, KnownUser user) {
    const Json* value = find(object, "user_id");
    if (value == nullptr) {
        return user ? Result<std::int32_t>(*user) : malformed("user_id", "is required");
    }
    const auto given = identifier(*value, "user_id");
    return given && user && *given != *user ? another_user() : given;
}

Result<std::string> required_text(const Json& object, const char* field, std::size_t longest) {
    const Json* value = find(object, field);
    if (value == nullptr) {
        return malformed(field, "is required");
    }
    if (!value->is_string()) {
        return malformed(field, fmt::format("must be a string, not {}", value->type_name()));
    }
    const auto& text = value->get_ref<const std::string&>();
    if (text.find('\0') != std::string::npos) {
        return malformed(field, "must not contain the character U+0000");
    }
    const std::size_t length = characters(text);
    if (length < 1 || length > longest) {
        return not_allowed(field,
                           fmt::format("must have from 1 to {} characters, and has {}", longest, length));
    }
    return text;
}

Result<std::string> optional_role(const Json& object) {
    const Json* value = find(object, "role");
    if (value == nullptr) {
        return std::string("user");
    }
    if (!value->is_string()) {
        return malformed("role", fmt::format("must be a string, not {}", value->type_name()));
    }
    const auto& role = value->get_ref<const std::string&>();
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
        return not_allowed("role", fmt::format("must be one of {}", fmt::join(roles, ", ")));
    }
    return role;
}

Result<bool> optional_stream(const Json& object) {
    const Json* value = find(object, "stream");
    if (value == nullptr) {
        return false;
    }
    return value->is_boolean()
               ? Result<bool>(value->get<bool>())
               : malformed("stream", fmt::format("must be true or false, not {}", value->type_name()));
}

bool has_nul(const Json& value) {
    if (value.is_string()) {
        return value.get_ref<const std::string&>().find('\0') != std::string::npos;
    }
    if (value.is_object()) {
        const auto items = value.items();
        return std::any_of(items.begin(), items.end(), [](const auto& item) {
            return item.key().find('\0') != std::string::npos || has_nul(item.value());
        });
    }
    return value.is_array() && std::any_of(value.begin(), value.end(), has_nul);
}

Result<std::optional<std::string>> optional_metadata(const Json& object) {
    const Json* value = find(object, "metadata");
    if (value == nullptr) {
        return std::optional<std::string>();
    }
    if (!value->is_object()) {
        return malformed("metadata", fmt::format("must be an object, not {}", value->type_name()));
    }
    if (has_nul(*value)) {
        return malformed("metadata", "must not contain the character U+0000");
    }
    return std::optional<std::string>(value->dump());
}

using Parameters = std::multimap<std::string, std::string>;

Result<std::int32_t> parse_number(std::string_view text, std::string_view field, std::int32_t largest) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) {
        return malformed(field, "must be an integer");
    }
    if (parsed.ec != std::errc() || value < 1 || value > largest) {
        return not_allowed(field, fmt::format("must be from 1 to {}", largest));
    }
    return static_cast<std::int32_t>(value);
}

Result<std::optional<std::int32_t>> optional_number(const Parameters& parameters, const std::string& name,
                                                    std::int32_t largest) {
    const auto found = parameters.find(name);
    if (found == parameters.end()) {
        return std::optional<std::int32_t>();
    }
    if (parameters.count(name) > 1) {
        return malformed(name, "is given more than once");
    }
    const auto value = parse_number(found->second, name, largest);
    return value ? Result<std::optional<std::int32_t>>(*value) : value.problem();
}

}  // namespace

bool LessIgnoringCase::operator()(const std::string& left, const std::string& right) const {
    return std::lexicographical_compare(
        left.begin(), left.end(), right.begin(), right.end(),
        [](unsigned char a, unsigned char b) { return std::tolower(a) < std::tolower(b); });
}

std::string Request::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

Result<ChatRequest> parse_chat(std::string_view body, KnownUser user) {
    const auto object = parse_object(body);
    if (!object) {
        return object.problem();
    }
    const auto user_id = user_in(*object, user);
    if (!user_id) {
        return user_id.problem();
    }
    ChatRequest request;
    request.user_id = *user_id;
    if (const Json* value = find(*object, "conversation_id")) {
        const auto conversation_id = identifier(*value, "conversation_id");
        if (!conversation_id) {
            return conversation_id.problem();
        }
        request.conversation_id = *conversation_id;
    }
    const auto message = required_text(*object, "message", longest_message);
    if (!message) {
        return message.problem();
    }
    const auto role = optional_role(*object);
    if (!role) {
        return role.problem();
    }
    const auto metadata = optional_metadata(*object);
    if (!metadata) {
        return metadata.problem();
    }
    const auto stream = optional_stream(*object);
    if (!stream) {
        return stream.problem();
    }
    request.stream = *stream;
    request.message = *message;
    request.role = *role;
    request.metadata = *metadata;
    return request;
}

Result<RenameRequest> parse_rename(std::string_view body, KnownUser user) {
    const auto object = parse_object(body);
    if (!object) {
        return object.problem();
    }
    const auto user_id = user_in(*object, user);
    if (!user_id) {
        return user_id.problem();
    }
    const auto title = required_text(*object, "title", longest_title);
    if (!title) {
        return title.problem();
    }
    return RenameRequest{*user_id, *title};
}

Result<std::int32_t> parse_identifier(std::string_view text, std::string_view field) {
    return parse_number(text, field, largest_identifier);
}

Result<PageRequest> parse_page(const Parameters& parameters, KnownUser user) {
    const auto user_id = optional_number(parameters, "user_id", largest_identifier);
    if (!user_id) {
        return user_id.problem();
    }
    if (!user_id->has_value() && !user) {
        return malformed("user_id", "is required");
    }
    if (user && user_id->value_or(*user) != *user) {
        return another_user();
    }
    const auto limit = optional_number(parameters, "limit", largest_page);
    if (!limit) {
        return limit.problem();
    }
    const auto before = optional_number(parameters, "before", largest_identifier);
    if (!before) {
        return before.problem();
    }
    return PageRequest{user ? *user : **user_id, limit->value_or(default_page), *before};
}

Result<std::string> parse_idempotency_key(const std::string& value) {
    const bool printable = std::all_of(value.begin(), value.end(),
                                       [](unsigned char byte) { return byte > 0x20 && byte < 0x7F; });
    if (!printable || value.size() > longest_key) {
        return malformed(
            "Idempotency-Key",
            fmt::format("must have at most {} characters, printable ones of ASCII", longest_key));
    }
    return value;
}

std::string digest_of(const ChatRequest& request) {
    return sha256(
        Json::array({request.conversation_id ? Json(*request.conversation_id) : Json(), request.message,
                     request.role, request.metadata ? Json(*request.metadata) : Json()})
            .dump());
}

}  // namespace chat
