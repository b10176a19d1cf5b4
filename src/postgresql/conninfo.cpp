#include "postgresql/conninfo.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace schemist::postgresql {
namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
struct FreeText {
    void operator()(char* text) const noexcept { PQfreemem(text); }
};

// The part of a URL before '@'. libpq ends it at the first '@' or '/', so a raw one inside of a password
// breaks it.
bool has_unencoded_password(std::string_view text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || scheme > text.find(' ')) {
        return false;
    }
    std::string_view rest = text.substr(scheme + 3);
    const std::size_t slash = rest.find('/');
    if (const std::size_t query = rest.find('?', slash == std::string_view::npos ? 0 : slash);
        slash != std::string_view::npos && query != std::string_view::npos && rest.find('@') < slash) {
        rest = rest.substr(0, query);
    }
    const std::size_t at = rest.rfind('@');
    if (at == std::string_view::npos) {
        return false;
    }
    const std::string_view credentials = rest.substr(0, at);
    return credentials.find(':') != std::string_view::npos &&
           credentials.find_first_of("/@") != std::string_view::npos;
}

Error not_understood(std::string why) {
    return Error(fmt::format("the connection URL is not understood{}{}", why.empty() ? "" : ": ", why))
        .hint(
            "write it as postgresql://user:password@host:port/database, with special characters "
            "percent-encoded")
        .exit_code(ExitCode::configuration);
}

}  // namespace

ConnectionOptions parse_connection_options(const std::string& conninfo_or_url) {
    if (has_unencoded_password(conninfo_or_url)) {
        throw not_understood("its user or password has a '/' or '@' that is not percent-encoded (%2F, %40)");
    }
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
        PQconninfoParse(conninfo_or_url.c_str(), &message));
    const std::unique_ptr<char, FreeText> owned_message(message);
    if (!parsed) {
        // libpq quotes the piece that it stumbled over, and that may be a piece of the password.
        const std::string_view text = message == nullptr ? "" : message;
        throw not_understood(std::string(text.substr(0, text.find('"'))));
    }
    ConnectionOptions options;
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr && *option->val != '\0') {
            options.emplace(option->keyword, option->val);
        }
    }
    return options;
}

void add_defaults(ConnectionOptions& options) {
    struct Default {
        const char* keyword;
        const char* value;
        const char* variable;
    };
    constexpr std::array<Default, 7> defaults{{{"connect_timeout", "20", "PGCONNECT_TIMEOUT"},
                                               {"keepalives_idle", "10", nullptr},
                                               {"keepalives_interval", "5", nullptr},
                                               {"keepalives_count", "3", nullptr},
                                               {"tcp_user_timeout", "20000", nullptr},
                                               {"application_name", "schemist", "PGAPPNAME"},
                                               {"client_encoding", "UTF8", nullptr}}};
    for (const Default& item : defaults) {
        if (item.variable == nullptr || std::getenv(item.variable) == nullptr) {
            options.emplace(item.keyword, item.value);
        }
    }
    // Positions and texts are taken for UTF-8 everywhere.
    options["client_encoding"] = "UTF8";
}

namespace {

std::optional<char> percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        constexpr std::string_view digits = "0123456789abcdef";
        return digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    };
    if (text.size() < 3 || text[0] != '%' || digit(text[1]) > 15 || digit(text[2]) > 15) {
        return std::nullopt;
    }
    return static_cast<char>(digit(text[1]) * 16 + digit(text[2]));
}

// How much of the text is the password, in any mixture of its spellings; zero when it does not begin with it.
std::size_t spelled(std::string_view text, std::string_view password) {
    std::set<std::size_t> reached{0};
    for (const char letter : password) {
        std::set<std::size_t> next;
        for (const std::size_t at : reached) {
            const std::string_view rest = text.substr(at);
            if (rest.starts_with(letter)) {
                next.insert(at + 1);
            }
            if (percent_decoded(rest) == letter) {
                next.insert(at + 3);
            }
            // As a keyword string quotes it.
            if (rest.size() > 1 && rest[0] == '\\' && rest[1] == letter) {
                next.insert(at + 2);
            }
        }
        if (next.empty()) {
            return 0;
        }
        reached = std::move(next);
    }
    return *reached.rbegin();
}

}  // namespace

std::string mask(std::string_view message, std::string_view password) {
    if (password.empty()) {
        return std::string(message);
    }
    std::string result;
    while (!message.empty()) {
        const std::size_t length = spelled(message, password);
        result += length == 0 ? std::string(1, message.front()) : "****";
        message.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

}  // namespace schemist::postgresql
