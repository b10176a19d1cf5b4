#include "models/column_schema.hpp"

#include "models/literal.hpp"
#include "models/naming.hpp"
#include "models/now.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

bool is_native_enum(const ColumnDefinition& column, DialectName dialect) {
    return dialect == DialectName::postgresql && column.type->enumeration != nullptr && !column.as_text &&
           column.raw_type.empty();
}

std::string enum_type_name(const ColumnDefinition& column) {
    return column.enum_type.empty() ? snake_case(column.type->enumeration->name) : column.enum_type;
}

bool is_only_key(const TableDefinition& table, const ColumnDefinition& column) {
    return table.primary_key && table.primary_key->columns.size() == 1 &&
           &table.columns[table.primary_key->columns.front()] == &column;
}

std::string type_of(const TableDefinition& table, const ColumnDefinition& column, DialectName dialect) {
    const bool sqlite = dialect == DialectName::sqlite;
    if (sqlite && column.identity != IdentityKind::none) {
        if (!is_only_key(table, column)) {
            throw Error(fmt::format("SQLite can number only a primary key of one column, not {}.{}",
                                    table.name, column.name))
                .at(column.line.text())
                .hint("make it the primary key, or do without identity()")
                .exit_code(ExitCode::configuration);
        }
        return "INTEGER";  // no other type makes it the row's own number
    }
    if (!column.raw_type.of(dialect).empty()) {
        return column.raw_type.of(dialect);
    }
    const std::string_view brackets = column.type->array ? "[]" : "";
    if (is_native_enum(column, dialect)) {
        return user_type(enum_type_name(column)).append(brackets);
    }
    if (column.length != 0 && (!sqlite || !column.type->array)) {
        return sqlite ? fmt::format("VARCHAR({})", column.length)
                      : fmt::format("character varying({}){}", column.length, brackets);
    }
    const SqlType type = column.type->type();
    return sqlite ? type.sqlite : type.postgresql;
}

std::optional<std::string> default_of(const ColumnDefinition& column, DialectName dialect) {
    if (!column.default_value) {
        return std::nullopt;
    }
    switch (column.default_value->kind) {
        case DefaultDefinition::Kind::constant:
            return literal(column.default_value->constant.get(), *column.type, dialect);
        case DefaultDefinition::Kind::now:
            return std::string(now_expression(column.type->kind, dialect));
        case DefaultDefinition::Kind::expression:
            break;
    }
    const std::string& expression = column.default_value->expression.of(dialect);
    return expression.empty() ? std::nullopt : std::optional(expression);
}

std::string length_check(const ColumnDefinition& column, DialectName dialect) {
    const CheckLength& check = *column.check_length;
    const std::string_view function = dialect == DialectName::sqlite         ? "length"
                                      : column.type->kind == TypeKind::bytes ? "octet_length"
                                                                             : "char_length";
    return fmt::format("{}({}) BETWEEN {} AND {}", function, identifier(column.name), check.minimum,
                       check.maximum);
}

std::string range_check(const ColumnDefinition& column, DialectName dialect) {
    const CheckRange& check = *column.check_range;
    std::string low = literal(check.minimum.get(), *column.type, dialect);
    std::string high = literal(check.maximum.get(), *column.type, dialect);
    std::string value = identifier(column.name);
    if (dialect == DialectName::sqlite && column.type->kind == TypeKind::decimal) {
        value = fmt::format("CAST({} AS NUMERIC)", value);  // it is kept as text there
        low = low.substr(1, low.size() - 2);
        high = high.substr(1, high.size() - 2);
    }
    return fmt::format("{} BETWEEN {} AND {}", value, low, high);
}

std::string enum_check(const ColumnDefinition& column) {
    std::vector<std::string> labels;
    for (const std::string_view label : column.type->enumeration->labels) {
        labels.push_back(text_literal(label));
    }
    return column.type->array ? fmt::format("{} <@ ARRAY[{}]::text[]", identifier(column.name) + "::text[]",
                                            fmt::join(labels, ", "))
                              : fmt::format("{} IN ({})", identifier(column.name), fmt::join(labels, ", "));
}

}  // namespace

Column column_schema(const TableDefinition& table, const ColumnDefinition& column, DialectName dialect) {
    const bool sqlite = dialect == DialectName::sqlite;
    Column result;
    result.name = column.name;
    result.type = type_of(table, column, dialect);
    result.not_null = !column.type->nullable;
    result.default_expression = default_of(column, dialect);
    if (!sqlite && column.identity != IdentityKind::none) {
        result.identity = Identity{column.identity == IdentityKind::always, {}, {}, {}, {}};
    }
    if (!column.generated.of(dialect).empty()) {
        result.generated = Generated{column.generated.of(dialect), true};
    }
    result.collation = column.collation.of(dialect);
    result.comment = sqlite ? std::string() : column.comment;
    return result;
}

std::optional<EnumType> enum_type_of(const ColumnDefinition& column, DialectName dialect) {
    if (!is_native_enum(column, dialect)) {
        return std::nullopt;
    }
    const auto labels = column.type->enumeration->labels;
    return EnumType{{"public", enum_type_name(column)}, {labels.begin(), labels.end()}, {}};
}

std::vector<ColumnCheck> column_checks(const ColumnDefinition& column, DialectName dialect) {
    std::vector<ColumnCheck> checks;
    const bool keeps_labels = column.type->enumeration != nullptr && !is_native_enum(column, dialect) &&
                              column.raw_type.of(dialect).empty();
    if (keeps_labels && (!column.type->array || dialect == DialectName::postgresql)) {
        checks.push_back({{}, enum_check(column)});
    }
    if (column.check_length) {
        checks.push_back({column.check_length->name, length_check(column, dialect)});
    }
    if (column.check_range) {
        checks.push_back({column.check_range->name, range_check(column, dialect)});
    }
    return checks;
}

}  // namespace schemist
