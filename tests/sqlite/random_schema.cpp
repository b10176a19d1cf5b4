#include "sqlite/random_schema.hpp"

#include "schema/text.hpp"
#include "sqlite/lexer.hpp"

#include <algorithm>
#include <random>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace schemist::test {
namespace {

using Choices = std::vector<std::string>;

struct RandomColumn {
    std::string name;
    bool generated = false;
};

struct RandomTable {
    std::string name;
    std::vector<RandomColumn> columns;
    bool strict = false;
    bool without_rowid = false;
    bool has_rowid_key = false;
};

class Generator {
  public:
    explicit Generator(std::uint32_t seed) : random_(seed) {}

    std::string run() {
        for (const char* name : {"accounts", "order", "Log Lines", "t3", "t4", "t5"}) {
            if (chance(65)) {
                tables_.push_back({name, {}});
            }
        }
        for (RandomTable& table : tables_) {
            script_ += create_table(table) + ";\n";
        }
        for (const RandomTable& table : tables_) {
            add_indexes(table);
        }
        add_views();
        add_triggers();
        return std::move(script_);
    }

  private:
    // No distribution of the library: those differ between libraries.
    std::uint32_t below(std::size_t limit) { return random_() % static_cast<std::uint32_t>(limit); }
    bool chance(std::uint32_t percent) { return below(100) < percent; }
    template <class T>
    const T& pick(const std::vector<T>& choices) {
        return choices[below(choices.size())];
    }

    std::string name(const std::string& text) {
        switch (below(5)) {
            case 0:
                return "\"" + text + "\"";
            case 1:
                return "[" + text + "]";
            case 2:
                return "`" + text + "`";
            default:
                return sqlite::quote(text);
        }
    }

    std::string word(std::string_view text) { return chance(30) ? to_lower(text) : std::string(text); }

    std::string space() {
        return chance(5) ? " /* why, \"not\" */ " : chance(3) ? " -- it's so\n" : chance(10) ? "\n\t" : " ";
    }

    std::string conflict() {
        return chance(15) ? " ON CONFLICT " + pick(Choices{"IGNORE", "ABORT", "FAIL", "replace", "ROLLBACK"})
                          : "";
    }

    std::string constraint(const std::string& prefix) {
        return chance(40) ? word("CONSTRAINT ") + name(fmt::format("{}{}", prefix, ++constraints_)) + " "
                          : "";
    }

    std::string type_of(const std::string& column, bool strict) {
        switch (column[1]) {
            case '0':
                return strict ? pick(Choices{"INT", "INTEGER"})
                              : pick(Choices{"INT", "INTEGER", "bigint", "Unsigned Big Int"});
            case '1':
                return strict ? "TEXT" : pick(Choices{"TEXT", "varchar(50)", "VARCHAR ( 50 )", "CLOB"});
            case '2':
                return strict ? "REAL" : pick(Choices{"REAL", "DOUBLE PRECISION", "float"});
            case '3':
                return "BLOB";
            default:
                return strict ? "TEXT" : pick(Choices{"TEXT", "nchar(10)"});
        }
    }

    std::string default_of(const std::string& column) {
        switch (column[1]) {
            case '2':
                return pick(Choices{"1.5", "-2e3", "+3", "(1 + 2)", "( abs( -7 ) )"});
            case '3':
                return pick(Choices{"x'00ff'", "NULL", "(X'AB')"});
            default:
                return pick(Choices{"'it''s'", "''", "CURRENT_TIMESTAMP", "(lower('A') || 'b')",
                                    "current_date", "word"});
        }
    }

    std::string expression(const std::string& column) {
        const std::string quoted = name(column);
        switch (column[1]) {
            case '0':
                return pick(Choices{quoted + " > -5", quoted + " IS NULL OR " + quoted + "<>99",
                                    "( " + quoted + "+1 )*2 != -(-3)", quoted + " NOT IN (77,78)",
                                    "CASE WHEN " + quoted + " > 1000 THEN 0 ELSE 1 END"});
            case '1':
                return pick(Choices{"LENGTH(" + quoted + ") < 1000", quoted + " not like '%zz%'",
                                    quoted + " IS NOT 'z'", quoted + " COLLATE nocase <> 'q'",
                                    "coalesce(" + quoted + ", 'a;b') || 'x' <> ''"});
            default:
                return quoted + pick(Choices{" IS NOT 'never'", " is null or true", " ISNULL OR 1==1"});
        }
    }

