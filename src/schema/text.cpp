#include "schema/text.hpp"

#include <algorithm>

namespace schemist {

std::string to_lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

std::vector<std::string> comma_list(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\f\v";
    std::vector<std::string> result;
    while (!text.empty()) {
        const std::string_view item = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), item.size() + 1));
        if (const std::size_t begin = item.find_first_not_of(blanks); begin != std::string_view::npos) {
            result.emplace_back(item.substr(begin, item.find_last_not_of(blanks) - begin + 1));
        }
    }
    return result;
}

}  // namespace schemist
