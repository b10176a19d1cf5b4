#include "postgresql/kinds/kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {

namespace {

// As a regular expression of the server, from the first letter to the last.
std::string is_like(std::string_view column, std::string_view pattern) {
    std::string expression = "^";
    for (const char letter : pattern) {
        if (letter == '*') {
            expression += ".*";
        } else if (letter == '?') {
            expression += '.';
        } else {
            constexpr std::string_view special = "\\^$.|+()[]{}";
            expression += special.find(letter) == std::string_view::npos ? "" : "\\";
            expression += letter;
        }
    }
    return fmt::format("{} ~ {}", column, quote_literal(expression + "$"));
}

// pg_class c with pg_namespace n: what one of the patterns matches.
std::string matches_one(const std::vector<ObjectPattern>& patterns) {
    std::string condition = "false";
    for (const ObjectPattern& pattern : patterns) {
        if (!pattern.kind || *pattern.kind == Kind::table) {
            condition += " OR " + is_like("c.relname", pattern.name) +
                         (pattern.schema ? " AND " + is_like("n.nspname", *pattern.schema) : "");
        }
    }
    return "(" + condition + ")";
}

}  // namespace

std::string is_of_users(std::string_view oid) {
    constexpr int first_after_initdb = 16384;
    return fmt::format("{} >= {}", oid, first_after_initdb);
}

std::string is_user_namespace() {
    return "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
}

std::string is_no_extension_member(std::string_view catalogue, std::string_view oid) {
    // By what they refer to there is an index, by their type there is none.
    return fmt::format(
        "{1} NOT IN (SELECT e.objid FROM pg_depend e WHERE e.refclassid = 'pg_extension'::regclass AND "
        "e.classid = '{0}'::regclass AND e.deptype = 'e')",
        catalogue, oid);
}

std::string join_comment(std::string_view catalogue, std::string_view oid, std::string_view column_number) {
    return fmt::format(
        " LEFT JOIN pg_description d ON {3} AND d.objoid = {1} AND d.classoid = '{0}'::regclass AND "
        "d.objsubid = {2}",
        catalogue, oid, column_number, is_of_users("d.objoid"));
}

std::string is_read_table(const Scope& scope) {
    return "c.relkind IN ('r', 'p', 'f') AND " + is_of_users("c.oid") + " AND " + is_user_namespace() +
           " AND " + is_no_extension_member("pg_class", "c.oid") +
           fmt::format(" AND NOT (n.nspname = {} AND c.relname = {})",
                       quote_literal(scope.journal.schema.empty() ? "public" : scope.journal.schema),
                       quote_literal(scope.journal.name)) +
           (scope.selection.include.empty() ? "" : " AND " + matches_one(scope.selection.include)) +
           (scope.selection.exclude.empty() ? "" : " AND NOT " + matches_one(scope.selection.exclude));
}

}  // namespace schemist::postgresql
