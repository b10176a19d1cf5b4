// The kind `index`: those that implement no constraint.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope& scope) {
    return "SELECT i.indrelid, ic.relname, i.indisunique, " + nulls_not_distinct_column(scope) +
           ", am.amname, ic.reloptions, t.spcname, i.indisvalid OR ic.relkind = 'I', d.description, "
           "ic.relispartition, " +
           index_columns_query() +
           " FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam "
           "LEFT JOIN "
           "pg_tablespace t ON t.oid = ic.reltablespace" +
           join_comment("pg_class", "ic.oid") +
           " WHERE ic.relkind IN ('i', 'I') AND NOT i.indisprimary AND NOT ((i.indisunique OR "
           "i.indisexclusion) AND "
           "i.indexrelid IN (SELECT co.conindid FROM pg_constraint co WHERE co.contype IN ('p', 'u', 'x'))) "
           "AND " +
           is_of_users("i.indexrelid") + " AND " + is_no_extension_member("pg_class", "ic.oid");
}

void read(const Result& rows, Reading& reading) {
    constexpr std::size_t first = 10;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Oid owner = rows.oid(row, 0);
        const Reading::TableInfo* info = reading.info(owner);
        const auto view = reading.materialized_views.find(owner);
        const bool of_view = view != reading.materialized_views.end();
        if (info == nullptr && !of_view) {
            continue;
        }
        info = of_view ? &view->second : info;
        Index index;
        index.name = rows.string(row, 1);
        index.unique = rows.boolean(row, 2);
        index.nulls_not_distinct = rows.boolean(row, 3);
        index.method = rows.string(row, 4);
        index.storage = parse_storage(rows.text(row, 5));
        index.tablespace = rows.string(row, 6);
        index.valid = rows.boolean(row, 7);
        index.comment = rows.string(row, 8);
        index.inherited = rows.boolean(row, 9);
        IndexColumns columns = read_index_columns(rows, row, first, reading, *info);
        index.elements = std::move(columns.elements);
        index.include = std::move(columns.include);
        index.predicate = without_parentheses(rows.text(row, first + index_columns_width - 1));
        std::vector<Index>& indexes = of_view ? reading.schema.materialized_views[info->position].indexes
                                              : reading.schema.tables[info->position].indexes;
        indexes.push_back(std::move(index));
    }
}

std::vector<Reference> used(const Schema& schema, const Name& table, const Index& index) {
    return used_by_elements(schema, table, index.elements, index.include, index.predicate);
}

DdlAction create(const Schema& schema, const Name& table, const Index& index) {
    DdlAction action;
    action.statements.push_back(create_index(table, index));
    append(action.statements, index_facets(table, index));
    append(action.creates, names_taken(Kind::index, table, index.name));
    action.needs = used(schema, table, index);
    if (index.unique) {
        action.creates.push_back(all_keys(table));
    }
    action.needs.push_back({Kind::table, table, {}});
    action.needs.push_back({Kind::materialized_view, table, {}});
    return action;
}

DdlAction drop(const Schema& schema, const Name& table, const Index& index) {
    DdlAction action;
    action.statements.push_back("DROP INDEX " + qualified_like(table, index.name));
    append(action.drops, names_left(Kind::index, table, index.name));
    action.frees = used(schema, table, index);
    if (index.unique) {
        action.creates.push_back(all_keys(table));
    }
    action.frees.push_back({Kind::table, table, {}});
    action.frees.push_back({Kind::materialized_view, table, {}});
    return action;
}

DdlAction rename(const Change& change, const Index& before, const Index& after) {
    DdlAction action;
    action.statements.push_back(fmt::format("ALTER INDEX {} RENAME TO {}",
                                            qualified_like(change.object.name, before.name),
                                            quote_identifier(after.name)));
    append(action.drops, names_left(Kind::index, change.object.name, before.name));
    append(action.creates, names_taken(Kind::index, change.object.name, after.name));
    return action;
}

std::vector<std::string> change_facets(const Name& table, const Index& before, const Index& after) {
    std::vector<std::string> statements =
        change_tablespace_of_index(table, after.name, before.tablespace, after.tablespace);
    append(statements, change_storage_of_index(table, after.name, before.storage, after.storage));
    append(statements, change_statistics(table, after.name, before.elements, after.elements));
    append(statements, change_index_comment(table, after.name, before.comment, after.comment));
    return statements;
}

// The parent has had its own before, without one in this partition.
void attach_to_parent(const Differences& differences, const Name& table, const Index& index,
                      DdlAction& action) {
    const TableStructure* partition = index.inherited ? differences.to().find_table(table) : nullptr;
    const TableStructure* parent = partition != nullptr && partition->partition_of
                                       ? differences.to().find_table(partition->partition_of->parent)
                                       : nullptr;
    if (parent == nullptr) {
        return;
    }
    const auto found = std::ranges::find_if(
        parent->indexes, [&](const Index& other) { return same_definition(index, other); });
    if (found != parent->indexes.end() &&
        !differences.is_created(part(Kind::index, parent->name, found->name))) {
        action.statements.push_back(fmt::format("ALTER INDEX {} ATTACH PARTITION {}",
                                                qualified_like(parent->name, found->name),
                                                qualified_like(table, index.name)));
    }
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const Index* before = std::get_if<Index>(&change.before);
    const Index* after = std::get_if<Index>(&change.after);
    if (change.action == Action::rename) {
        actions.push_back(rename(change, *before, *after));
        append(actions.back().statements, change_facets(table, *before, *after));
        return;
    }
    if (before != nullptr && after != nullptr) {
        if (with_facets_of(*before, *after, is_partitioned(differences.to(), table)) == *after) {
            actions.push_back(in_place(change.object, change_facets(table, *before, *after)));
            return;
        }
    }
    if (before != nullptr) {
        actions.push_back(drop(differences.from(), table, *before));
        drop_in_partitions(differences, table, *before, actions.back());
    }
    if (after != nullptr) {
        actions.push_back(create(differences.to(), table, *after));
        create_in_partitions(differences, table, *after, actions.back());
        attach_to_parent(differences, table, *after, actions.back());
    }
}

}  // namespace

std::string create_index(const Name& table, const Index& index, bool only) {
    std::string text = fmt::format("CREATE {}INDEX {}ON {}{}", index.unique ? "UNIQUE " : "",
                                   index.name.empty() ? "" : quote_identifier(index.name) + " ",
                                   only ? "ONLY " : "", qualified(table));
    if (!index.method.empty() && index.method != "btree") {
        text += " USING " + quote_identifier(index.method);
    }
    std::vector<std::string> elements;
    for (const IndexElement& element : index.elements) {
        elements.push_back(index_element(element));
    }
    text += fmt::format(" ({})", join(elements, ", "));
    text += index_suffix(index.include, {});
    if (index.nulls_not_distinct) {
        text += " NULLS NOT DISTINCT";
    }
    text += index_suffix({}, index.storage);
    if (!index.tablespace.empty()) {
        text += " TABLESPACE " + quote_identifier(index.tablespace);
    }
    if (!index.predicate.empty()) {
        text += " WHERE " + reparsable(index.predicate);
    }
    return text;
}

KindOfObject index_kind() {
    return {
        Kind::index, {{query, read}}, write, nullptr, {Kind::table, Kind::column, Kind::materialized_view}};
}

}  // namespace schemist::postgresql
