#include "reconcile/random_schema.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

enum class Family { integer, text, other };

struct ColumnType {
    std::string_view name;
    Family family;
    std::array<std::string_view, 3> defaults;  // empty: none
};

constexpr std::array<ColumnType, 20> column_types{{
    {"integer", Family::integer, {"0", "-42", "(1 + 1)"}},
    {"bigint", Family::integer, {"9223372036854775807", "0", ""}},
    {"smallint", Family::integer, {"7", "", "0"}},
    {"text", Family::text, {"'it''s'", "lower('X')", "''"}},
    {"varchar(20)", Family::text, {"'a'", "", "'b\\c'"}},
    {"varchar(200)", Family::text, {"'a'", "", ""}},
    {"varchar", Family::text, {"'größe'", "", ""}},
    {"char(3)", Family::other, {"'abc'", "", ""}},
    {"numeric(10,2)", Family::other, {"0", "1.50", ""}},
    {"numeric", Family::other, {"0", "", ""}},
    {"boolean", Family::other, {"true", "false", ""}},
    {"timestamptz", Family::other, {"now()", "CURRENT_TIMESTAMP", ""}},
    {"timestamp(3)", Family::other, {"LOCALTIMESTAMP", "", ""}},
    {"date", Family::other, {"CURRENT_DATE", "'2020-01-02'", ""}},
    {"interval", Family::other, {"'14 days'", "", ""}},
    {"jsonb", Family::other, {"'{}'", "'{\"a\": [1]}'", ""}},
    {"uuid", Family::other, {"gen_random_uuid()", "", ""}},
    {"bytea", Family::other, {"'\\x00'", "", ""}},
    {"integer[]", Family::other, {"'{}'", "ARRAY[1, 2]", ""}},
    {"double precision", Family::other, {"1.5", "0", ""}},
}};

struct RandomColumn {
    std::string name;
    std::string type;
    Family family = Family::other;
    std::string enum_type;
    std::string default_sql;
    bool not_null = false;
    std::string identity;   // "ALWAYS", "BY DEFAULT"
    std::string generated;  // an integer column's name
    bool serial = false;
    std::string collation;
    std::string comment;
};

struct Part {
    std::string name;
    std::string sql;                   // all after the name
    std::vector<std::string> columns;  // that it uses
    std::string comment;
};

struct RandomTable {
    std::string name;
    std::vector<RandomColumn> columns;
    std::string primary_key;  // a column; empty: none
    std::vector<Part> constraints;
    std::vector<Part> indexes;  // sql begins behind the table's name; name may begin with "unique "
    std::vector<Part> foreign_keys;
    bool unlogged = false;
    std::string storage;
    std::string comment;
};

struct RandomEnum {
    std::string name;
    std::vector<std::string> values;
};

struct RandomSequence {
    std::string name;
    std::string options;
};

struct Model {
    std::vector<RandomEnum> enums;
    std::vector<RandomSequence> sequences;
    std::vector<RandomTable> tables;
};

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char letter : name) {
        text += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return text + "\"";
}

class Generator {
  public:
    explicit Generator(std::uint32_t seed) : engine_(seed) {}

    Model model() {
        Model made;
        for (int i = 0, count = number(0, 3); i < count; ++i) {
            made.enums.push_back({fresh("mood"), {"a", "b", "with space", "it's"}});
        }
        for (int i = 0, count = number(0, 2); i < count; ++i) {
            made.sequences.push_back({fresh("counter"), sequence_options()});
        }
        for (int i = 0, count = number(1, 5); i < count; ++i) {
            made.tables.push_back(table(made));
        }
        for (RandomTable& made_table : made.tables) {
            if (chance(60)) {
                add_foreign_key(made, made_table);
            }
        }
        return made;
    }

    void change(Model& model) {
        for (int i = 0, count = number(1, 8); i < count; ++i) {
            change_once(model);
        }
    }

