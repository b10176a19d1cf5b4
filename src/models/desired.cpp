#include "models/desired.hpp"

#include "models/table_schema.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

void add_renames(const TableDefinition& definition, const Name& name, std::vector<RenameHint>& renames) {
    if (!definition.was.empty()) {
        renames.push_back({{Kind::table, {name.schema, definition.was}, {}}, name.name});
    }
    for (const ColumnDefinition& column : definition.columns) {
        if (!column.ignored && !column.was.empty()) {
            renames.push_back({{Kind::column, name, column.was}, column.name});
        }
    }
}

void require_references(std::span<const TableDefinition> definitions, const Schema& schema) {
    for (const TableDefinition& definition : definitions) {
        for (const ForeignKeyDefinition& key : definition.foreign_keys) {
            const TableDefinition& referenced = key.referenced();
            const bool known = std::ranges::any_of(schema.tables, [&](const TableStructure& table) {
                return table.name.name == referenced.name;
            });
            if (!known) {
                throw Error(fmt::format("{} refers to {}, which is not among the models", definition.name,
                                        referenced.name))
                    .at(key.line.text())
                    .hint(fmt::format(
                        "add {} to the Models<...>; when it is somebody else's table, say t.external() in it",
                        referenced.struct_name))
                    .exit_code(ExitCode::configuration);
            }
        }
    }
}

}  // namespace

Desired desired(std::span<const TableDefinition> tables, DialectName dialect) {
    Desired result;
    for (const TableDefinition& definition : tables) {
        TableStructure table = table_schema(definition, dialect, result.schema.enum_types);
        if (result.schema.find_table(table.name) != nullptr) {
            throw Error(fmt::format("two models have the table {}", to_string(table.name)))
                .at(definition.struct_name)
                .hint("name one of them with t.name(\"...\")")
                .exit_code(ExitCode::configuration);
        }
        if (definition.external) {
            result.external.push_back(table.name);
        }
        const std::string& schema = table.name.schema;
        if (!schema.empty() && schema != "public" &&
            std::ranges::find(result.schema.namespaces, schema, &Namespace::name) ==
                result.schema.namespaces.end()) {
            result.schema.namespaces.push_back({schema, {}});
        }
        add_renames(definition, table.name, result.renames);
        result.schema.tables.push_back(std::move(table));
    }
    require_references(tables, result.schema);
    sort(result.schema);
    return result;
}

}  // namespace schemist
