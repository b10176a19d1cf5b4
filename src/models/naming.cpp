#include "models/naming.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist {
namespace {

bool is_upper(char character) {
    return character >= 'A' && character <= 'Z';
}
bool is_lower(char character) {
    return character >= 'a' && character <= 'z';
}
bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

// Words that one of the backends does not take as a bare name of a column or a type.
constexpr std::array reserved = std::to_array<std::string_view>({
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "glob",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "inout",
    "insert",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json_array",
    "json_object",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "match",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "nothing",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "regexp",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "set",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "transaction",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
});

// PostgreSQL's own types with names that an enum might well have; found before a type in public.
constexpr std::array builtin_types = std::to_array<std::string_view>({
    "bool", "box",  "bytea",   "cid",     "cidr", "circle", "date", "inet",  "json",    "jsonb",
    "line", "lseg", "macaddr", "money",   "name", "oid",    "path", "point", "polygon", "record",
    "text", "tid",  "trigger", "unknown", "uuid", "void",   "xid",  "xml",
});

std::string quoted(std::string_view name) {
    std::string result = "\"";
    for (const char character : name) {
        result += character;
        if (character == '"') {
            result += character;
        }
    }
    return result += '"';
}

// FNV-1a: short, and the same on every machine and for ever.
std::uint32_t hash_of(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char character : text) {
        hash = (hash ^ static_cast<unsigned char>(character)) * 16777619U;
    }
    return hash;
}

std::string take(std::string_view wanted, std::set<std::string>& taken) {
    std::string name = shortened(std::string(wanted));
    for (int number = 1; !taken.insert(name).second; ++number) {
        name = shortened(fmt::format("{}{}", wanted, number));
    }
    return name;
}

}  // namespace

std::string snake_case(std::string_view name) {
    std::string result;
    for (std::size_t index = 0; index < name.size(); ++index) {
        const char character = name[index];
        if (is_upper(character)) {
            const bool after_word = index > 0 && (is_lower(name[index - 1]) || is_digit(name[index - 1]));
            const bool before_word = index > 0 && is_upper(name[index - 1]) && index + 1 < name.size() &&
                                     is_lower(name[index + 1]);
            result += after_word || before_word ? "_" : "";
            result += static_cast<char>(character + 32);
        } else {
            result += character;
        }
    }
    return result;
}

std::string shortened(std::string name) {
    if (name.size() <= longest_name) {
        return name;
    }
    const std::string hash = fmt::format("_{:08x}", hash_of(name));
    std::size_t length = longest_name - hash.size();
    while (length > 0 && (static_cast<unsigned char>(name[length]) & 0xc0) == 0x80) {
        --length;
    }
    return name.substr(0, length) + hash;
}

std::string constraint_name(std::string_view table, std::span<const std::string> columns,
                            std::string_view suffix, std::set<std::string>& taken) {
    return take(fmt::format("{}{}{}_{}", table, columns.empty() ? "" : "_", fmt::join(columns, "_"), suffix),
                taken);
}

std::string index_name(std::string_view table, std::span<const std::string> columns,
                       std::set<std::string>& taken) {
    return take(fmt::format("ix_{}_{}", table, fmt::join(columns, "_")), taken);
}

std::string identifier(std::string_view name) {
    const auto plain = [](char character) {
        return is_lower(character) || is_digit(character) || character == '_';
    };
    const bool simple = !name.empty() && !is_digit(name.front()) && std::ranges::all_of(name, plain);
    return simple && !std::ranges::binary_search(reserved, name) ? std::string(name) : quoted(name);
}

std::string user_type(std::string_view name) {
    return std::ranges::binary_search(builtin_types, name) ? "public." + identifier(name) : identifier(name);
}

std::string table_reference(const TableDefinition& table, DialectName dialect) {
    return dialect == DialectName::sqlite || table.schema.empty()
               ? identifier(table.name)
               : identifier(table.schema) + "." + identifier(table.name);
}

}  // namespace schemist