  private:
    int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
    bool chance(int percent) { return number(1, 100) <= percent; }

    template <class Range>
    auto& any(Range& range) {
        return range[static_cast<std::size_t>(number(0, static_cast<int>(std::size(range)) - 1))];
    }

    std::string fresh(std::string_view word) {
        constexpr std::array<std::string_view, 3> forms{"{}_{}", "{} {}", "{}{}\"Q"};
        const std::string_view form = chance(90) ? forms[0] : any(forms);
        return fmt::format(fmt::runtime(form), word, ++counter_);
    }

    std::string sequence_options() {
        std::string options;
        options += chance(30) ? fmt::format(" INCREMENT BY {}", number(2, 9)) : "";
        options += chance(30) ? fmt::format(" MINVALUE {} START WITH {}", number(-9, 0), number(5, 50)) : "";
        options += chance(30) ? " CACHE 5" : "";
        options += chance(20) ? " CYCLE" : "";
        return options;
    }

    void set_type(RandomColumn& column, const Model& model) {
        column.enum_type.clear();
        column.collation.clear();
        column.default_sql.clear();
        if (!model.enums.empty() && chance(20)) {
            const RandomEnum& used = any(model.enums);
            column.enum_type = used.name;
            column.type = quoted(used.name);
            column.family = Family::other;
            if (chance(50)) {
                column.default_sql = "'a'";
            }
            return;
        }
        const ColumnType& type = any(column_types);
        column.type = type.name;
        column.family = type.family;
        if (chance(50)) {
            column.default_sql = any(type.defaults);
        }
        if (column.family == Family::text && chance(20)) {
            column.collation = "\"C\"";
        }
    }

    RandomColumn column(const Model& model) {
        RandomColumn made;
        made.name = fresh("c");
        set_type(made, model);
        made.not_null = chance(40);
        made.comment = chance(15) ? "says 'hello'" : "";
        return made;
    }

    RandomColumn key_column() {
        RandomColumn key;
        key.name = "id";
        key.type = chance(50) ? "bigint" : "integer";
        key.family = Family::integer;
        key.not_null = true;
        const int form = number(1, 4);
        key.identity = form == 1 ? "ALWAYS" : form == 2 ? "BY DEFAULT" : "";
        key.serial = form == 3;
        return key;
    }

    RandomTable table(const Model& model) {
        RandomTable made;
        made.name = fresh("t");
        made.columns.push_back(key_column());
        for (int i = 0, count = number(0, 6); i < count; ++i) {
            made.columns.push_back(column(model));
        }
        made.primary_key = chance(85) ? "id" : "";
        made.unlogged = chance(8);
        made.storage = chance(15) ? "fillfactor='70', autovacuum_enabled='false'" : "";
        made.comment = chance(20) ? "a table" : "";
        for (int i = 0, count = number(0, 3); i < count; ++i) {
            add_part(made);
        }
        return made;
    }

    const RandomColumn* column_of(const RandomTable& table, Family family) {
        std::vector<const RandomColumn*> fitting;
        for (const RandomColumn& candidate : table.columns) {
            if (candidate.family == family && candidate.generated.empty()) {
                fitting.push_back(&candidate);
            }
        }
        return fitting.empty() ? nullptr : any(fitting);
    }

