#include <schemist/codec.hpp>
#include <schemist/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace schemist::detail {
namespace {

std::string shown(const Value& value) {
    struct Show {
        std::string operator()(std::monostate) const { return "NULL"; }
        std::string operator()(bool held) const { return held ? "true" : "false"; }
        std::string operator()(std::int64_t held) const { return std::to_string(held); }
        std::string operator()(double held) const { return fmt::format("{}", held); }
        std::string operator()(const std::string& held) const {
            constexpr std::size_t most = 60;
            return held.size() > most ? fmt::format("'{}...'", held.substr(0, most))
                                      : fmt::format("'{}'", held);
        }
        std::string operator()(const Bytes& held) const { return fmt::format("{} bytes", held.size()); }
    };
    return std::visit(Show{}, value);
}

[[noreturn]] void fail(const Value& value, std::string_view expected) {
    throw Error(fmt::format("{} is not {}", shown(value), expected))
        .hint(
            "the column's type in the database is not what the model says: compare them with 'schemist "
            "check'")
        .exit_code(ExitCode::mismatch);
}

template <class Number>
Number parse_number(const Value& value, std::string_view expected) {
    const std::string& text = std::get<std::string>(value);
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        fail(value, expected);
    }
    return number;
}

int hex_digit(char character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

}  // namespace

bool decode_boolean(const Value& value) {
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return *boolean;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return *number != 0;
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        if (*text == "t" || *text == "true") {
            return true;
        }
        if (*text == "f" || *text == "false") {
            return false;
        }
    }
    fail(value, "a boolean");
}

std::int64_t decode_integer(const Value& value, std::int64_t minimum, std::int64_t maximum) {
    std::int64_t number = 0;
    if (const auto* held = std::get_if<std::int64_t>(&value)) {
        number = *held;
    } else if (std::holds_alternative<std::string>(value)) {
        number = parse_number<std::int64_t>(value, "an integer");
    } else {
        fail(value, "an integer");
    }
    if (number < minimum || number > maximum) {
        fail(value, fmt::format("an integer from {} to {}", minimum, maximum));
    }
    return number;
}

std::uint64_t decode_unsigned(const Value& value) {
    if (std::holds_alternative<std::string>(value)) {
        return parse_number<std::uint64_t>(value, "an unsigned integer of 64 bits");
    }
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || *number < 0) {
        fail(value, "an unsigned integer of 64 bits");
    }
    return static_cast<std::uint64_t>(*number);
}

Value encode_unsigned(std::uint64_t value, DialectName dialect) {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return static_cast<std::int64_t>(value);
    }
    if (dialect == DialectName::sqlite) {
        throw Error(fmt::format("SQLite cannot keep the integer {}: its largest is {}", value,
                                std::numeric_limits<std::int64_t>::max()))
            .hint("store a smaller number, or a text")
            .exit_code(ExitCode::configuration);
    }
    return std::to_string(value);
}

Value encode_floating(double value, DialectName dialect) {
    if (std::isnan(value) && dialect == DialectName::sqlite) {
        throw Error("SQLite cannot keep NaN: it would become NULL")
            .hint("store NULL by an empty std::optional where none is meant")
            .exit_code(ExitCode::configuration);
    }
    return value;
}

double decode_double(const Value& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        return *number;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*number);
    }
    if (!std::holds_alternative<std::string>(value)) {
        fail(value, "a floating-point number");
    }
    return parse_number<double>(value, "a floating-point number");
}

float decode_float(const Value& value) {
    return std::holds_alternative<std::string>(value) ? parse_number<float>(value, "a floating-point number")
                                                      : static_cast<float>(decode_double(value));
}

std::string decode_text(const Value& value, std::string_view expected) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return *text;
    }
    fail(value, expected);
}

Bytes decode_bytes(const Value& value) {
    if (const auto* bytes = std::get_if<Bytes>(&value)) {
        return *bytes;
    }
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || !text->starts_with("\\x") || text->size() % 2 != 0) {
        fail(value, "binary data");
    }
    Bytes bytes;
    bytes.reserve(text->size() / 2 - 1);
    for (std::size_t index = 2; index < text->size(); index += 2) {
        const int high = hex_digit((*text)[index]);
        const int low = hex_digit((*text)[index + 1]);
        if (high < 0 || low < 0) {
            fail(value, "binary data");
        }
        bytes.push_back(static_cast<std::byte>(high * 16 + low));
    }
    return bytes;
}

std::size_t decode_label(const Value& value, const EnumLabels& labels) {
    const std::string label = decode_text(value, fmt::format("a name of {}", labels.name));
    const auto found = std::ranges::find(labels.labels, label);
    if (found == labels.labels.end()) {
        fail(value, fmt::format("one of the names of {}: {}", labels.name, fmt::join(labels.labels, ", ")));
    }
    return static_cast<std::size_t>(found - labels.labels.begin());
}

void fail_unknown_label(const EnumLabels& labels, std::int64_t value) {
    throw Error(fmt::format("{} is not a value of {}: its names are {}", value, labels.name,
                            fmt::join(labels.labels, ", ")))
        .hint("set the member to one of them: it was never set, or cast from a number")
        .exit_code(ExitCode::configuration);
}

void fail_unexpected_null() {
    throw Error("the database gave NULL, and the member cannot be empty")
        .hint("make the member a std::optional, or the column NOT NULL")
        .exit_code(ExitCode::mismatch);
}

void fail_out_of_range(std::int64_t value) {
    throw Error(fmt::format("{} is out of the range of the member that it is for", value))
        .hint("give a number that fits, or make the member wider")
        .exit_code(ExitCode::configuration);
}

SqlType integer_type(std::size_t size, bool is_unsigned) {
    const std::size_t needed = is_unsigned ? size * 2 : size;
    if (needed > 8) {
        return {"numeric(20,0)", "INTEGER"};
    }
    return {needed <= 2 ? "smallint" : needed == 4 ? "integer" : "bigint", "INTEGER"};
}

std::string array_type(std::string_view element) {
    return std::string(element) + "[]";
}

}  // namespace schemist::detail
