// The kinds `text_search_parser` and `text_search_template`: names for functions, which only a drop and a create can change.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string parser_query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.prsname, concat_ws(', ', 'START = ' || x.prsstart, 'GETTOKEN = ' || "
        "x.prstoken, 'END = ' || x.prsend, 'LEXTYPES = ' || x.prslextype, 'HEADLINE = ' || "
        "nullif(x.prsheadline::oid, 0)::regproc) FROM pg_ts_parser x JOIN pg_namespace n ON n.oid = "
        "x.prsnamespace WHERE {} AND {} AND {}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_ts_parser", "x.oid"));
}

void read_parsers(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        TextSearchParser parser{{rows.string(row, 1), rows.string(row, 2)}, rows.string(row, 3), {}};
        reading.add(reading.schema.text_search_parsers, std::move(parser),
                    {{catalogue::text_search_parsers, rows.oid(row, 0)}});
    }
}

std::string template_query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.tmplname, concat_ws(', ', 'INIT = ' || nullif(x.tmplinit::oid, "
        "0)::regproc, 'LEXIZE = ' || x.tmpllexize) FROM pg_ts_template x JOIN pg_namespace n ON n.oid = "
        "x.tmplnamespace WHERE {} AND {} AND {}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_ts_template", "x.oid"));
}

void read_templates(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        TextSearchTemplate found{{rows.string(row, 1), rows.string(row, 2)}, rows.string(row, 3), {}};
        reading.add(reading.schema.text_search_templates, std::move(found),
                    {{catalogue::text_search_templates, rows.oid(row, 0)}});
    }
}

struct TextSearchParsers {
    using Value = TextSearchParser;

    static std::vector<Reader> readers() { return {{parser_query, read_parsers}}; }
    static std::string target(const TextSearchParser& parser) {
        return "TEXT SEARCH PARSER " + qualified(parser.name);
    }
    static std::vector<std::string> create(const TextSearchParser& parser) {
        return {fmt::format("CREATE {} ({})", target(parser), parser.definition)};
    }
};

struct TextSearchTemplates {
    using Value = TextSearchTemplate;

    static std::vector<Reader> readers() { return {{template_query, read_templates}}; }
    static std::string target(const TextSearchTemplate& one) {
        return "TEXT SEARCH TEMPLATE " + qualified(one.name);
    }
    static std::vector<std::string> create(const TextSearchTemplate& one) {
        return {fmt::format("CREATE {} ({})", target(one), one.definition)};
    }
};

}  // namespace

KindOfObject text_search_parser_kind() {
    return standard_kind<TextSearchParsers>();
}

KindOfObject text_search_template_kind() {
    return standard_kind<TextSearchTemplates>();
}

}  // namespace schemist::postgresql