    void add_part(RandomTable& table) {
        const RandomColumn* integer = column_of(table, Family::integer);
        const RandomColumn* text = column_of(table, Family::text);
        const RandomColumn& some = any(table.columns);
        const std::string a = integer == nullptr ? "" : quoted(integer->name);
        const std::string b = text == nullptr ? "" : quoted(text->name);
        Part part{fresh("p"), {}, {}, chance(10) ? "a part" : ""};
        switch (number(1, 10)) {
            case 1:
                part.sql = fmt::format("UNIQUE{} ({})", chance(20) ? " NULLS NOT DISTINCT" : "", a);
                part.sql += chance(20) ? " INCLUDE (" + quoted(some.name) + ")" : "";
                part.sql += chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : "";
                part.columns = {integer->name, some.name};
                table.constraints.push_back(part);
                break;
            case 2:
                part.sql = fmt::format("CHECK ({} BETWEEN {} AND 1000){}", a, number(-9, 0),
                                       chance(20) ? " NO INHERIT" : "");
                part.columns = {integer->name};
                table.constraints.push_back(part);
                break;
            case 3:
                if (text != nullptr) {
                    part.sql = fmt::format("CHECK ({} IN ('a', 'b''', 'c{}') OR length({}) > 0)", b,
                                           number(1, 9), b);
                    part.columns = {text->name};
                    table.constraints.push_back(part);
                }
                break;
            case 4:
                part.sql =
                    fmt::format("EXCLUDE USING gist (int8range({}::bigint, {}::bigint + 10) WITH &&){}", a, a,
                                chance(30) ? fmt::format(" WHERE ({} > 0)", a) : "");
                part.columns = {integer->name};
                table.constraints.push_back(part);
                break;
            case 5:
                part.sql = fmt::format("({} DESC{})", a, chance(50) ? " NULLS LAST" : "");
                part.columns = {integer->name};
                table.indexes.push_back(part);
                break;
            case 6:
                part.sql = text == nullptr ? fmt::format("USING hash ({})", a)
                                           : fmt::format("(lower({}) text_pattern_ops, {})", b, a);
                part.columns = {integer->name, text == nullptr ? integer->name : text->name};
                table.indexes.push_back(part);
                break;
            case 7:
                part.sql = fmt::format("({}) INCLUDE ({}) WITH (fillfactor='80') WHERE ({} > {})", a,
                                       quoted(some.name), a, number(0, 9));
                part.columns = {integer->name, some.name};
                table.indexes.push_back(part);
                break;
            case 8:
                part.name = "unique " + part.name;
                part.sql = fmt::format("({}, (({} % 3)))", a, a);
                part.columns = {integer->name};
                table.indexes.push_back(part);
                break;
            case 9:
                if (integer->type == "integer" && table.columns.size() < 9) {
                    RandomColumn generated;
                    generated.name = fresh("g");
                    generated.type = "bigint";
                    generated.family = Family::other;
                    generated.generated = integer->name;
                    table.columns.push_back(generated);
                }
                break;
            default:
                if (text != nullptr) {
                    part.sql = fmt::format("({} COLLATE \"POSIX\" varchar_pattern_ops NULLS FIRST)", b);
                    part.columns = {text->name};
                    table.indexes.push_back(part);
                }
        }
    }

    void add_foreign_key(Model& model, RandomTable& table) {
        const RandomTable& target = any(model.tables);
        RandomColumn key;
        key.name = fresh("fk");
        key.family = Family::other;
        if (target.primary_key.empty()) {
            return;
        }
        key.type = target.columns[0].type;
        constexpr std::array<std::string_view, 5> actions{"", " ON DELETE CASCADE",
                                                          " ON DELETE SET NULL ON UPDATE CASCADE",
                                                          " ON DELETE RESTRICT", " ON UPDATE SET DEFAULT"};
        Part part{fresh("f"), {}, {key.name}, ""};
        part.sql =
            fmt::format("FOREIGN KEY ({}) REFERENCES {} (id){}{}{}{}", quoted(key.name), quoted(target.name),
                        chance(20) ? " MATCH FULL" : "", any(actions),
                        chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : "", chance(10) ? " NOT VALID" : "");
        table.columns.push_back(key);
        table.foreign_keys.push_back(part);
    }

    static bool uses(const std::vector<std::string>& columns, const std::string& name) {
        return std::ranges::find(columns, name) != columns.end();
    }

