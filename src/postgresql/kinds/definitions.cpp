#include "postgresql/kinds/definitions.hpp"

#include "postgresql/sql.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace schemist::postgresql {

std::string alter_table(const Name& table) {
    return "ALTER TABLE " + qualified(table);
}

std::string table_target(const TableStructure& table) {
    return (table.is_foreign() ? "FOREIGN TABLE " : "TABLE ") + qualified(table.name);
}

std::string comment_on(std::string_view what, std::string_view comment) {
    return fmt::format("COMMENT ON {} IS {}", what, comment.empty() ? "NULL" : quote_literal(comment));
}

std::string comment_on_constraint(const Name& table, std::string_view constraint, std::string_view comment) {
    return comment_on(fmt::format("CONSTRAINT {} ON {}", quote_identifier(constraint), qualified(table)),
                      comment);
}

Reference part(Kind kind, const Name& table, std::string_view name) {
    return {kind, table, std::string(name)};
}

Reference all_keys(const Name& table) {
    return {Kind::primary_key, table, {}};
}

Reference persistence(const Name& table) {
    return {Kind::foreign_key, table, {}};
}

namespace {

bool has_index(Kind kind) {
    return kind == Kind::index || kind == Kind::primary_key || kind == Kind::unique ||
           kind == Kind::exclusion;
}

// A table has but one primary key, whatever it is called.
std::vector<Reference> only_key(Kind kind, const Name& table) {
    return kind == Kind::primary_key ? std::vector<Reference>{{Kind::statistics, table, "primary key"}}
                                     : std::vector<Reference>{};
}

}  // namespace

Reference relation_name(const Name& name) {
    return {Kind::index, name, {}};
}

std::vector<Reference> names_left(Kind kind, const Name& table, std::string_view name) {
    std::vector<Reference> references;
    for (const Kind other :
         {Kind::primary_key, Kind::unique, Kind::check, Kind::exclusion, Kind::foreign_key, Kind::index}) {
        references.push_back(part(other, table, name));
    }
    if (has_index(kind)) {
        references.push_back(relation_name({table.schema, std::string(name)}));
    }
    append(references, only_key(kind, table));
    return references;
}

std::vector<Reference> identity_names(const Name& table, const Column& column) {
    std::vector<Reference> references;
    if (column.identity && !column.identity->sequence_name.empty()) {
        references.push_back(relation_name({table.schema, column.identity->sequence_name}));
    }
    return references;
}

std::vector<Reference> names_taken(Kind kind, const Name& table, std::string_view name) {
    std::vector<Reference> references{part(kind, table, name)};
    if (has_index(kind)) {
        references.push_back(relation_name({table.schema, std::string(name)}));
    }
    append(references, only_key(kind, table));
    return references;
}

std::vector<Reference> columns_of(const Name& table, const std::vector<std::string>& columns) {
    std::vector<Reference> references;
    references.reserve(columns.size());
    for (const std::string& column : columns) {
        references.push_back(part(Kind::column, table, column));
    }
    return references;
}

void add_schema(std::vector<Reference>& references, const Name& name) {
    if (!name.schema.empty() && name.schema != "public") {
        references.push_back({Kind::schema, {"", name.schema}, {}});
    }
}

void append(std::vector<Reference>& references, const std::vector<Reference>& more) {
    references.insert(references.end(), more.begin(), more.end());
}

void append(std::vector<std::string>& statements, std::vector<std::string> more) {
    statements.insert(statements.end(), std::make_move_iterator(more.begin()),
                      std::make_move_iterator(more.end()));
}

std::string nextval(const Name& sequence) {
    return "nextval(" + quote_literal(qualified(sequence)) + "::regclass)";
}

std::string constraint_prefix(std::string_view name) {
    return name.empty() ? "" : fmt::format("CONSTRAINT {} ", quote_identifier(name));
}

std::string index_suffix(const std::vector<std::string>& include, const StorageParameters& storage) {
    std::string suffix;
    if (!include.empty()) {
        suffix += fmt::format(" INCLUDE ({})", column_list(include));
    }
    if (!storage.empty()) {
        suffix += fmt::format(" WITH ({})", storage_list(storage));
    }
    return suffix;
}

std::string index_tablespace(std::string_view tablespace) {
    return tablespace.empty() ? std::string() : " USING INDEX TABLESPACE " + quote_identifier(tablespace);
}

std::vector<std::string> change_index_comment(const Name& table, std::string_view index,
                                              std::string_view before, std::string_view after) {
    return before == after
               ? std::vector<std::string>{}
               : std::vector<std::string>{comment_on("INDEX " + qualified_like(table, index), after)};
}

std::vector<std::string> change_storage_of_index(const Name& table, std::string_view index,
                                                 const StorageParameters& before,
                                                 const StorageParameters& after) {
    std::vector<std::string> statements;
    change_storage(before, after, "ALTER INDEX " + qualified_like(table, index), statements);
    return statements;
}

std::vector<std::string> change_tablespace_of_index(const Name& table, std::string_view index,
                                                    std::string_view before, std::string_view after) {
    return before == after ? std::vector<std::string>{}
                           : std::vector<std::string>{
                                 fmt::format("ALTER INDEX {} SET TABLESPACE {}", qualified_like(table, index),
                                             quote_identifier(after.empty() ? "pg_default" : after))};
}

