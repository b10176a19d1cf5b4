// The kind `text_search_configuration`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.cfgname, format(CASE WHEN pn.nspname = 'public' AND "
        "pg_ts_parser_is_visible(p.oid) THEN '%2$I' ELSE "
        "'%1$I.%2$I' END, pn.nspname, p.prsname) FROM pg_ts_config x JOIN pg_namespace n ON n.oid = "
        "x.cfgnamespace JOIN pg_ts_parser p ON p.oid = x.cfgparser JOIN pg_namespace pn ON pn.oid = "
        "p.prsnamespace WHERE {} AND {} AND {}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_ts_config", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        TextSearchConfiguration configuration;
        configuration.name = {rows.string(row, 1), rows.string(row, 2)};
        configuration.parser = rows.string(row, 3);
        reading.add(reading.schema.text_search_configurations, std::move(configuration),
                    {{catalogue::text_search_configurations, rows.oid(row, 0)}});
    }
}

std::string mapping_query(const Scope&) {
    return fmt::format(
        "SELECT m.mapcfg, (SELECT t.alias FROM ts_token_type(x.cfgparser) t WHERE t.tokid = m.maptokentype), "
        "string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) FROM pg_ts_config_map m JOIN "
        "pg_ts_config x ON x.oid = m.mapcfg WHERE {} GROUP BY m.mapcfg, x.cfgparser, m.maptokentype ORDER BY "
        "m.mapcfg, m.maptokentype",
        is_of_users("m.mapcfg"));
}

void read_mappings(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (const Reading::Located* found =
                reading.located({catalogue::text_search_configurations, rows.oid(row, 0)})) {
            reading.schema.text_search_configurations.at(found->position)
                .mappings.push_back({rows.string(row, 1), rows.string(row, 2)});
        }
    }
}

const TextSearchMapping* find(const TextSearchConfiguration& configuration, const std::string& token) {
    const auto found = std::ranges::find(configuration.mappings, token, &TextSearchMapping::token);
    return found == configuration.mappings.end() ? nullptr : &*found;
}

struct TextSearchConfigurations {
    using Value = TextSearchConfiguration;

    static std::vector<Reader> readers() { return {{query, read}, {mapping_query, read_mappings}}; }
    static std::string target(const TextSearchConfiguration& configuration) {
        return "TEXT SEARCH CONFIGURATION " + qualified(configuration.name);
    }
    static std::vector<std::string> create(const TextSearchConfiguration& configuration) {
        std::vector<std::string> statements{
            fmt::format("CREATE {} (PARSER = {})", target(configuration), configuration.parser)};
        append(statements, alter({}, configuration));
        return statements;
    }
    static std::vector<std::string> alter(const TextSearchConfiguration& before,
                                          const TextSearchConfiguration& after) {
        const std::string alter_this = "ALTER " + target(after);
        std::vector<std::string> statements;
        for (const TextSearchMapping& mapping : before.mappings) {
            if (find(after, mapping.token) == nullptr) {
                statements.push_back(
                    fmt::format("{} DROP MAPPING FOR {}", alter_this, quote_identifier(mapping.token)));
            }
        }
        for (const TextSearchMapping& mapping : after.mappings) {
            const TextSearchMapping* old = find(before, mapping.token);
            if (old == nullptr || !(*old == mapping)) {
                statements.push_back(fmt::format("{} {} MAPPING FOR {} WITH {}", alter_this,
                                                 old == nullptr ? "ADD" : "ALTER",
                                                 quote_identifier(mapping.token), mapping.dictionaries));
            }
        }
        return statements;
    }
    static bool is_replaced(const TextSearchConfiguration& before, const TextSearchConfiguration& after) {
        return before.parser != after.parser;
    }
};

}  // namespace

KindOfObject text_search_configuration_kind() {
    return standard_kind<TextSearchConfigurations>();
}

}  // namespace schemist::postgresql
