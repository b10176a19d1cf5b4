#include "models/naming.hpp"
#include "models/rows.hpp"

#include <schemist/database.hpp>
#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

bool is_left_to_database(const TableDefinition& table, const ColumnDefinition& column, const void* row,
                         DialectName dialect, const std::vector<std::ptrdiff_t>& defaults) {
    if (column.identity != IdentityKind::none ||
        std::ranges::find(defaults, column.offset) != defaults.end()) {
        return true;
    }
    return column.has_computed_default() &&
           column.type->encode(member_of(row, column), dialect) ==
               column.type->encode(member_of(table.initial_row, column), dialect);
}

bool is_key(const TableDefinition& table, const ColumnDefinition& column) {
    return table.primary_key && std::ranges::any_of(table.primary_key->columns, [&](std::size_t index) {
               return &table.columns[index] == &column;
           });
}

// Naming the same column twice, or one that is no column, is a fault of the caller that SQL would not show.
void require_columns(const TableDefinition& table, const std::vector<std::ptrdiff_t>& offsets) {
    for (const std::ptrdiff_t offset : offsets) {
        table.column_at(offset);
    }
}

}  // namespace

Rows Database::insert_row(const TableDefinition& table, const void* row,
                          const std::vector<std::ptrdiff_t>& defaults, bool with_key) {
    require_columns(table, defaults);
    std::string names;
    std::string places;
    std::vector<Value> values;
    bool identity_always = false;
    for (const ColumnDefinition& column : table.columns) {
        if (column.ignored || !column.generated.empty() ||
            (!with_key && is_left_to_database(table, column, row, dialect(), defaults))) {
            continue;
        }
        detail::require_valid(table, detail::validate_member(column, member_of(row, column)));
        identity_always = identity_always || column.identity == IdentityKind::always;
        values.push_back(encode_member(table, column, member_of(row, column), dialect()));
        names += names.empty() ? "" : ", ";
        names += identifier(column.name);
        places += fmt::format("{}${}", places.empty() ? "" : ", ", values.size());
    }
    const std::string_view overriding =
        identity_always && dialect() == DialectName::postgresql ? " OVERRIDING SYSTEM VALUE" : "";
    const std::string given =
        values.empty() ? "DEFAULT VALUES" : fmt::format("({}){} VALUES ({})", names, overriding, places);
    return connection_->query(fmt::format("INSERT INTO {} {} RETURNING {}", table_reference(table, dialect()),
                                          given, column_list(table)),
                              values);
}

Rows Database::get_row(const TableDefinition& table, const std::vector<detail::Argument>& key) {
    detail::Statement statement(*connection_, table);
    return statement.compare_key(key) ? statement.select() : Rows{};
}

bool Database::update_row(const TableDefinition& table, const void* row) {
    if (!table.primary_key) {
        throw Error(
            fmt::format("{} has no primary key, so a row of it cannot be told from others", table.name))
            .at(table.struct_name)
            .hint("use update<T>().set(...).where(...).run()")
            .exit_code(ExitCode::configuration);
    }
    detail::require_valid(table, detail::validate(table, row));
    std::string assignments;
    std::string conditions;
    std::vector<Value> values;
    for (const ColumnDefinition& column : table.columns) {
        const bool key = is_key(table, column);
        if (column.ignored ||
            (!key && (!column.generated.empty() || column.identity != IdentityKind::none))) {
            continue;
        }
        values.push_back(encode_member(table, column, member_of(row, column), dialect()));
        std::string& part = key ? conditions : assignments;
        part += part.empty() ? "" : key ? " AND " : ", ";
        part += fmt::format("{} = ${}", identifier(column.name), values.size());
    }
    const std::string name = table_reference(table, dialect());
    if (assignments.empty()) {
        return !connection_->query(fmt::format("SELECT 1 FROM {} WHERE {}", name, conditions), values)
                    .empty();
    }
    return connection_->query(fmt::format("UPDATE {} SET {} WHERE {}", name, assignments, conditions), values)
               .affected != 0;
}

bool Database::erase_row(const TableDefinition& table, const std::vector<detail::Argument>& key) {
    detail::Statement statement(*connection_, table);
    return statement.compare_key(key) && statement.erase() != 0;
}

}  // namespace schemist
