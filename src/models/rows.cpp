#include "models/rows.hpp"

#include "models/naming.hpp"

#include <schemist/error.hpp>
#include <schemist/query.hpp>

#include <fmt/format.h>

namespace schemist {

std::string column_list(const TableDefinition& table) {
    std::string list;
    for (const ColumnDefinition& column : table.columns) {
        if (!column.ignored) {
            list += list.empty() ? "" : ", ";
            list += identifier(column.name);
        }
    }
    return list;
}

const void* member_of(const void* row, const ColumnDefinition& column) {
    return static_cast<const std::byte*>(row) + column.offset;
}

Value encode_member(const TableDefinition& table, const ColumnDefinition& column, const void* member,
                    DialectName dialect) {
    try {
        return column.type->encode(member, dialect);
    } catch (Error& error) {
        throw Error(error.what_failed())
            .at(table.name + "." + column.name)
            .state("nothing was sent to the database")
            .hint(error.hint())
            .exit_code(error.exit_code());
    }
}

namespace detail {

void read_row(const TableDefinition& table, const std::vector<Value>& values, DialectName dialect,
              void* row) {
    std::size_t position = 0;
    for (const ColumnDefinition& column : table.columns) {
        if (column.ignored) {
            continue;
        }
        if (position == values.size()) {
            throw Error(fmt::format("the database gave {} columns, and {} has more", values.size(),
                                    table.struct_name))
                .at(table.name)
                .exit_code(ExitCode::internal);
        }
        try {
            column.type->decode(values[position++], dialect, static_cast<std::byte*>(row) + column.offset);
        } catch (Error& error) {
            throw error.at(table.name + "." + column.name);
        }
    }
}

}  // namespace detail
}  // namespace schemist
