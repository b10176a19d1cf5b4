#include "random/model.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

bool is_in_key(const RandomTable& table, const RandomColumn& column) {
    return std::ranges::find(table.primary_key, column.name) != table.primary_key.end();
}

bool is_not_valid(const RandomTable& table, const RandomColumn& column) {
    return column.not_null && !is_in_key(table, column) && column.not_null_where.ends_with(" NOT VALID");
}

std::string name_of_not_null(const RandomColumn& column) {
    return column.not_null_name.empty() ? "" : "CONSTRAINT " + quoted(column.not_null_name) + " ";
}

std::string not_null(const RandomTable& table, const RandomColumn& column) {
    if (!column.not_null || is_not_valid(table, column)) {
        return "";
    }
    return " " + name_of_not_null(column) + "NOT NULL" +
           (is_in_key(table, column) ? "" : column.not_null_where);
}

std::string render(const RandomTable& table, const RandomColumn& column) {
    std::string type = column.type;
    if (column.serial) {
        type = type == "bigint" ? "bigserial" : "serial";
    }
    std::string text = quoted(column.name) + " " + type;
    text += column.collation.empty() ? "" : " COLLATE " + column.collation;
    text += column.default_sql.empty() ? "" : " DEFAULT " + column.default_sql;
    text += column.identity.empty() ? "" : " GENERATED " + column.identity + " AS IDENTITY";
    if (!column.generated.empty()) {
        text += fmt::format(" GENERATED ALWAYS AS ({}::bigint * 2) {}", quoted(column.generated),
                            column.is_virtual ? "VIRTUAL" : "STORED");
    }
    text += not_null(table, column);
    text += table.primary_key.size() == 1 && table.primary_key[0] == column.name ? " PRIMARY KEY" : "";
    return text;
}

std::string render(const RandomTable& table) {
    std::vector<std::string> lines;
    for (const RandomColumn& column : table.columns) {
        lines.push_back("  " + render(table, column));
    }
    for (const Part& constraint : table.constraints) {
        lines.push_back("  CONSTRAINT " + quoted(constraint.name) + " " + constraint.sql);
    }
    if (table.primary_key.size() > 1) {
        std::vector<std::string> names;
        std::ranges::transform(table.primary_key, std::back_inserter(names), quoted);
        lines.push_back(fmt::format("  PRIMARY KEY ({})", fmt::join(names, ", ")));
    }
    const std::string name_of_table = qualified(table.schema, table.name);
    std::string text = fmt::format("CREATE {}TABLE {} (\n{}\n){}{};\n", table.unlogged ? "UNLOGGED " : "",
                                   name_of_table, fmt::join(lines, ",\n"),
                                   table.access_method.empty() ? "" : " USING " + table.access_method,
                                   table.storage.empty() ? "" : " WITH (" + table.storage + ")");
    for (const Part& index : table.indexes) {
        const bool unique = index.name.starts_with("unique ");
        const std::string name = quoted(unique ? index.name.substr(7) : index.name);
        text += fmt::format("CREATE {}INDEX {} ON {} {};\n", unique ? "UNIQUE " : "", name, name_of_table,
                            index.sql);
        if (!index.comment.empty()) {
            text += fmt::format("COMMENT ON INDEX {} IS {};\n",
                                qualified(table.schema, unique ? index.name.substr(7) : index.name),
                                literal(index.comment));
        }
    }
    for (const Part& constraint : table.constraints) {
        if (!constraint.comment.empty()) {
            text += fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {};\n", quoted(constraint.name),
                                name_of_table, literal(constraint.comment));
        }
    }
    if (!table.comment.empty()) {
        text += fmt::format("COMMENT ON TABLE {} IS {};\n", name_of_table, literal(table.comment));
    }
    for (const RandomColumn& column : table.columns) {
        if (is_not_valid(table, column)) {
            text += fmt::format("ALTER TABLE {} ADD {}NOT NULL {}{};\n", name_of_table,
                                name_of_not_null(column), quoted(column.name), column.not_null_where);
        }
        if (!column.attribute.empty()) {
            text += fmt::format("ALTER TABLE {} ALTER COLUMN {} {};\n", name_of_table, quoted(column.name),
                                column.attribute);
        }
        if (!column.comment.empty()) {
            text += fmt::format("COMMENT ON COLUMN {}.{} IS {};\n", name_of_table, quoted(column.name),
                                literal(column.comment));
        }
    }
    return text;
}

}  // namespace

std::string literal(const std::string& value) {
    std::string text = "'";
    for (const char letter : value) {
        text += letter == '\'' ? "''" : std::string(1, letter);
    }
    return text + "'";
}

std::string key_of(const RandomTable& table) {
    return "table " + qualified(table.schema, table.name);
}

std::string key_of(const RandomTable& table, const RandomColumn& column) {
    return key_of(table) + "." + quoted(column.name);
}

std::string key_of(const RandomEnum& type) {
    return "enum " + qualified(type.schema, type.name);
}

std::string key_of(const RandomSequence& sequence) {
    return "sequence " + qualified(sequence.schema, sequence.name);
}

std::string primary_key_of(const RandomTable& table) {
    return "primary key of " + qualified(table.schema, table.name);
}

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char letter : name) {
        text += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return text + "\"";
}

std::string qualified(const std::string& schema, const std::string& name) {
    return (schema.empty() ? "" : quoted(schema) + ".") + quoted(name);
}

std::string render(const Model& model) {
    std::string text;
    for (const std::string& schema : model.schemas) {
        text += fmt::format("CREATE SCHEMA {};\n", quoted(schema));
    }
    for (const RandomEnum& type : model.enums) {
        std::vector<std::string> values;
        std::ranges::transform(type.values, std::back_inserter(values), literal);
        text += fmt::format("CREATE TYPE {} AS ENUM ({});\n", qualified(type.schema, type.name),
                            fmt::join(values, ", "));
    }
    for (const RandomSequence& sequence : model.sequences) {
        text += fmt::format("CREATE SEQUENCE {}{};\n", qualified(sequence.schema, sequence.name),
                            sequence.options);
    }
    for (const RandomObject& object : model.early) {
        text += object.sql;
    }
    for (const RandomTable& table : model.tables) {
        text += render(table);
    }
    for (const RandomTable& table : model.tables) {
        for (const Part& key : table.foreign_keys) {
            text += fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {};\n", qualified(table.schema, table.name),
                                quoted(key.name), key.sql);
        }
    }
    for (const RandomObject& object : model.late) {
        text += object.sql;
    }
    return text;
}

}  // namespace schemist::test
