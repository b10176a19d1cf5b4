#include "postgresql/kinds/table_definition.hpp"

#include "postgresql/expression.hpp"
#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/not_null.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/sql.hpp"
#include "schema/inheritance.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// What a column has other than its parent's or its type's; empty: nothing.
std::string override_definition(const Name& table, const Column& column, const Column& of_parent,
                                const Differences& differences) {
    std::string text;
    if (column.default_expression && column.default_expression != of_parent.default_expression) {
        text += " DEFAULT " + reparsable(*column.default_expression);
    }
    text += not_null_override(table, column, of_parent, differences);
    return text.empty() ? text : quote_identifier(column.name) + text;
}

void add_column_lines(const TableStructure& table, const Differences& differences, Origin origin,
                      std::vector<std::string>& lines) {
    for (const Column& column : table.columns) {
        const bool in_key = table.primary_key && std::ranges::find(table.primary_key->columns, column.name) !=
                                                     table.primary_key->columns.end();
        if (origin == Origin::partition) {
            const Column* of_parent = differences.column_after(table.partition_of->parent, column.name);
            if (std::string line = override_definition(table.name, column, *of_parent, differences);
                !line.empty()) {
                lines.push_back(std::move(line));
            }
        } else if (origin == Origin::typed) {
            if (std::string line = override_definition(table.name, column, {}, differences); !line.empty()) {
                lines.push_back(std::move(line));
            }
        } else if (origin != Origin::inherits || !column.inherited) {
            lines.push_back(column_definition(table.name, column, differences, in_key));
        } else if (std::string line = not_null_line(table, column, differences); !line.empty()) {
            lines.push_back(std::move(line));
        }
    }
}

std::vector<std::string> table_lines(const TableStructure& table, const Differences& differences,
                                     Origin origin) {
    std::vector<std::string> lines;
    add_column_lines(table, differences, origin, lines);
    const auto is_made = [&](const auto& key) { return origin == Origin::partition && key.inherited; };
    if (table.primary_key && !is_made(*table.primary_key) && !has_key_afterwards(table, differences.to())) {
        lines.push_back(definition(*table.primary_key));
    }
    for (const UniqueConstraint& constraint : table.unique_constraints) {
        if (!is_made(constraint) && !repeats_another(table, constraint)) {
            lines.push_back(definition(constraint));
        }
    }
    for (const CheckConstraint& check : table.checks) {
        if (!check.not_valid) {
            lines.push_back(definition(check));
        }
    }
    if (origin == Origin::attached) {
        for (const CheckConstraint& check : checks_of_parents(table, differences.to())) {
            lines.push_back(definition(check));
        }
    }
    for (const ExclusionConstraint& constraint : table.exclusions) {
        lines.push_back(definition(constraint));
    }
    for (const ForeignKey& key : table.foreign_keys) {
        if (!key.not_valid && !differences.is_apart(table.name, key)) {
            lines.push_back(definition(key));
        }
    }
    return lines;
}

}  // namespace

bool repeats_another(const TableStructure& table, const UniqueConstraint& constraint) {
    const auto is_same = [&](const auto& other) {
        return other.columns == constraint.columns && other.include == constraint.include;
    };
    const auto place = std::ranges::find(table.unique_constraints, constraint.name, &UniqueConstraint::name);
    return (table.primary_key && is_same(*table.primary_key)) ||
           std::any_of(table.unique_constraints.begin(), place, is_same);
}

bool has_key_afterwards(const TableStructure& table, const Schema& to) {
    const bool refers_to_itself = std::ranges::any_of(
        table.foreign_keys, [&](const ForeignKey& key) { return key.referenced_table == table.name; });
    if (!table.primary_key || table.inherits.empty() || refers_to_itself ||
        !to.not_null_constraints.are_kept) {
        return false;
    }
    return std::ranges::any_of(table.primary_key->columns, [&](const std::string& name) {
        const Column* column = table.find_column(name);
        return column != nullptr && column->not_null_constraint.inherited.value_or(column->inherited) &&
               hands_down_not_null(to, table.inherits, name);
    });
}

Origin origin_of(const TableStructure& table, const Schema& schema) {
    if (!table.of_type.empty()) {
        const bool plain = std::ranges::none_of(table.columns, [](const Column& column) {
            return column.identity.has_value() || column.generated.has_value();
        });
        return plain ? Origin::typed : Origin::itself;
    }
    if (!table.partition_of) {
        return table.inherits.empty() ? Origin::itself : Origin::inherits;
    }
    return is_made_by_parent(table, schema) ? Origin::partition : Origin::attached;
}

