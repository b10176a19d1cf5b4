#include "config/url.hpp"

#include "postgresql/connection.hpp"
#include "schema/text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

// What libpq 15 takes and a URL may say, but for those that have a member of their own.
constexpr std::array<std::string_view, 32> libpq_parameters{"passfile",
                                                            "channel_binding",
                                                            "connect_timeout",
                                                            "client_encoding",
                                                            "options",
                                                            "application_name",
                                                            "fallback_application_name",
                                                            "keepalives",
                                                            "keepalives_idle",
                                                            "keepalives_interval",
                                                            "keepalives_count",
                                                            "tcp_user_timeout",
                                                            "replication",
                                                            "gssencmode",
                                                            "sslmode",
                                                            "requiressl",
                                                            "sslcompression",
                                                            "sslcert",
                                                            "sslkey",
                                                            "sslpassword",
                                                            "sslrootcert",
                                                            "sslcrl",
                                                            "sslcrldir",
                                                            "sslsni",
                                                            "requirepeer",
                                                            "ssl_min_protocol_version",
                                                            "ssl_max_protocol_version",
                                                            "krbsrvname",
                                                            "gsslib",
                                                            "service",
                                                            "target_session_attrs",
                                                            "hostaddr"};

Error not_understood(const std::string& source, std::string why) {
    return Error(fmt::format("the database URL is not understood: {}", why))
        .at(source)
        .hint(
            "write it as postgresql://user:password@host:5432/database, with special characters "
            "percent-encoded, or as "
            "sqlite:///file.db")
        .exit_code(ExitCode::configuration);
}

std::string decode(std::string_view text, const std::string& source) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned int byte = 0;
        const char* begin = text.data() + i + 1;
        const bool complete = i + 2 < text.size();
        if (!complete || std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2 || byte == 0) {
            throw not_understood(
                source, "'%' must be followed by two hexadecimal digits, not 00; write '%' itself as %25");
        }
        result += static_cast<char>(byte);
        i += 2;
    }
    return result;
}

std::vector<std::pair<std::string, std::string>> split_query(std::string_view query,
                                                             const std::string& source) {
    std::vector<std::pair<std::string, std::string>> result;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view item = query.substr(0, end);
        const std::size_t equals = item.find('=');
        if (!item.empty()) {
            result.emplace_back(
                decode(item.substr(0, equals), source),
                equals == std::string_view::npos ? std::string{} : decode(item.substr(equals + 1), source));
        }
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return result;
}

void read_hosts(Url& url, std::string_view hosts) {
    std::vector<std::string> names;
    std::vector<std::string> ports;
    while (true) {
        const std::size_t comma = hosts.find(',');
        const std::string_view one = hosts.substr(0, comma);
        std::size_t colon = one.rfind(':');
        std::string_view name = one;
        if (one.starts_with('[')) {
            const std::size_t bracket = one.find(']');
            if (bracket == std::string_view::npos) {
                throw not_understood(url.source, "a '[' of an IPv6 address has no ']'");
            }
            name = one.substr(1, bracket - 1);
            colon = one.find(':', bracket);
        } else if (colon != std::string_view::npos) {
            name = one.substr(0, colon);
        }
        const std::string_view port =
            colon == std::string_view::npos ? std::string_view{} : one.substr(colon + 1);
        if (port.find_first_not_of("0123456789") != std::string_view::npos) {
            throw not_understood(url.source,
                                 "a port is not a number, or the password has a ':', '/' or '@' that is not "
                                 "percent-encoded (%3A, %2F, %40)");
        }
        names.push_back(decode(name, url.source));
        ports.emplace_back(port);
        if (comma == std::string_view::npos) {
            break;
        }
        hosts = hosts.substr(comma + 1);
    }
    url.host = fmt::format("{}", fmt::join(names, ","));
    const bool has_port =
        std::any_of(ports.begin(), ports.end(), [](const std::string& port) { return !port.empty(); });
    url.port = has_port ? fmt::format("{}", fmt::join(ports, ",")) : std::string{};
}

// The names that other drivers use for what libpq calls sslmode.
void read_parameter(Url& url, std::string name, std::string value, std::vector<std::string>& dropped) {
    const std::array<std::pair<std::string_view, std::string*>, 5> members{{{"host", &url.host},
                                                                            {"port", &url.port},
                                                                            {"user", &url.user},
                                                                            {"password", &url.password},
                                                                            {"dbname", &url.database}}};
    for (const auto& [known, member] : members) {
        if (name == known) {
            *member = std::move(value);
            return;
        }
    }
    if (name == "ssl" && (value == "true" || value == "require")) {
        name = "sslmode";
        value = "require";
    } else if (name == "sslmode" && value == "no-verify") {
        value = "require";
    }
    constexpr int knows_negotiation = 170000;
    const bool is_known =
        std::find(libpq_parameters.begin(), libpq_parameters.end(), name) != libpq_parameters.end() ||
        (name == "sslnegotiation" && postgresql::client_version() >= knows_negotiation);
    if (!is_known) {
        dropped.push_back(name);
        return;
    }
    url.parameters.emplace_back(std::move(name), std::move(value));
}

