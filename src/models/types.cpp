#include <schemist/error.hpp>
#include <schemist/types.hpp>

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace schemist {
namespace {

int hex_digit(char character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    const char lower = static_cast<char>(character | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

[[noreturn]] void fail(std::string what, std::string hint) {
    throw Error(std::move(what)).hint(std::move(hint)).exit_code(ExitCode::configuration);
}

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

}  // namespace

Json Json::parse(std::string_view text) {
    const auto refuse_nul = [](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        const bool is_text =
            event == nlohmann::json::parse_event_t::key || event == nlohmann::json::parse_event_t::value;
        if (is_text && parsed.is_string() &&
            parsed.get_ref<const std::string&>().find('\0') != std::string::npos) {
            fail("the JSON holds the character \\u0000, which PostgreSQL cannot keep", "leave it out");
        }
        return true;
    };
    try {
        [[maybe_unused]] const auto parsed = nlohmann::json::parse(text, refuse_nul);
    } catch (const nlohmann::json::exception& problem) {
        const std::string_view message = problem.what();
        fail(fmt::format("the text is not JSON: {}", message.substr(message.find("] ") + 2)),
             "correct the text there");
    }
    return Json(std::string(text));
}

bool Json::equal(const Json& left, const Json& right) {
    return nlohmann::json::parse(left.text_) == nlohmann::json::parse(right.text_);
}

Uuid Uuid::parse(std::string_view text) {
    std::string_view rest = text;
    if (rest.size() > 2 && rest.front() == '{' && rest.back() == '}') {
        rest = rest.substr(1, rest.size() - 2);
    }
    Data data{};
    std::size_t digits = 0;
    bool valid = true;
    for (const char character : rest) {
        const int digit = hex_digit(character);
        if (character == '-' && digits % 4 == 0 && digits > 0) {
            continue;
        }
        valid = valid && digit >= 0 && digits < 32;
        if (!valid) {
            break;
        }
        data[digits / 2] = static_cast<std::uint8_t>(data[digits / 2] * 16 + digit);
        ++digits;
    }
    if (!valid || digits != 32 || rest.back() == '-') {
        fail(fmt::format("'{}' is not a UUID", text), "write 32 hexadecimal digits, with hyphens or without");
    }
    return Uuid(data);
}

Uuid Uuid::random() {
    std::random_device device;
    Data data{};
    for (std::size_t index = 0; index < data.size(); index += 4) {
        const std::uint32_t bits = device();
        for (std::size_t byte = 0; byte < 4; ++byte) {
            data[index + byte] = static_cast<std::uint8_t>(bits >> (8 * byte));
        }
    }
    data[6] = static_cast<std::uint8_t>((data[6] & 0x0f) | 0x40);
    data[8] = static_cast<std::uint8_t>((data[8] & 0x3f) | 0x80);
    return Uuid(data);
}

std::string Uuid::text() const {
    std::string result;
    for (std::size_t index = 0; index < data_.size(); ++index) {
        if (index == 4 || index == 6 || index == 8 || index == 10) {
            result += '-';
        }
        result += fmt::format("{:02x}", data_[index]);
    }
    return result;
}

namespace detail {

std::string normalize_decimal(std::string_view text, int precision, int scale) {
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) {
        rest.remove_prefix(1);
    }
    const std::size_t point = std::min(rest.find('.'), rest.size());
    std::string_view whole = rest.substr(0, point);
    std::string_view fraction = point < rest.size() ? rest.substr(point + 1) : std::string_view();
    if (whole.size() + fraction.size() == 0 || !std::ranges::all_of(whole, is_digit) ||
        !std::ranges::all_of(fraction, is_digit)) {
        fail(fmt::format("'{}' is not a decimal number", text),
             "write digits, with a point before the fraction");
    }
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
    if (fraction.size() > static_cast<std::size_t>(scale)) {
        fail(fmt::format("{} has more than {} digits behind its point", text, scale),
             "round it, or give the member's type more");
    }
    if (whole.size() > static_cast<std::size_t>(precision - scale)) {
        fail(fmt::format("{} has more than {} digits before its point", text, precision - scale),
             "give the member's type more");
    }
    std::string result = negative && whole.size() + fraction.size() > 0 ? "-" : "";
    result += whole.empty() ? "0" : whole;
    if (scale > 0) {
        result += '.';
        result += fraction;
        result.append(static_cast<std::size_t>(scale) - fraction.size(), '0');
    }
    return result;
}

// Both were normalized to the same scale.
std::strong_ordering compare_decimals(std::string_view left, std::string_view right) {
    const bool negative = left.starts_with('-');
    if (negative != right.starts_with('-')) {
        return negative ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    const std::strong_ordering magnitude =
        left.size() != right.size() ? left.size() <=> right.size() : left.compare(right) <=> 0;
    return negative ? 0 <=> magnitude : magnitude;
}

}  // namespace detail
}  // namespace schemist