    std::string column_definition(const std::string& column, bool strict) {
        std::string text = name(column) + space() + type_of(column, strict);
        const bool has_default = column[1] >= '2' && chance(50);
        if (chance(25)) {
            text += space() + word("NOT NULL") + (has_default ? conflict() : "");
        }
        if (has_default) {
            text += space() + word("DEFAULT ") + default_of(column);
        }
        if (column[1] == '1' && chance(25)) {
            text += word(" COLLATE ") + pick(Choices{"NOCASE", "rtrim", "BINARY"});
        }
        if (chance(15)) {
            text += " " + constraint("check_") + word("CHECK") + " (" + expression(column) + ")";
        }
        if (column[1] <= '1' && chance(10)) {
            text += " " + constraint("unique_") + word("UNIQUE") + conflict();
        }
        return text;
    }

    std::string key(RandomTable& table) {
        if (table.without_rowid) {
            return pick(Choices{"id INTEGER PRIMARY KEY", "\"id\" INT NOT NULL CONSTRAINT k PRIMARY KEY",
                                "id INT PRIMARY KEY DESC"});
        }
        const std::uint32_t form = below(6);
        table.has_rowid_key = form < 3;
        switch (form) {
            case 0:
                return "id INTEGER PRIMARY KEY";
            case 1:
                return "id integer not null primary key autoincrement";
            case 2:
                return "[id] INTEGER CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT FAIL";
            case 3:
                return "id INTEGER PRIMARY KEY DESC";
            case 4:
                return "id INT NOT NULL PRIMARY KEY";
            default:
                return "`id` INTEGER UNIQUE";
        }
    }

    std::string create_table(RandomTable& table) {
        table.strict = chance(20);
        table.without_rowid = chance(20);
        Choices lines{key(table)};
        table.columns.push_back({"id"});
        Choices names{"c0", "c1", "c2", "c3", "c4", "d0", "d1", "d4"};
        for (const std::string& column : names) {
            if (chance(60)) {
                lines.push_back(column_definition(column, table.strict));
                table.columns.push_back({column});
            }
        }
        // The order of the columns is by chance, too.
        for (std::size_t i = lines.size() - 1; i > 1; --i) {
            std::swap(lines[i], lines[1 + below(i)]);
        }
        add_generated(table, lines);
        add_references(table, lines);
        add_table_constraints(table, lines);
        std::string text = word("CREATE TABLE ") + name(table.name) + space() + "(";
        text += fmt::format("{}", fmt::join(lines, "," + space())) + ")";
        const std::string options = table.strict && table.without_rowid ? " WITHOUT ROWID, STRICT"
                                    : table.strict                      ? " strict"
                                                                        : "";
        return text + (table.without_rowid && options.empty() ? " without rowid" : options);
    }

    void add_generated(RandomTable& table, Choices& lines) {
        for (const char* generated : {"g0", "g1"}) {
            if (chance(15)) {
                const std::string base = pick(table.columns).name;
                lines.push_back(fmt::format("{} {} {} ({} || 'x') {}", generated,
                                            table.strict ? "TEXT" : pick(Choices{"", "TEXT"}),
                                            pick(Choices{"AS", "GENERATED ALWAYS AS"}), name(base),
                                            pick(Choices{"STORED", "virtual", ""})));
                table.columns.push_back({generated, true});
            }
        }
    }