std::string create_statement(const TableStructure& table, const Differences& differences, Origin origin) {
    const std::vector<std::string> lines = table_lines(table, differences, origin);
    std::string statement =
        fmt::format("CREATE {}{}", table.unlogged ? "UNLOGGED " : "", table_target(table));
    if (origin == Origin::partition) {
        statement += " PARTITION OF " + qualified(table.partition_of->parent);
    }
    if (origin == Origin::typed) {
        statement += " OF " + table.of_type;
    }
    if (!lines.empty()) {
        statement += " (\n    " + join(lines, ",\n    ") + "\n)";
    } else if (origin != Origin::partition && origin != Origin::typed) {
        statement += " ()";
    }
    if (origin == Origin::partition) {
        statement += " " + table.partition_of->bound;
    }
    if (origin == Origin::inherits) {
        std::vector<std::string> parents;
        std::ranges::transform(table.inherits, std::back_inserter(parents), qualified);
        statement += fmt::format(" INHERITS ({})", join(parents, ", "));
    }
    if (table.is_foreign()) {
        statement += " SERVER " + quote_identifier(table.server) + options_clause(table.foreign_options);
    }
    if (!table.partition_key.empty()) {
        statement += " PARTITION BY " + table.partition_key;
    }
    if (!table.access_method.empty()) {
        statement += " USING " + quote_identifier(table.access_method);
    }
    if (!table.storage.empty()) {
        statement += fmt::format(" WITH ({})", storage_list(table.storage));
    }
    if (!table.tablespace.empty()) {
        statement += " TABLESPACE " + quote_identifier(table.tablespace);
    }
    return statement;
}

Column created_column(const TableStructure& table, const Column& column, const Differences& differences,
                      Origin origin) {
    const bool is_defined = origin == Origin::itself || origin == Origin::attached ||
                            (origin == Origin::inherits && !column.inherited);
    Column created = is_defined ? with_options_of(column) : Column{};
    for (const Name& parent : parents_of(table)) {
        const Column* of_parent = differences.column_after(parent, column.name);
        if (of_parent != nullptr && origin != Origin::attached) {
            created.storage = of_parent->storage;
            created.compression = of_parent->compression;
        }
    }
    return created;
}

void override_inherited(const TableStructure& table, const Column& column, const Differences& differences,
                        DdlAction& action) {
    std::optional<std::string> default_expression;
    for (const Name& parent : table.inherits) {
        if (const Column* of_parent = differences.column_after(parent, column.name)) {
            default_expression = default_expression ? default_expression : of_parent->default_expression;
        }
    }
    const auto alter = [&](std::string_view what) {
        action.statements.push_back(fmt::format("{} ALTER COLUMN {} {}", alter_table(table.name),
                                                quote_identifier(column.name), what));
    };
    if (column.default_expression != default_expression && !column.generated) {
        alter(column.default_expression ? "SET DEFAULT " + reparsable(*column.default_expression)
                                        : "DROP DEFAULT");
    }
    if (is_not_null_besides(table, column, differences) &&
        not_null_line(table, column, differences).empty()) {
        alter("SET NOT NULL");
    }
    if (column.identity) {
        alter("ADD " + identity_clause(table.name, column, false));
    }
}

std::vector<std::string> alter_nullable_below(const TableStructure& table, const std::vector<Name>& parents,
                                              const Schema& schema, std::string_view what) {
    std::vector<std::string> statements;
    for (const Column& column : table.columns) {
        if (!column.not_null && hands_down_not_null(schema, parents, column.name)) {
            statements.push_back(fmt::format("{} ALTER COLUMN {} {} NOT NULL", alter_table(table.name),
                                             quote_identifier(column.name), what));
        }
    }
    return statements;
}

std::string set_replica_identity(const TableStructure& table) {
    const std::string identity = !table.replica_identity_index.empty()
                                     ? "USING INDEX " + quote_identifier(table.replica_identity_index)
                                 : table.replica_identity.empty() ? "DEFAULT"
                                                                  : table.replica_identity;
    return fmt::format("{} REPLICA IDENTITY {}", alter_table(table.name), identity);
}

std::string set_cluster(const TableStructure& table) {
    return alter_table(table.name) + (table.clustered_on.empty()
                                          ? " SET WITHOUT CLUSTER"
                                          : " CLUSTER ON " + quote_identifier(table.clustered_on));
}

std::string set_cluster(const MaterializedView& view) {
    return fmt::format("ALTER MATERIALIZED VIEW {} {}", qualified(view.name),
                       view.clustered_on.empty() ? "SET WITHOUT CLUSTER"
                                                 : "CLUSTER ON " + quote_identifier(view.clustered_on));
}

std::vector<std::string> index_marks(const TableStructure& table, std::string_view index) {
    std::vector<std::string> statements;
    if (index.empty()) {
        return statements;
    }
    if (table.replica_identity_index == index) {
        statements.push_back(set_replica_identity(table));
    }
    if (table.clustered_on == index) {
        statements.push_back(set_cluster(table));
    }
    return statements;
}

std::vector<Reference> possible_keys(const Name& table, std::string_view index) {
    std::vector<Reference> references;
    for (const Kind kind : {Kind::index, Kind::primary_key, Kind::unique, Kind::exclusion}) {
        if (!index.empty()) {
            references.push_back(part(kind, table, index));
        }
    }
    return references;
}

void mark_index(const Differences& differences, const Name& table, std::string_view index,
                DdlAction& action) {
    if (const TableStructure* owner = differences.to().find_table(table)) {
        append(action.statements, index_marks(*owner, index));
        return;
    }
    const auto& views = differences.to().materialized_views;
    const auto view = std::ranges::find(views, table, &MaterializedView::name);
    if (view != views.end() && view->clustered_on == index) {
        action.statements.push_back(set_cluster(*view));
    }
}

}  // namespace schemist::postgresql