Url parse_postgresql(std::string_view rest, std::string source) {
    Url url;
    url.dialect = DialectName::postgresql;
    url.source = std::move(source);
    const std::size_t end = rest.find_first_of("/?");
    const std::string_view authority = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
    const std::size_t at = authority.rfind('@');
    const std::size_t question = rest.find('?');
    if (rest.substr(0, at == std::string_view::npos ? rest.size() : question).find('@') !=
        std::string_view::npos) {
        throw not_understood(url.source,
                             "the user or password has a '/' or '?' that is not percent-encoded (%2F, %3F)");
    }
    if (at != std::string_view::npos) {
        const std::string_view credentials = authority.substr(0, at);
        const std::size_t colon = credentials.find(':');
        url.user = decode(credentials.substr(0, colon), url.source);
        url.password = colon == std::string_view::npos ? std::string{}
                                                       : decode(credentials.substr(colon + 1), url.source);
    }
    read_hosts(url, at == std::string_view::npos ? authority : authority.substr(at + 1));
    if (rest.starts_with('/')) {
        url.database =
            decode(rest.substr(1, question == std::string_view::npos ? question : question - 1), url.source);
    }
    std::vector<std::string> dropped;
    if (question != std::string_view::npos) {
        for (auto& [name, value] : split_query(rest.substr(question + 1), url.source)) {
            read_parameter(url, std::move(name), std::move(value), dropped);
        }
    }
    if (!dropped.empty()) {
        url.notes.push_back(fmt::format("left out of {}, as libpq does not know it: {}", url.source,
                                        fmt::join(dropped, ", ")));
    }
    // With the authorities of the system libpq takes verify-full, and nothing weaker.
    const auto says_how = [](const auto& parameter) {
        return parameter.first == "sslmode" ||
               (parameter.first == "sslrootcert" && parameter.second == "system");
    };
    if (postgresql::is_neon_host(url.host) &&
        std::none_of(url.parameters.begin(), url.parameters.end(), says_how)) {
        url.parameters.emplace_back("sslmode", "require");
    }
    return url;
}

Url parse_sqlite(std::string_view rest, std::string source) {
    Url url;
    url.source = std::move(source);
    const std::size_t question = rest.find('?');
    if (question != std::string_view::npos) {
        url.notes.push_back(fmt::format("left out of {}: what stands behind '?'", url.source));
        rest = rest.substr(0, question);
    }
    if (rest.starts_with("//")) {
        rest = rest.substr(2);
        if (!rest.empty() && !rest.starts_with('/')) {
            throw not_understood(
                url.source,
                "sqlite:// has no host; a relative path needs three slashes, an absolute one four");
        }
        rest = rest.empty() ? rest : rest.substr(1);
    }
    url.database = rest.empty() ? ":memory:" : decode(rest, url.source);
    return url;
}

std::string quote_value(std::string_view value) {
    std::string result = "'";
    for (const char c : value) {
        result += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
    return result + "'";
}

std::string join_hosts(const Url& url) {
    std::string result;
    std::string_view hosts = url.host;
    std::string_view ports = url.port;
    while (!hosts.empty()) {
        const std::string_view host = hosts.substr(0, hosts.find(','));
        const std::string_view port = ports.substr(0, ports.find(','));
        result += fmt::format(
            "{}{}{}{}", result.empty() ? "" : ",",
            host.find(':') == std::string_view::npos ? std::string(host) : fmt::format("[{}]", host),
            port.empty() ? "" : ":", port);
        hosts.remove_prefix(std::min(hosts.size(), host.size() + 1));
        // One port alone is meant for every host.
        if (ports.find(',') != std::string_view::npos) {
            ports.remove_prefix(port.size() + 1);
        }
    }
    return result;
}

}  // namespace

std::string Url::masked() const {
    if (dialect == DialectName::sqlite) {
        return database == ":memory:" ? "sqlite://" : "sqlite:///" + database;
    }
    const std::string credentials = user.empty() && password.empty()
                                        ? std::string{}
                                        : fmt::format("{}{}@", user, password.empty() ? "" : ":***");
    const bool socket = host.starts_with('/');
    return fmt::format("postgresql://{}{}/{}{}", credentials, socket ? std::string{} : join_hosts(*this),
                       database, socket ? "?host=" + host : std::string{});
}

std::string Url::conninfo() const {
    std::string result;
    const auto add = [&](std::string_view keyword, std::string_view value) {
        if (!value.empty()) {
            result += fmt::format("{}{}={}", result.empty() ? "" : " ", keyword, quote_value(value));
        }
    };
    add("host", host);
    add("port", port);
    add("user", user);
    add("password", password);
    add("dbname", database);
    for (const auto& [name, value] : parameters) {
        add(name, value);
    }
    return result;
}

Url parse_url(std::string_view text, std::string source) {
    const auto strip = [](std::string_view value) {
        const std::size_t begin = value.find_first_not_of(" \t\r\n\"'");
        return begin == std::string_view::npos
                   ? std::string_view{}
                   : value.substr(begin, value.find_last_not_of(" \t\r\n\"'") - begin + 1);
    };
    text = strip(text);
    const std::size_t colon = text.find(':');
    if (text.empty() || colon == std::string_view::npos) {
        throw not_understood(
            source, text.empty() ? "it is empty" : "it does not begin with postgresql:// or sqlite://");
    }
    std::string scheme = to_lower(text.substr(0, colon));
    // What stands behind the plus is a driver of SQLAlchemy's.
    scheme = scheme.substr(0, scheme.find('+'));
    std::string_view rest = text.substr(colon + 1);
    if ((scheme == "postgresql" || scheme == "postgres") && rest.starts_with("//")) {
        return parse_postgresql(rest.substr(2), std::move(source));
    }
    if (scheme == "sqlite" || scheme == "sqlite3") {
        return parse_sqlite(rest, std::move(source));
    }
    throw not_understood(source, "it does not begin with postgresql:// or sqlite://");
}

}  // namespace schemist
