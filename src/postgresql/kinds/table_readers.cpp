// How tables are read, without the parts that are kinds of their own.

#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/sql.hpp"

namespace schemist::postgresql {
namespace {

std::string query(const Scope& scope) {
    return "SELECT c.oid, n.nspname, c.relname, c.relpersistence, c.reloptions, (SELECT tc.reloptions FROM "
           "pg_class tc WHERE tc.oid = c.reltoastrelid), t.spcname, d.description, c.relrowsecurity, "
           "c.relforcerowsecurity, CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, "
           "CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END, "
           "CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, -1) END, c.relreplident, "
           "(SELECT am.amname FROM pg_am am WHERE am.oid = c.relam AND c.relam <> 2), "
           "CASE WHEN c.relkind = 'f' THEN (SELECT s.srvname FROM pg_foreign_table ft JOIN pg_foreign_server "
           "s ON s.oid = ft.ftserver WHERE ft.ftrelid = c.oid) END, CASE WHEN c.relkind = 'f' THEN (SELECT " +
           options_without_secrets("ft.ftoptions") +
           " FROM pg_foreign_table ft WHERE ft.ftrelid = c.oid) END "
           "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
           "LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace" +
           join_comment("pg_class", "c.oid") + " WHERE " + is_read_table(scope);
}

std::string replica_identity_word(char letter) {
    return letter == 'f' ? "FULL" : letter == 'n' ? "NOTHING" : "";
}

void read(const Result& rows, Reading& reading) {
    reading.schema.tables.reserve(rows.size());
    reading.tables.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        TableStructure table;
        table.name = {rows.string(row, 1), rows.string(row, 2)};
        table.name.hidden = reading.is_hidden({catalogue::relations, rows.oid(row, 0)});
        table.unlogged = rows.letter(row, 3) == 'u';
        table.storage = parse_storage(rows.text(row, 4));
        for (const auto& [name, value] : parse_storage(rows.text(row, 5))) {
            table.storage.emplace("toast." + name, value);
        }
        table.tablespace = rows.string(row, 6);
        table.comment = rows.string(row, 7);
        table.row_security = rows.boolean(row, 8);
        table.force_row_security = rows.boolean(row, 9);
        table.partition_key = rows.string(row, 10);
        if (!rows.is_null(row, 11)) {
            table.partition_of = PartitionOf{{}, rows.string(row, 11)};
        }
        table.of_type = rows.string(row, 12);
        table.replica_identity = replica_identity_word(rows.letter(row, 13));
        table.access_method = rows.string(row, 14);
        table.server = rows.string(row, 15);
        if (table.is_foreign()) {
            table.replica_identity.clear();  // the server keeps "nothing" there
            table.foreign_options = parse_storage(rows.text(row, 16));
        }
        reading.tables.emplace(rows.oid(row, 0),
                               Reading::TableInfo{reading.schema.tables.size(), {}, {}, {}});
        reading.schema.tables.push_back(std::move(table));
    }
}

std::string parent_query(const Scope&) {
    return "SELECT i.inhrelid, n.nspname, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = "
           "i.inhparent JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f') "
           "AND " +
           is_of_users("i.inhrelid") + " ORDER BY i.inhrelid, i.inhseqno";
}

void read_parents(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (TableStructure* table = reading.table(rows.oid(row, 0))) {
            Name parent{rows.string(row, 1), rows.string(row, 2)};
            if (table->partition_of) {
                table->partition_of->parent = std::move(parent);
            } else {
                table->inherits.push_back(std::move(parent));
            }
        }
    }
}

std::string marked_index_query(const Scope&) {
    return "SELECT i.indrelid, ic.relname, i.indisreplident, i.indisclustered FROM pg_index i JOIN pg_class "
           "ic "
           "ON ic.oid = i.indexrelid WHERE (i.indisreplident OR i.indisclustered) AND " +
           is_of_users("i.indexrelid");
}

void read_marked_indexes(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (TableStructure* table = reading.table(rows.oid(row, 0))) {
            // Without the letter that says so it is a mark of former times.
            if (rows.boolean(row, 2) && table->replica_identity.empty()) {
                table->replica_identity_index = rows.string(row, 1);
            }
            if (rows.boolean(row, 3)) {
                table->clustered_on = rows.string(row, 1);
            }
        }
    }
}

}  // namespace

std::vector<Reader> table_readers() {
    return {{query, read}, {parent_query, read_parents}, {marked_index_query, read_marked_indexes}};
}

}  // namespace schemist::postgresql
