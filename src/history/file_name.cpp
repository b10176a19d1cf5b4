// How a revision's file is called.

#include "history/file.hpp"

#include <fmt/format.h>

namespace schemist {

std::string slug(std::string_view message) {
    constexpr std::size_t longest = 40;
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    std::string result;
    bool gap = false;
    for (const char c : message) {
        if (!is_word(c)) {
            gap = !result.empty();
            continue;
        }
        result += gap ? "_" : "";
        result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        gap = false;
    }
    if (result.size() <= longest) {
        return result;
    }
    result.resize(longest);
    const std::size_t last = result.rfind('_');
    if (last != std::string::npos) {
        return result.substr(0, last) + "_";
    }
    while (!result.empty() && (static_cast<unsigned char>(result.back()) & 0xC0U) == 0x80U) {
        result.pop_back();
    }
    if (!result.empty() && static_cast<unsigned char>(result.back()) >= 0x80) {
        result.pop_back();
    }
    return result + "_";
}

std::string revision_file_name(const Revision& revision) {
    return fmt::format("{}_{}.sql", revision.id, slug(revision.message));
}

}  // namespace schemist
