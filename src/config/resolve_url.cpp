// Which database is meant, and what its URL must be for what is done with it.

#include "config/url.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist {

namespace {

// Of the first part of a host of Neon's that is a pooler.
constexpr std::string_view pooler_suffix = "-pooler";

Url find_url(const std::string& given, const Config& config, const EnvironmentVariables& environment) {
    if (!given.empty()) {
        return parse_url(given, "--url");
    }
    constexpr std::array<const char*, 7> variables{
        "SCHEMIST_DATABASE_URL",    "DIRECT_URL",   "DIRECT_DATABASE_URL", "DATABASE_URL_UNPOOLED",
        "POSTGRES_URL_NON_POOLING", "DATABASE_URL", "POSTGRES_URL"};
    for (const char* variable : variables) {
        if (const auto value = environment(variable)) {
            return parse_url(*value, variable);
        }
    }
    for (const char* variable : {"PGHOST_UNPOOLED", "PGHOST"}) {
        if (const auto host = environment(variable)) {
            Url url;
            url.dialect = DialectName::postgresql;
            url.source = variable;
            url.host = *host;
            url.port = environment("PGPORT").value_or("");
            url.user = environment("PGUSER").value_or("");
            url.database = environment("PGDATABASE").value_or("");
            return url;  // libpq itself reads the others, the password among them
        }
    }
    if (!config.database_url.empty()) {
        return parse_url(config.database_url, config.path.empty() ? "database.url" : config.path);
    }
    return parse_url("sqlite:///schemist.db", "the default");
}

}  // namespace

Url resolve_url(const std::string& given, const Config& config, const EnvironmentVariables& environment) {
    return on_its_way(find_url(given, config, environment), config);
}

Url on_its_way(Url url, const Config& config) {
    url.way = config.way;
    return url;
}

Url for_migrations(Url url, const EnvironmentVariables& environment) {
    const std::size_t dot = url.host.find('.');
    if (url.dialect != DialectName::postgresql || !postgresql::is_neon_host(url.host) ||
        dot == std::string::npos || !std::string_view(url.host).substr(0, dot).ends_with(pooler_suffix) ||
        environment("SCHEMIST_KEEP_POOLER") == "1") {
        return url;
    }
    const std::string pooled = url.host;
    url.pooled_host = pooled;
    url.host.erase(dot - pooler_suffix.size(), pooler_suffix.size());
    url.notes.push_back(fmt::format("{} is a pooler; migrations go to {} (SCHEMIST_KEEP_POOLER=1 keeps it)",
                                    pooled, url.host));
    return url;
}

Url with_endpoint(Url url) {
    std::string endpoint = url.host.substr(0, url.host.find('.'));
    if (endpoint.ends_with(pooler_suffix)) {
        endpoint.erase(endpoint.size() - pooler_suffix.size());
    }
    const auto options =
        std::ranges::find_if(url.parameters, [](const auto& one) { return one.first == "options"; });
    if (!postgresql::is_neon_host(url.host)) {
        return url;
    }
    if (options == url.parameters.end()) {
        url.parameters.emplace_back("options", "endpoint=" + endpoint);
    } else if (options->second.find("endpoint=") == std::string::npos &&
               options->second.find("project=") == std::string::npos) {
        options->second += " endpoint=" + endpoint;
    }
    return url;
}

Url with_authorities(Url url, const SystemAuthorities& authorities) {
    const auto find = [&](std::string_view name) {
        return std::find_if(url.parameters.begin(), url.parameters.end(),
                            [&](const auto& parameter) { return parameter.first == name; });
    };
    const auto none = url.parameters.end();
    const auto root = find("sslrootcert");
    const auto mode = find("sslmode");
    const bool verifies = mode != none && mode->second.starts_with("verify-");
    if (authorities.libpq_knows_them || authorities.file.empty()) {
        return url;
    }
    if (root != none && root->second == "system") {
        root->second = authorities.file;
        // As libpq 16 means it.
        if (mode == none) {
            url.parameters.emplace_back("sslmode", "verify-full");
        }
    } else if (root == none && verifies && postgresql::is_neon_host(url.host) &&
               !authorities.others_are_set) {
        url.parameters.emplace_back("sslrootcert", authorities.file);
    }
    return url;
}

}  // namespace schemist
