#include "reconcile/random_schema.hpp"

#include "reconcile/random_schema_model.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

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

class Generator {
  public:
    Generator(std::uint32_t seed, int server_major) : engine_(seed), server_major_(server_major) {}

    Model model() {
        Model made;
        for (int i = 0, count = number(0, 2); i < count; ++i) {
            made.schemas.push_back(fresh("Schema"));
        }
        for (int i = 0, count = number(0, 3); i < count; ++i) {
            made.enums.push_back({schema(made), fresh("mood"), {"a", "b", "with space", "it's"}});
        }
        for (int i = 0, count = number(0, 2); i < count; ++i) {
            made.sequences.push_back({schema(made), fresh("counter"), sequence_options()});
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
        constexpr std::array<std::string_view, 20> keywords{
            "order", "user",       "select",   "table",    "Group",  "end",    "default",
            "check", "references", "primary",  "desc",     "column", "values", "natural",
            "left",  "like",       "interval", "position", "char",   "between"};
        if (keyword_ < keywords.size() && chance(6)) {
            return std::string(keywords[keyword_++]);
        }
        constexpr std::array<std::string_view, 4> forms{"{}_{}", "{} {}", "{}{}\"Q", "{}Mixed{}"};
        const std::string_view form = chance(90) ? forms[0] : any(forms);
        return fmt::format(fmt::runtime(form), word, ++counter_);
    }

    // Empty: public, without saying so.
    std::string schema(const Model& model) {
        return !model.schemas.empty() && chance(35) ? any(model.schemas) : std::string();
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
        column.attribute.clear();
        column.default_sql.clear();
        if (!model.enums.empty() && chance(20)) {
            const RandomEnum& used = any(model.enums);
            column.enum_type = qualified(used.schema, used.name);
            column.type = column.enum_type;
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

    void set_attributes(RandomColumn& column) {
        constexpr std::array<std::string_view, 4> attributes{"SET STATISTICS 0", "SET STATISTICS 200",
                                                             "SET STORAGE EXTERNAL", "SET COMPRESSION pglz"};
        const std::size_t usable = column.family == Family::text ? attributes.size() : 2;
        column.attribute = chance(15)
                               ? attributes[static_cast<std::size_t>(number(0, static_cast<int>(usable) - 1))]
                               : std::string_view();
    }

    RandomColumn column(const Model& model) {
        RandomColumn made;
        made.name = fresh("c");
        set_type(made, model);
        made.not_null = chance(40);
        made.comment = chance(15) ? "says 'hello'" : "";
        set_attributes(made);
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

    std::string storage() {
        constexpr std::array<std::string_view, 6> forms{
            "",
            "fillfactor='60'",
            "fillfactor='70', autovacuum_enabled='false'",
            "autovacuum_enabled='true', fillfactor='90'",
            "toast.autovacuum_enabled='false', parallel_workers='2', fillfactor='80'",
            "fillfactor='80', autovacuum_enabled='true', parallel_workers='3', "
            "toast.log_autovacuum_min_duration='9'"};
        return std::string(any(forms));
    }

    RandomTable table(const Model& model) {
        RandomTable made;
        made.schema = schema(model);
        made.name = fresh("t");
        made.columns.push_back(key_column());
        for (int i = 0, count = number(0, 6); i < count; ++i) {
            made.columns.push_back(column(model));
        }
        if (chance(85)) {
            set_primary_key(made);
        }
        made.unlogged = chance(25);
        made.storage = chance(25) ? storage() : "";
        made.comment = chance(20) ? "a table" : "";
        for (int i = 0, count = number(0, 3); i < count; ++i) {
            add_part(made);
        }
        return made;
    }

    // Of one column or of two.
    void set_primary_key(RandomTable& table) {
        table.primary_key = {"id"};
        if (chance(25)) {
            RandomColumn second;
            second.name = fresh("Tenant");
            second.type = chance(50) ? "varchar(20)" : "smallint";
            second.not_null = true;
            table.primary_key.insert(table.primary_key.begin() + number(0, 1), second.name);
            table.columns.push_back(second);
        }
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

    // Of two equal constraints with an index the server makes one.
    static void add_once(RandomTable& table, const Part& part) {
        if (std::ranges::find(table.constraints, part.sql, &Part::sql) == table.constraints.end()) {
            table.constraints.push_back(part);
        }
    }

    void add_part(RandomTable& table) {
        const RandomColumn* integer = column_of(table, Family::integer);
        const RandomColumn* text = column_of(table, Family::text);
        const RandomColumn& drawn = any(table.columns);
        const RandomColumn& some = drawn.is_virtual ? table.columns.front() : drawn;  // which has no index
        const std::string a = integer == nullptr ? "" : quoted(integer->name);
        const std::string b = text == nullptr ? "" : quoted(text->name);
        Part part{fresh("p"), {}, {}, chance(10) ? "a part" : "", {}};
        switch (number(1, 10)) {
            case 1:
                if (integer->name == "id") {
                    break;  // the server makes one of it and an equal primary key
                }
                part.sql = fmt::format("UNIQUE{} ({})",
                                       chance(20) && server_major_ >= 15 ? " NULLS NOT DISTINCT" : "", a);
                part.sql += chance(20) ? " INCLUDE (" + quoted(some.name) + ")" : "";
                part.sql += chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : "";
                part.columns = {integer->name, some.name};
                add_once(table, part);
                break;
            case 2:
                part.sql = fmt::format("CHECK ({} BETWEEN {} AND 1000){}", a, number(-9, 0),
                                       chance(20) ? " NO INHERIT" : "");
                part.sql += server_major_ >= 18 && chance(30) ? " NOT ENFORCED" : "";
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
                add_once(table, part);
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
                    generated.is_virtual = server_major_ >= 18 && chance(50);
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
        if (target.primary_key.empty()) {
            return;
        }
        Part part{fresh("f"), {}, {}, "", qualified(target.schema, target.name)};
        std::vector<std::string> own;
        std::vector<std::string> referenced;
        std::vector<RandomColumn> added;
        for (const std::string& name : target.primary_key) {
            RandomColumn key;
            key.name = fresh("fk");
            key.type = std::ranges::find(target.columns, name, &RandomColumn::name)->type;
            part.columns.push_back(key.name);
            own.push_back(quoted(key.name));
            referenced.push_back(quoted(name));
            added.push_back(key);
        }
        constexpr std::array<std::string_view, 5> actions{"", " ON DELETE CASCADE",
                                                          " ON DELETE SET NULL ON UPDATE CASCADE",
                                                          " ON DELETE RESTRICT", " ON UPDATE SET DEFAULT"};
        part.sql = fmt::format("FOREIGN KEY ({}) REFERENCES {} ({}){}{}{}{}", fmt::join(own, ", "),
                               part.referenced, fmt::join(referenced, ", "), chance(20) ? " MATCH FULL" : "",
                               any(actions), chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : "",
                               chance(10)                          ? " NOT VALID"
                               : server_major_ >= 18 && chance(20) ? " NOT ENFORCED"
                                                                   : "");
        table.columns.insert(table.columns.end(), added.begin(), added.end());
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

    static void drop_foreign_keys_to(Model& model, const RandomTable& target) {
        const std::string name = qualified(target.schema, target.name);
        for (RandomTable& table : model.tables) {
            std::erase_if(table.foreign_keys, [&](const Part& part) { return part.referenced == name; });
        }
    }

    void drop_table(Model& model) {
        const auto place = model.tables.begin() + number(0, static_cast<int>(model.tables.size()) - 1);
        drop_foreign_keys_to(model, *place);
        model.tables.erase(place);
    }

    void change_primary_key(Model& model, RandomTable& table) {
        drop_foreign_keys_to(model, table);
        if (table.primary_key.empty()) {
            set_primary_key(table);
        } else if (table.primary_key.size() > 1) {
            table.primary_key = {"id"};
        } else {
            table.primary_key.clear();
        }
    }

    void change_schemas(Model& model) {
        if (chance(50)) {
            model.schemas.push_back(fresh("schema"));
            return;
        }
        const auto is_free = [&](const std::string& name) {
            const auto lives_in = [&](const auto& object) { return object.schema == name; };
            return std::ranges::none_of(model.tables, lives_in) &&
                   std::ranges::none_of(model.enums, lives_in) &&
                   std::ranges::none_of(model.sequences, lives_in);
        };
        std::erase_if(model.schemas, is_free);
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
        if (uses(table.primary_key, changed.name) && changed.name != "id") {
            return;
        }
        if (changed.name == "id") {
            // Also from serial to identity and back.
            const RandomColumn other = key_column();
            changed.identity = other.identity;
            changed.serial = other.serial;
            return;
        }
        switch (number(1, 5)) {
            case 1:
                changed.not_null = !changed.not_null;
                break;
            case 4:
                set_attributes(changed);
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
        switch (number(1, 16)) {
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
                    if (uses(changed.primary_key, name)) {
                        break;
                    }
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
            case 12:
                change_primary_key(model, changed);
                break;
            case 13:
                change_schemas(model);
                break;
            case 14:
            case 15:
                changed.unlogged = !changed.unlogged;
                break;
            default:
                changed.comment = changed.comment.empty() ? "now with 'comment'" : "";
                changed.storage = storage();
        }
    }

    std::mt19937 engine_;
    int server_major_;
    int counter_ = 0;
    std::size_t keyword_ = 0;
};

// A logged table may refer only to logged ones.
void make_loadable(Model& model) {
    const auto must_be_logged = [&](const RandomTable& target) {
        return std::ranges::any_of(model.tables, [&](const RandomTable& table) {
            return !table.unlogged && std::ranges::any_of(table.foreign_keys, [&](const Part& key) {
                return key.referenced == qualified(target.schema, target.name);
            });
        });
    };
    for (std::size_t round = 0; round < model.tables.size(); ++round) {
        for (RandomTable& table : model.tables) {
            table.unlogged = table.unlogged && !must_be_logged(table);
        }
    }
}

}  // namespace

std::pair<std::string, std::string> random_schemas(std::uint32_t seed, int server_major) {
    Generator generator(seed, server_major);
    Model model = generator.model();
    make_loadable(model);
    std::string before = render(model);
    generator.change(model);
    make_loadable(model);
    return {std::move(before), render(model)};
}

}  // namespace schemist::test
