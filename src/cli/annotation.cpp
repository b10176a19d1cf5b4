#include "cli/annotation.hpp"

#include "cli/secrets.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

std::string escaped(std::string_view text, bool is_property) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
            case '%':
                result += "%25";
                break;
            case '\r':
                result += "%0D";
                break;
            case '\n':
                result += "%0A";
                break;
            case ':':
                result += is_property ? "%3A" : ":";
                break;
            case ',':
                result += is_property ? "%2C" : ",";
                break;
            default:
                result += letter;
        }
    }
    return result;
}

std::string place(std::string_view where) {
    const std::size_t colon = where.rfind(':');
    const bool has_line = colon != std::string_view::npos && colon + 1 < where.size() &&
                          where.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    const std::string_view file = has_line ? where.substr(0, colon) : where;
    if (!file.ends_with(".sql") && !file.ends_with(".toml")) {
        return {};
    }
    return has_line ? fmt::format("file={},line={},", escaped(file, true), where.substr(colon + 1))
                    : fmt::format("file={},", escaped(file, true));
}

}  // namespace

std::string annotation(AnnotationLevel level, std::string_view where, std::string_view message) {
    const std::string_view word = level == AnnotationLevel::error     ? "error"
                                  : level == AnnotationLevel::warning ? "warning"
                                                                      : "notice";
    return fmt::format("::{} {}title=schemist::{}\n", word, place(without_passwords(where)),
                       escaped(without_passwords(message), false));
}

}  // namespace schemist::cli
