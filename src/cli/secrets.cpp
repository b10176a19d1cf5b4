#include "cli/secrets.hpp"

#include <algorithm>

namespace schemist::cli {
namespace {

constexpr std::string_view mask = "***";

// user:password@host:5432/database of a URL. Without the @, which a message may have cut off, a number is a port.
std::string masked_authority(std::string_view authority) {
    const std::size_t at = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    const bool has_password = colon != std::string_view::npos && colon < at && at != std::string_view::npos;
    if (has_password && authority.substr(colon + 1, at - colon - 1) == "password") {
        return std::string(authority);  // an example
    }
    if (has_password) {
        return std::string(authority.substr(0, colon + 1)).append(mask).append(authority.substr(at));
    }
    const std::string_view before_path = authority.substr(0, authority.find('/'));
    if (at == std::string_view::npos && colon < before_path.size() &&
        before_path.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) {
        return std::string(authority.substr(0, colon + 1)).append(mask);
    }
    return std::string(authority);
}

std::size_t end_of_word(std::string_view text, std::size_t from, std::string_view ends) {
    return std::min(text.find_first_of(ends, from), text.size());
}

}  // namespace

std::string without_passwords(std::string_view text) {
    constexpr std::string_view scheme = "://";
    constexpr std::string_view keyword = "password=";
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at).starts_with(scheme)) {
            const std::size_t begin = at + scheme.size();
            const std::size_t end = end_of_word(text, begin, " \t\n'\"`");
            const std::string_view url = text.substr(begin, end - begin);
            const std::size_t query = std::min(url.find('?'), url.size());
            // A password may have a ? that is not percent-encoded.
            const std::size_t authority =
                url.find('@', query) == std::string_view::npos ? query : url.rfind('@') + 1;
            result.append(scheme).append(masked_authority(url.substr(0, authority)));
            at = begin + authority;
        } else if (text.substr(at).starts_with(keyword)) {
            at += keyword.size();
            const bool quoted = at < text.size() && text[at] == '\'';
            const std::size_t end = end_of_word(text, at + (quoted ? 1 : 0), quoted ? "'" : " \t\n'\"`&");
            result.append(keyword).append(end == at ? std::string_view() : mask);
            at = std::min(text.size(), end + (quoted ? 1 : 0));
        } else {
            result += text[at++];
        }
    }
    return result;
}

}  // namespace schemist::cli
