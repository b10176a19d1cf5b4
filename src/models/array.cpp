// Arrays as text: PostgreSQL's own form {a,"b c",NULL}, and JSON on SQLite.

#include <schemist/codec.hpp>
#include <schemist/error.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace schemist::detail {
namespace {

std::string hex_text(const Bytes& bytes) {
    std::string text = "\\x";
    for (const std::byte byte : bytes) {
        text += fmt::format("{:02x}", static_cast<unsigned>(byte));
    }
    return text;
}

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            result += '\\';
        }
        result += character;
    }
    return result += '"';
}

std::string postgresql_element(const Value& value) {
    struct Write {
        std::string operator()(std::monostate) const { return "NULL"; }
        std::string operator()(bool held) const { return held ? "t" : "f"; }
        std::string operator()(std::int64_t held) const { return std::to_string(held); }
        std::string operator()(double held) const { return fmt::format("{}", held); }
        std::string operator()(const std::string& held) const { return in_quotes(held); }
        std::string operator()(const Bytes& held) const { return in_quotes(hex_text(held)); }
    };
    return std::visit(Write{}, value);
}

nlohmann::json json_element(const Value& value) {
    struct Write {
        nlohmann::json operator()(std::monostate) const { return nullptr; }
        nlohmann::json operator()(bool held) const { return held; }
        nlohmann::json operator()(std::int64_t held) const { return held; }
        nlohmann::json operator()(double held) const {
            return std::isfinite(held) ? nlohmann::json(held)
                                       : nlohmann::json(held < 0 ? "-Infinity" : "Infinity");
        }
        nlohmann::json operator()(const std::string& held) const { return held; }
        nlohmann::json operator()(const Bytes& held) const { return hex_text(held); }
    };
    return std::visit(Write{}, value);
}

[[noreturn]] void fail(std::string_view text, std::string_view expected) {
    constexpr std::size_t most = 60;
    throw Error(fmt::format("'{}' is not {}", text.substr(0, most), expected))
        .hint(
            "the column's type in the database is not what the model says: compare them with 'schemist "
            "check'")
        .exit_code(ExitCode::mismatch);
}

constexpr std::string_view postgresql_expected = "an array of one dimension";

// One element from the front of the text, which ends at the comma or brace behind it.
Value take_postgresql_element(std::string_view whole, std::string_view& rest) {
    std::string element;
    if (rest.starts_with('"')) {
        rest.remove_prefix(1);
        while (!rest.empty() && rest.front() != '"') {
            if (rest.front() == '\\') {
                rest.remove_prefix(1);
            }
            if (rest.empty()) {
                fail(whole, postgresql_expected);
            }
            element += rest.front();
            rest.remove_prefix(1);
        }
        if (rest.empty()) {
            fail(whole, postgresql_expected);
        }
        rest.remove_prefix(1);
        return element;
    }
    const std::size_t end = rest.find_first_of(",}");
    if (end == 0 || end == std::string_view::npos || rest.front() == '{') {
        fail(whole, postgresql_expected);
    }
    element = rest.substr(0, end);
    rest.remove_prefix(end);
    return element == "NULL" ? Value() : Value(std::move(element));
}

std::vector<Value> decode_postgresql(std::string_view text) {
    std::string_view rest = text;
    if (rest.starts_with('[')) {  // "[0:1]={...}": the bounds mean nothing here
        rest.remove_prefix(std::min(rest.find('='), rest.size() - 1) + 1);
    }
    if (!rest.starts_with('{')) {
        fail(text, postgresql_expected);
    }
    rest.remove_prefix(1);
    std::vector<Value> elements;
    if (rest == "}") {
        return elements;
    }
    while (true) {
        elements.push_back(take_postgresql_element(text, rest));
        if (rest == "}") {
            return elements;
        }
        if (!rest.starts_with(',')) {
            fail(text, postgresql_expected);
        }
        rest.remove_prefix(1);
    }
}

Value json_value(const nlohmann::json& element, std::string_view text) {
    switch (element.type()) {
        case nlohmann::json::value_t::null:
            return {};
        case nlohmann::json::value_t::boolean:
            return element.get<bool>();
        case nlohmann::json::value_t::number_integer:
        case nlohmann::json::value_t::number_unsigned:
            return element.get<std::int64_t>();
        case nlohmann::json::value_t::number_float:
            return element.get<double>();
        case nlohmann::json::value_t::string:
            return element.get<std::string>();
        default:
            fail(text, "a JSON array of plain values");
    }
}

std::vector<Value> decode_json(std::string_view text) {
    const nlohmann::json array = nlohmann::json::parse(text, nullptr, false);
    if (!array.is_array()) {
        fail(text, "a JSON array of plain values");
    }
    std::vector<Value> elements;
    elements.reserve(array.size());
    for (const nlohmann::json& element : array) {
        elements.push_back(json_value(element, text));
    }
    return elements;
}

}  // namespace

Value encode_array(std::span<const Value> elements, DialectName dialect) {
    if (dialect == DialectName::sqlite) {
        nlohmann::json array = nlohmann::json::array();
        for (const Value& element : elements) {
            array.push_back(json_element(element));
        }
        // What is no UTF-8 is refused with the name of its column before a row is sent; here it must only not
        // throw.
        return array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    std::string text = "{";
    for (const Value& element : elements) {
        text += text.size() > 1 ? "," : "";
        text += postgresql_element(element);
    }
    return text += '}';
}

std::vector<Value> decode_array(const Value& value, DialectName dialect) {
    const std::string text = decode_text(value, "an array");
    return dialect == DialectName::sqlite ? decode_json(text) : decode_postgresql(text);
}

}  // namespace schemist::detail