    static bool used(const RandomTable& table, const std::string& name) {
        const auto uses_it = [&](const Part& part) { return uses(part.columns, name); };
        return std::ranges::any_of(table.constraints, uses_it) ||
               std::ranges::any_of(table.indexes, uses_it) ||
               std::ranges::any_of(table.foreign_keys, uses_it) ||
               std::ranges::any_of(table.columns,
                                   [&](const RandomColumn& column) { return column.generated == name; });
    }

    static void remove_uses(RandomTable& table, const std::string& name) {
        const auto uses_it = [&](const Part& part) { return uses(part.columns, name); };
        std::erase_if(table.constraints, uses_it);
        std::erase_if(table.indexes, uses_it);
        std::erase_if(table.foreign_keys, uses_it);
        std::erase_if(table.columns, [&](const RandomColumn& column) { return column.generated == name; });
    }

    void drop_table(Model& model) {
        const std::string name = quoted(any(model.tables).name);
        std::erase_if(model.tables, [&](const RandomTable& table) { return quoted(table.name) == name; });
        for (RandomTable& table : model.tables) {
            std::erase_if(table.foreign_keys, [&](const Part& part) {
                return part.sql.find("REFERENCES " + name + " ") != std::string::npos;
            });
        }
    }

    void change_enum(Model& model) {
        RandomEnum& changed = any(model.enums);
        if (chance(60)) {
            const auto place = changed.values.begin() + number(0, static_cast<int>(changed.values.size()));
            changed.values.insert(place, fresh("v"));
        } else if (changed.values.size() > 2) {
            changed.values.erase(changed.values.begin() + 1 +
                                 number(0, static_cast<int>(changed.values.size()) - 2));
        }
    }

    void change_column(Model& model, RandomTable& table) {
        RandomColumn& changed = any(table.columns);
        if (!changed.generated.empty()) {
            return;
        }
        if (changed.name == "id") {
            // Also from serial to identity and back.
            const RandomColumn other = key_column();
            changed.identity = other.identity;
            changed.serial = other.serial;
            return;
        }
        switch (number(1, 4)) {
            case 1:
                changed.not_null = !changed.not_null;
                break;
            case 2:
                changed.comment = changed.comment.empty() ? "new" : "";
                break;
            case 3:
                if (!used(table, changed.name)) {
                    set_type(changed, model);
                }
                break;
            default:
                if (changed.family == Family::integer) {
                    changed.default_sql = changed.default_sql.empty() ? "5" : "";
                } else if (changed.family == Family::text) {
                    changed.type = changed.type == "text" ? "varchar(300)" : "text";
                }
        }
    }

    void change_once(Model& model) {
        if (model.tables.empty() || chance(10)) {
            model.tables.push_back(table(model));
            return;
        }
        RandomTable& changed = any(model.tables);
        switch (number(1, 12)) {
            case 1:
                if (model.tables.size() > 1) {
                    drop_table(model);
                }
                break;
            case 2:
                changed.columns.push_back(column(model));
                break;
            case 3:
                if (changed.columns.size() > 1) {
                    const std::string name =
                        changed
                            .columns[1 + static_cast<std::size_t>(
                                             number(0, static_cast<int>(changed.columns.size()) - 2))]
                            .name;
                    remove_uses(changed, name);
                    std::erase_if(changed.columns,
                                  [&](const RandomColumn& column) { return column.name == name; });
                }
                break;
            case 4:
            case 5:
                change_column(model, changed);
                break;
            case 6:
                add_part(changed);
                break;
            case 7:
                if (!changed.constraints.empty()) {
                    changed.constraints.erase(changed.constraints.begin());
                }
                break;
            case 8:
                if (!changed.indexes.empty()) {
                    Part& index = changed.indexes.front();
                    if (chance(50)) {
                        index.name = fresh("renamed");
                    } else {
                        changed.indexes.erase(changed.indexes.begin());
                    }
                }
                break;
            case 9:
                add_foreign_key(model, changed);
                break;
            case 10:
                if (!model.enums.empty()) {
                    change_enum(model);
                }
                break;
            case 11:
                if (!model.sequences.empty()) {
                    any(model.sequences).options = sequence_options();
                }
                break;
            default:
                changed.comment = changed.comment.empty() ? "now with 'comment'" : "";
                changed.unlogged = false;
                changed.storage = changed.storage.empty() ? "fillfactor='60'" : "";
        }
    }