    void add_references(RandomTable& table, Choices& lines) {
        for (const RandomTable& other : tables_) {
            if (!chance(25)) {
                continue;
            }
            const std::string column = "ref_" + to_lower(other.name.substr(0, 2));
            const std::string target =
                "REFERENCES " + name(other.name) + " (id)" +
                pick(Choices{"", " ON DELETE CASCADE", " on update set null ON DELETE SET DEFAULT"}) +
                pick(Choices{"", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE", " MATCH FULL"});
            const bool is_inline = chance(50);
            lines.push_back(name(column) + " INTEGER " + (is_inline ? constraint("fk_") + target : ""));
            table.columns.push_back({column});
            if (!is_inline) {
                later_.push_back(constraint("fk_") + "FOREIGN KEY (" + name(column) + ") " + target);
            }
        }
    }

    void add_table_constraints(const RandomTable& table, Choices& lines) {
        lines.insert(lines.end(), later_.begin(), later_.end());
        later_.clear();
        if (chance(25)) {
            lines.push_back(constraint("unique_") + word("UNIQUE (") + "id DESC, " +
                            name(pick(table.columns).name) + " COLLATE nocase)" + conflict());
        }
        if (chance(25)) {
            const std::string& column = pick(table.columns).name;
            lines.push_back(constraint("check_") + "CHECK ((" + name(table.name) + "." + name(column) +
                            " IS NOT 12345))");
        }
    }

    void add_indexes(const RandomTable& table) {
        for (int i = 0; i < 3; ++i) {
            if (!chance(35)) {
                continue;
            }
            Choices elements;
            for (std::uint32_t count = 1 + below(2); count > 0; --count) {
                const std::string& column = pick(table.columns).name;
                elements.push_back(
                    pick(Choices{name(column), name(column) + " DESC", name(column) + " COLLATE NOCASE",
                                 "lower(" + name(column) + ")", "(" + name(column) + "||'x') desc"}));
            }
            script_ += fmt::format(
                "CREATE INDEX {} ON {} ({}){};\n", name(fmt::format("index {} {}", i, table.name)),
                name(table.name), fmt::join(elements, ", "),
                chance(30) ? " WHERE " + name(pick(table.columns).name) + " IS NOT NULL" : "");
        }
    }

    void add_views() {
        for (int i = 0; i < 3 && !tables_.empty(); ++i) {
            if (!chance(50)) {
                continue;
            }
            const RandomTable& table = pick(tables_);
            const std::string view = fmt::format("view{}", i);
            const std::string column = name(pick(table.columns).name);
            std::string source = name(table.name);
            if (!views_.empty() && chance(40)) {
                source += " JOIN " + pick(views_) + " AS other ON other.x = " + name(table.name) + ".id";
            }
            script_ += fmt::format(
                "{} {} {} SELECT {}.id AS x,{} count( * ) over (),{}.{} FROM {} WHERE {}.id>0 ORDER BY 1 "
                "desc;\n",
                word("CREATE VIEW"), name(view), word("AS"), name(table.name), space(), name(table.name),
                column, source, name(table.name));
            views_.push_back(view);
        }
    }

    void add_triggers() {
        for (int i = 0; i < 4 && !tables_.empty(); ++i) {
            if (!chance(40)) {
                continue;
            }
            const RandomTable& table = pick(tables_);
            const RandomTable& other = pick(tables_);
            const bool on_view = !views_.empty() && chance(30);
            const std::string event =
                on_view ? "INSTEAD OF " + pick(Choices{"INSERT", "DELETE"})
                        : pick(Choices{"BEFORE INSERT", "after delete",
                                       "AFTER UPDATE OF " + name(pick(table.columns).name)});
            script_ += fmt::format(
                "CREATE TRIGGER {} {} ON {} BEGIN DELETE FROM {} WHERE id < -1; SELECT CASE WHEN {} THEN ';' "
                "END FROM {}; END;\n",
                name(fmt::format("trigger{}", i)), event, on_view ? pick(views_) : name(table.name),
                name(other.name), name(pick(other.columns).name) + " = 1", name(other.name));
        }
    }

    std::mt19937 random_;
    std::string script_;
    std::vector<RandomTable> tables_;
    Choices views_;
    Choices later_;  // table constraints that belong to the columns before them
    int constraints_ = 0;
};

}  // namespace

std::string random_schema(std::uint32_t seed) {
    return Generator(seed).run();
}

}  // namespace schemist::test
