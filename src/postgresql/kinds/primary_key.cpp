// The kind `primary_key`.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope& scope) {
    return "SELECT co.conrelid, co.conname, co.condeferrable, co.condeferred, i.indkey, i.indnkeyatts, "
           "ic.reloptions, "
           "d.description, " +
           has_period_column(scope) + ", co.conparentid <> 0, ts.spcname, di.description" +
           " FROM pg_constraint co JOIN pg_index i ON i.indexrelid = co.conindid JOIN pg_class ic ON ic.oid "
           "= "
           "co.conindid" +
           join_comment("pg_constraint", "co.oid") + join_index_facets() + " WHERE co.contype = 'p' AND " +
           is_of_users("co.conrelid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::TableInfo* info = reading.info(rows.oid(row, 0));
        if (info == nullptr) {
            continue;
        }
        PrimaryKey key;
        key.name = rows.string(row, 1);
        key.deferral = read_deferral(rows, row, 2);
        key.columns = column_names(rows.text(row, 4), info->column_names);
        const auto keys = static_cast<std::ptrdiff_t>(rows.integer(row, 5));
        key.include.assign(key.columns.begin() + keys, key.columns.end());
        key.columns.erase(key.columns.begin() + keys, key.columns.end());
        key.storage = parse_storage(rows.text(row, 6));
        key.comment = rows.string(row, 7);
        key.without_overlaps = rows.boolean(row, 8);
        key.inherited = rows.boolean(row, 9);
        key.tablespace = rows.string(row, 10);
        key.index_comment = rows.string(row, 11);
        reading.schema.tables[info->position].primary_key = std::move(key);
    }
}

std::vector<Reference> used(const PrimaryKey& key, const Name& table) {
    std::vector<Reference> references = columns_of(table, key.columns);
    append(references, columns_of(table, key.include));
    return references;
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const PrimaryKey* before = std::get_if<PrimaryKey>(&change.before);
    const PrimaryKey* after = std::get_if<PrimaryKey>(&change.after);
    if (change.action == Action::rename) {
        actions.push_back(rename_constraint(change, before->name, after->name));
        append(actions.back().statements, change_key_facets(table, *before, *after));
        return;
    }
    if (before != nullptr && after != nullptr) {
        if (with_facets_of(*before, *after, is_partitioned(differences.to(), table)) == *after) {
            actions.push_back(in_place(change.object, change_key_facets(table, *before, *after)));
            return;
        }
    }
    if (before != nullptr) {
        actions.push_back(drop_constraint(Kind::primary_key, table, before->name, used(*before, table)));
        drop_in_partitions(differences, table, *before, actions.back());
    }
    if (after != nullptr) {
        actions.push_back(add_constraint(Kind::primary_key, table, after->name, after->comment,
                                         definition(*after), used(*after, table)));
        append(actions.back().statements, change_index_comment(table, after->name, {}, after->index_comment));
        create_in_partitions(differences, table, *after, actions.back());
    }
}

}  // namespace

std::string definition(const PrimaryKey& key) {
    return fmt::format("{}PRIMARY KEY ({}{}){}{}", constraint_prefix(key.name), column_list(key.columns),
                       key.without_overlaps ? " WITHOUT OVERLAPS" : "",
                       index_suffix(key.include, key.storage) + index_tablespace(key.tablespace),
                       deferral_clause(key.deferral));
}

KindOfObject primary_key_kind() {
    return {Kind::primary_key, {{query, read}}, write};
}

}  // namespace schemist::postgresql