std::vector<std::string> change_statistics(const Name& table, std::string_view index,
                                           const std::vector<IndexElement>& before,
                                           const std::vector<IndexElement>& after) {
    std::vector<std::string> statements;
    for (std::size_t i = 0; i < after.size(); ++i) {
        const std::optional<std::int64_t> old_target =
            i < before.size() ? before[i].statistics_target : std::nullopt;
        if (old_target != after[i].statistics_target) {
            statements.push_back(fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}",
                                             qualified_like(table, index), i + 1,
                                             after[i].statistics_target.value_or(-1)));
        }
    }
    return statements;
}

std::vector<std::string> index_facets(const Name& table, const Index& index) {
    std::vector<std::string> statements = change_index_comment(table, index.name, {}, index.comment);
    append(statements, change_statistics(table, index.name, {}, index.elements));
    return statements;
}

namespace {

// Those of the table itself, or those of its TOAST table: the server keeps two lists.
std::vector<std::string> names_in_order(const StorageParameters& storage, bool of_toast) {
    std::vector<std::string> names;
    for (const auto& [name, value] : storage) {
        if (name.starts_with("toast.") == of_toast) {
            names.push_back(name);
        }
    }
    return names;
}

bool same_order(const StorageParameters& one, const StorageParameters& other) {
    return names_in_order(one, false) == names_in_order(other, false) &&
           names_in_order(one, true) == names_in_order(other, true);
}

void reset_storage(const StorageParameters& gone, std::string_view alter,
                   std::vector<std::string>& statements) {
    std::vector<std::string> names;
    for (const auto& [name, value] : gone) {
        names.push_back(name);
    }
    if (!names.empty()) {
        statements.push_back(fmt::format("{} RESET ({})", alter, join(names, ", ")));
    }
}

}  // namespace

void change_storage(const StorageParameters& before, const StorageParameters& after, std::string_view alter,
                    std::vector<std::string>& statements) {
    if (before == after) {
        return;
    }
    StorageParameters gone;
    StorageParameters set;
    StorageParameters outcome;  // the server puts what is set behind what stays
    for (const auto& [name, value] : before) {
        const auto found = after.find(name);
        if (found == after.end()) {
            gone.emplace(name, value);
        } else if (found->second == value) {
            outcome.emplace(name, value);
        }
    }
    for (const auto& [name, value] : after) {
        if (!outcome.contains(name)) {
            set.emplace(name, value);
        }
    }
    for (const auto& [name, value] : set) {
        outcome.emplace(name, value);
    }
    const bool anew = !same_order(outcome, after);
    reset_storage(anew ? before : gone, alter, statements);
    if (const StorageParameters& chosen = anew ? after : set; !chosen.empty()) {
        statements.push_back(fmt::format("{} SET ({})", alter, storage_list(chosen)));
    }
}

std::string deferral_clause(Deferral deferral) {
    switch (deferral) {
        case Deferral::initially_immediate:
            return " DEFERRABLE";
        case Deferral::initially_deferred:
            return " DEFERRABLE INITIALLY DEFERRED";
        case Deferral::not_deferrable:
            break;
    }
    return {};
}

std::vector<Reference> used_by_elements(const Schema& schema, const Name& table,
                                        const std::vector<IndexElement>& elements,
                                        const std::vector<std::string>& include, std::string_view predicate) {
    std::vector<Reference> used = columns_of(table, include);
    const TableStructure* owner = schema.find_table(table);
    for (const IndexElement& element : elements) {
        if (!element.column.empty()) {
            used.push_back(part(Kind::column, table, element.column));
        }
        append(used, Differences::used_by_expression(schema, owner, element.expression));
    }
    append(used, Differences::used_by_expression(schema, owner, predicate));
    return used;
}

DdlAction drop_constraint(Kind kind, const Name& table, std::string_view name, std::vector<Reference> used) {
    DdlAction action;
    action.statements.push_back(
        fmt::format("{} DROP CONSTRAINT {}", alter_table(table), quote_identifier(name)));
    append(action.drops, names_left(kind, table, name));
    action.frees = std::move(used);
    action.frees.push_back({Kind::table, table, {}});
    if (kind == Kind::primary_key || kind == Kind::unique) {
        action.creates.push_back(all_keys(table));
    }
    return action;
}

DdlAction add_constraint(Kind kind, const Name& table, std::string_view name, std::string_view comment,
                         std::string_view clause, std::vector<Reference> used) {
    DdlAction action;
    action.statements.push_back(fmt::format("{} ADD {}", alter_table(table), clause));
    if (!comment.empty()) {
        action.statements.push_back(comment_on_constraint(table, name, comment));
    }
    append(action.creates, names_taken(kind, table, name));
    action.needs = std::move(used);
    action.needs.push_back({Kind::table, table, {}});
    if (kind == Kind::primary_key || kind == Kind::unique) {
        action.creates.push_back(all_keys(table));
    }
    return action;
}

DdlAction in_place(const Reference& object, std::vector<std::string> statements) {
    DdlAction action;
    action.statements = std::move(statements);
    action.needs.push_back(object);
    action.needs.push_back({Kind::table, object.name, {}});
    return action;
}

DdlAction rename_constraint(const Change& change, std::string_view before, std::string_view after) {
    DdlAction action;
    action.statements.push_back(fmt::format("{} RENAME CONSTRAINT {} TO {}", alter_table(change.object.name),
                                            quote_identifier(before), quote_identifier(after)));
    append(action.drops, names_left(change.object.kind, change.object.name, before));
    append(action.creates, names_taken(change.object.kind, change.object.name, after));
    action.needs.push_back({Kind::table, change.object.name, {}});
    return action;
}

}  // namespace schemist::postgresql
