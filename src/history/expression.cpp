#include "history/expression.hpp"

#include <charconv>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr std::string_view forms =
    "a target is head, heads, base, an id, a label, +n, -n, id+n or id-n, and may begin with 'branch@'";

int number_after(std::string_view whole, char sign, std::string_view digits) {
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
        digits.front() == '-') {
        throw wrong_target(fmt::format("'{}' is no target: a number must follow '{}'", whole, sign))
            .hint(std::string(forms));
    }
    return sign == '-' ? -number : number;
}

}  // namespace

Error wrong_target(std::string what) {
    return Error(std::move(what)).state("nothing was changed").exit_code(ExitCode::configuration);
}

Expression read_expression(std::string_view whole) {
    Expression result;
    result.whole = whole;
    if (whole.find(':') != std::string_view::npos && whole.find("://") == std::string_view::npos) {
        throw wrong_target(fmt::format("'{}' is a range, and a single target is wanted here", whole))
            .hint(
                "ranges are for `history --rev-range`, and for `upgrade`, `downgrade` and `stamp` with "
                "--sql");
    }
    std::string_view rest = whole;
    if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
        result.branch = rest.substr(0, at);
        rest = rest.substr(at + 1);
        if (result.branch.empty()) {
            throw wrong_target(fmt::format("'{}' names no branch before its '@'", whole))
                .hint("a branch is a label or an id, as in 'label@head'");
        }
        if (rest.empty()) {
            throw wrong_target(fmt::format("'{}' names no revision behind its '@'", whole))
                .hint(fmt::format("did you mean {}@head?", result.branch));
        }
    }
    const std::size_t sign = rest.find_first_of("+-");
    result.symbol = rest.substr(0, sign);
    if (sign != std::string_view::npos) {
        result.offset = number_after(whole, rest[sign], rest.substr(sign + 1));
        result.relative = true;
    } else if (rest.empty()) {
        throw wrong_target("the target is empty").hint(std::string(forms));
    }
    return result;
}

}  // namespace schemist
