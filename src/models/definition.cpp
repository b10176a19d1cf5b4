#include "models/naming.hpp"

#include <schemist/definition.hpp>
#include <schemist/detail/builders.hpp>
#include <schemist/error.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace schemist {
namespace {

[[noreturn]] void fail(const std::string& where, std::string what, std::string hint) {
    throw Error(std::move(what)).at(where).hint(std::move(hint)).exit_code(ExitCode::configuration);
}

std::string place_of(const TableDefinition& table, const ColumnDefinition& column) {
    const std::string line = column.line.text();
    return line.empty() ? table.struct_name + "::" + column.member : line;
}

void require_sound_column(const TableDefinition& table, const ColumnDefinition& column) {
    const int sources = (column.default_value ? 1 : 0) + (column.identity != IdentityKind::none ? 1 : 0) +
                        (column.generated.empty() ? 0 : 1);
    if (sources > 1) {
        fail(place_of(table, column),
             fmt::format("the column {} has more than one of a default, an identity and a generated value",
                         column.name),
             "keep one of them");
    }
    if (column.check_length && column.check_length->minimum > column.check_length->maximum) {
        fail(place_of(table, column), "the minimum of check_length() is above its maximum", "exchange them");
    }
    if (column.check_range &&
        column.type->less(column.check_range->maximum.get(), column.check_range->minimum.get())) {
        fail(place_of(table, column), "the minimum of check_range() is above its maximum", "exchange them");
    }
    if (column.type->enumeration != nullptr && column.type->enumeration->name.empty() &&
        column.enum_type.empty()) {
        fail(place_of(table, column), "the enum has no name of its own",
             "name its type with enum_type(\"...\")");
    }
}

}  // namespace

std::string SourceLine::text() const {
    const std::string_view path(file);
    return path.empty() ? std::string() : fmt::format("{}:{}", path.substr(path.rfind('/') + 1), line);
}

std::size_t TableDefinition::column_at(std::ptrdiff_t offset) const {
    const auto found = std::ranges::find(columns, offset, &ColumnDefinition::offset);
    if (found == columns.end() || !found->type->stored) {
        throw Error("this member is no column")
            .at(struct_name)
            .hint("name one that is stored")
            .exit_code(ExitCode::configuration);
    }
    return static_cast<std::size_t>(found - columns.begin());
}

namespace detail {

Checked deferral(bool initially_deferred) {
    return initially_deferred ? Checked::deferred : Checked::deferrable;
}

TableDefinition make_table_definition(std::string_view struct_name,
                                      std::span<const MemberDescription> members, const void* row) {
    TableDefinition table;
    table.struct_name = struct_name;
    table.name = snake_case(without_trailing_underscore(struct_name));
    table.initial_row = row;
    for (const MemberDescription& member : members) {
        ColumnDefinition& column = table.columns.emplace_back();
        column.member = member.name;
        column.name = member.name;
        column.type = member.type;
        column.ignored = !member.type->stored;
        column.length = member.type->length;
        column.offset = static_cast<const std::byte*>(member.address) - static_cast<const std::byte*>(row);
    }
    return table;
}

void require_sound(const TableDefinition& table) {
    if (table.name.empty()) {
        fail("model", "a struct that is an instance of a template has no name for its table",
             "say t.name(\"...\") in its describe()");
    }
    std::set<std::string_view> names;
    for (const ColumnDefinition& column : table.columns) {
        if (column.ignored) {
            continue;
        }
        require_sound_column(table, column);
        if (!names.insert(column.name).second) {
            fail(place_of(table, column),
                 fmt::format("the table {} has two columns {}", table.name, column.name),
                 "rename one with db_name(\"...\")");
        }
    }
    if (names.empty()) {
        fail(table.struct_name, "the model has no columns", "do not ignore all of its members");
    }
    const auto require_columns = [&table](const ColumnIndexes& indexes, std::string_view part) {
        for (const std::size_t index : indexes) {
            if (table.columns[index].ignored) {
                fail(place_of(table, table.columns[index]),
                     fmt::format("{} uses {}, which is ignored", part, table.columns[index].member),
                     "do not ignore it, or take it out");
            }
        }
    };
    if (table.primary_key) {
        require_columns(table.primary_key->columns, "the primary key");
    }
    for (const UniqueDefinition& unique : table.unique_constraints) {
        require_columns(unique.columns, "a unique constraint");
    }
    for (const ForeignKeyDefinition& key : table.foreign_keys) {
        require_columns(key.columns, "a foreign key");
        if (key.referenced == nullptr) {
            fail(key.line.text(), "the foreign key refers to nothing", "add .references(&Other::id)");
        }
    }
    for (const IndexDefinition& index : table.indexes) {
        for (const IndexKeyDefinition& key : index.keys) {
            if (key.expression.empty()) {
                require_columns({key.column}, "an index");
            }
        }
    }
}

}  // namespace detail
}  // namespace schemist
