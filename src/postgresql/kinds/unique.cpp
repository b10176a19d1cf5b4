// The kind `unique`: unique constraints.

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
           nulls_not_distinct_column(scope) + ", " + has_period_column(scope) +
           ", co.conparentid <> 0, ts.spcname, di.description" +
           " FROM pg_constraint co JOIN pg_index i ON i.indexrelid = co.conindid JOIN pg_class ic ON ic.oid "
           "= "
           "co.conindid" +
           join_comment("pg_constraint", "co.oid") + join_index_facets() + " WHERE co.contype = 'u' AND " +
           is_of_users("co.conrelid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::TableInfo* info = reading.info(rows.oid(row, 0));
        if (info == nullptr) {
            continue;
        }
        UniqueConstraint constraint;
        constraint.name = rows.string(row, 1);
        constraint.deferral = read_deferral(rows, row, 2);
        constraint.columns = column_names(rows.text(row, 4), info->column_names);
        const auto keys = static_cast<std::ptrdiff_t>(rows.integer(row, 5));
        constraint.include.assign(constraint.columns.begin() + keys, constraint.columns.end());
        constraint.columns.erase(constraint.columns.begin() + keys, constraint.columns.end());
        constraint.storage = parse_storage(rows.text(row, 6));
        constraint.comment = rows.string(row, 7);
        constraint.nulls_not_distinct = rows.boolean(row, 8);
        constraint.without_overlaps = rows.boolean(row, 9);
        constraint.inherited = rows.boolean(row, 10);
        constraint.tablespace = rows.string(row, 11);
        constraint.index_comment = rows.string(row, 12);
        reading.schema.tables[info->position].unique_constraints.push_back(std::move(constraint));
    }
}

std::vector<Reference> used(const UniqueConstraint& constraint, const Name& table) {
    std::vector<Reference> references = columns_of(table, constraint.columns);
    append(references, columns_of(table, constraint.include));
    return references;
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const UniqueConstraint* before = std::get_if<UniqueConstraint>(&change.before);
    const UniqueConstraint* after = std::get_if<UniqueConstraint>(&change.after);
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
        actions.push_back(drop_constraint(Kind::unique, table, before->name, used(*before, table)));
        drop_in_partitions(differences, table, *before, actions.back());
    }
    if (after != nullptr) {
        actions.push_back(add_constraint(Kind::unique, table, after->name, after->comment, definition(*after),
                                         used(*after, table)));
        append(actions.back().statements, change_index_comment(table, after->name, {}, after->index_comment));
        create_in_partitions(differences, table, *after, actions.back());
    }
}

}  // namespace

std::string definition(const UniqueConstraint& constraint) {
    return fmt::format(
        "{}UNIQUE{} ({}{}){}{}", constraint_prefix(constraint.name),
        constraint.nulls_not_distinct ? " NULLS NOT DISTINCT" : "", column_list(constraint.columns),
        constraint.without_overlaps ? " WITHOUT OVERLAPS" : "",
        index_suffix(constraint.include, constraint.storage) + index_tablespace(constraint.tablespace),
        deferral_clause(constraint.deferral));
}

KindOfObject unique_kind() {
    return {Kind::unique, {{query, read}}, write};
}

}  // namespace schemist::postgresql
