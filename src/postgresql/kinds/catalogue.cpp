#include "postgresql/kinds/kind.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {

std::string is_user_namespace() {
    return "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
}

std::string is_no_extension_member(std::string_view catalogue, std::string_view oid) {
    return fmt::format(
        "{1} NOT IN (SELECT e.objid FROM pg_depend e WHERE e.deptype = 'e' AND e.classid = '{0}'::regclass)",
        catalogue, oid);
}

std::string join_comment(std::string_view catalogue, std::string_view oid, std::string_view column_number) {
    return fmt::format(
        " LEFT JOIN pg_description d ON d.objoid = {1} AND d.classoid = '{0}'::regclass AND d.objsubid = {2}",
        catalogue, oid, column_number);
}

std::string is_read_table() {
    return "c.relkind = 'r' AND NOT c.relispartition AND c.reloftype = 0 AND " + is_user_namespace() +
           " AND c.oid NOT IN (SELECT inhrelid FROM pg_inherits) AND " +
           is_no_extension_member("pg_class", "c.oid");
}

}  // namespace schemist::postgresql