    std::mt19937 engine_;
    int counter_ = 0;
};

std::string literal(const std::string& value) {
    std::string text = "'";
    for (const char letter : value) {
        text += letter == '\'' ? "''" : std::string(1, letter);
    }
    return text + "'";
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
        text += fmt::format(" GENERATED ALWAYS AS ({}::bigint * 2) STORED", quoted(column.generated));
    }
    text += column.not_null ? " NOT NULL" : "";
    text += table.primary_key == column.name ? " PRIMARY KEY" : "";
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
    std::string text =
        fmt::format("CREATE {}TABLE {} (\n{}\n){};\n", table.unlogged ? "UNLOGGED " : "", quoted(table.name),
                    fmt::join(lines, ",\n"), table.storage.empty() ? "" : " WITH (" + table.storage + ")");
    for (const Part& index : table.indexes) {
        const bool unique = index.name.starts_with("unique ");
        const std::string name = quoted(unique ? index.name.substr(7) : index.name);
        text += fmt::format("CREATE {}INDEX {} ON {} {};\n", unique ? "UNIQUE " : "", name,
                            quoted(table.name), index.sql);
        if (!index.comment.empty()) {
            text += fmt::format("COMMENT ON INDEX {} IS {};\n", name, literal(index.comment));
        }
    }
    for (const Part& constraint : table.constraints) {
        if (!constraint.comment.empty()) {
            text += fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {};\n", quoted(constraint.name),
                                quoted(table.name), literal(constraint.comment));
        }
    }
    if (!table.comment.empty()) {
        text += fmt::format("COMMENT ON TABLE {} IS {};\n", quoted(table.name), literal(table.comment));
    }
    for (const RandomColumn& column : table.columns) {
        if (!column.comment.empty()) {
            text += fmt::format("COMMENT ON COLUMN {}.{} IS {};\n", quoted(table.name), quoted(column.name),
                                literal(column.comment));
        }
    }
    return text;
}

std::string render(const Model& model) {
    std::string text;
    for (const RandomEnum& type : model.enums) {
        std::vector<std::string> values;
        std::ranges::transform(type.values, std::back_inserter(values), literal);
        text += fmt::format("CREATE TYPE {} AS ENUM ({});\n", quoted(type.name), fmt::join(values, ", "));
    }
    for (const RandomSequence& sequence : model.sequences) {
        text += fmt::format("CREATE SEQUENCE {}{};\n", quoted(sequence.name), sequence.options);
    }
    for (const RandomTable& table : model.tables) {
        text += render(table);
    }
    for (const RandomTable& table : model.tables) {
        for (const Part& key : table.foreign_keys) {
            text += fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {};\n", quoted(table.name),
                                quoted(key.name), key.sql);
        }
    }
    return text;
}

// A permanent table may refer only to permanent ones.
void make_loadable(Model& model) {
    for (RandomTable& target : model.tables) {
        for (const RandomTable& table : model.tables) {
            for (const Part& key : table.foreign_keys) {
                if (key.sql.find("REFERENCES " + quoted(target.name) + " ") != std::string::npos) {
                    target.unlogged = false;
                }
            }
        }
    }
}

}  // namespace

std::pair<std::string, std::string> random_schemas(std::uint32_t seed) {
    Generator generator(seed);
    Model model = generator.model();
    make_loadable(model);
    std::string before = render(model);
    generator.change(model);
    make_loadable(model);
    return {std::move(before), render(model)};
}

}  // namespace schemist::test
