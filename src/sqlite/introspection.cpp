#include "sqlite/introspection.hpp"

#include "schema/text.hpp"
#include "sqlite/ddl.hpp"
#include "sqlite/lexer.hpp"
#include "sqlite/parser.hpp"
#include "sqlite/spelling.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace schemist::sqlite {
namespace {

// The shadow tables of a virtual table are made and dropped by it. Indexes of constraints have no text.
constexpr std::string_view objects_query = R"(
SELECT s.type, s.name, s.tbl_name, s.sql
FROM main.sqlite_schema AS s
WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'
    AND s.name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
ORDER BY CASE s.type WHEN 'table' THEN 0 ELSE 1 END, s.name
)";

constexpr std::string_view columns_query = R"(
SELECT s.name, p.name, p."notnull", p.pk, p.hidden
FROM main.sqlite_schema AS s, pragma_table_xinfo(s.name, 'main') AS p
WHERE s.type = 'table' AND s.sql LIKE 'create table%' ORDER BY s.name, p.cid
)";

class ReadTransaction {
  public:
    explicit ReadTransaction(schemist::Connection& connection)
        : connection_(connection), own_(!connection.in_transaction()) {
        if (own_) {
            connection_.query("BEGIN");
        }
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    ~ReadTransaction() {
        if (own_) {
            try {
                connection_.query("COMMIT");
            } catch (const Error&) {
                // Nothing was written that could be lost, and the connection closes what is left open.
            }
        }
    }

  private:
    schemist::Connection& connection_;
    bool own_;
};

// What SQLite itself says of each column, one line a table.
std::map<std::string, std::string> columns_by_sqlite(schemist::Connection& connection) {
    std::map<std::string, std::string> tables;
    const Rows rows = connection.query(columns_query);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        tables[rows.text(row, 0)] +=
            fmt::format("{} not_null={} key={} generated={}; ", quote(rows.text(row, 1)),
                        rows.integer(row, 2), rows.integer(row, 3), rows.integer(row, 4));
    }
    return tables;
}

// The same from what the parser found.
std::string columns_by_parser(const TableStructure& table) {
    std::string text;
    for (const Column& column : table.columns) {
        std::ptrdiff_t key = 0;
        if (table.primary_key) {
            const auto& names = table.primary_key->columns;
            const auto found = std::ranges::find(names, column.name);
            key = found == names.end() ? 0 : found - names.begin() + 1;
        }
        const int hidden = !column.generated ? 0 : column.generated->stored ? 3 : 2;
        text += fmt::format("{} not_null={} key={} generated={}; ", quote(column.name),
                            is_not_null(table, column) ? 1 : 0, key, hidden);
    }
    return text;
}

void check_against_sqlite(const TableStructure& table, const std::string& by_sqlite) {
    const std::string by_parser = columns_by_parser(table);
    if (by_parser != by_sqlite) {
        throw Error(fmt::format("the definition of the table was read as [{}], SQLite has [{}]", by_parser,
                                by_sqlite))
            .at(fmt::format("table {}", table.name.name))
            .state("nothing was changed")
            .hint("report this as a fault of Schemist, with the table's CREATE TABLE statement")
            .exit_code(ExitCode::internal);
    }
}

template <class Read>
auto read_object(const std::string& type, const std::string& name, Read read) {
    try {
        return read();
    } catch (Error& error) {
        error.at(fmt::format("{} {}", type, name))
            .hint("report this as a fault of Schemist, with the object's CREATE statement");
        throw;
    }
}

class Reader {
  public:
    Reader(schemist::Connection& connection, const Name& journal, const Selection& selection)
        : connection_(connection), journal_(journal), selection_(selection) {}

    Schema run() {
        const ReadTransaction transaction(connection_);
        const Rows objects = connection_.query(objects_query);
        const std::map<std::string, std::string> columns = columns_by_sqlite(connection_);
        for (std::size_t row = 0; row < objects.size(); ++row) {
            add(objects.text(row, 0), objects.text(row, 1), objects.text(row, 2), objects.text(row, 3),
                columns);
        }
        sort(schema_);
        return selected(std::move(schema_), selection_);
    }

  private:
    void add(const std::string& type, const std::string& name, const std::string& table,
             const std::string& sql, const std::map<std::string, std::string>& columns) {
        const bool is_selected = (type != "table" && type != "view") ||
                                 selection_.takes(type == "table" ? Kind::table : Kind::view, {"", name});
        if (equal_ignoring_case(table, journal_.name) || !is_selected) {
            return;
        }
        if (type == "table") {
            add_table(name, sql, columns);
        } else if (type == "index") {
            add_index(name, table, sql);
        } else if (type == "view") {
            schema_.views.push_back(
                {{"", name}, read_object(type, name, [&] { return spell_definition(sql); })});
        } else {
            schema_.triggers.push_back({name, {"", table_name(table)}, read_object(type, name, [&] {
                                            return spell_definition(sql);
                                        })});
        }
    }

    void add_table(const std::string& name, const std::string& sql,
                   const std::map<std::string, std::string>& columns) {
        TableStructure table = read_object("table", name, [&] { return parse_table(sql); });
        table.name.name = name;
        if (table.virtual_definition.empty()) {
            const auto by_sqlite = columns.find(name);
            check_against_sqlite(table, by_sqlite == columns.end() ? std::string() : by_sqlite->second);
        }
        positions_[to_lower(name)] = schema_.tables.size();
        schema_.tables.push_back(std::move(table));
    }

    void add_index(const std::string& name, const std::string& table_name, const std::string& sql) {
        const auto position = positions_.find(to_lower(table_name));
        if (position == positions_.end()) {
            return;  // on a shadow table
        }
        TableStructure& table = schema_.tables[position->second];
        Index index = read_object("index", name, [&] { return parse_index(sql, table); });
        index.name = name;
        table.indexes.push_back(std::move(index));
    }

    // A trigger may spell its table in another case than the table itself.
    std::string table_name(const std::string& written) const {
        const auto position = positions_.find(to_lower(written));
        return position == positions_.end() ? written : schema_.tables[position->second].name.name;
    }

    schemist::Connection& connection_;
    const Name& journal_;
    const Selection& selection_;
    Schema schema_;
    std::map<std::string, std::size_t> positions_;  // of each table, by its name in lower case
};

}  // namespace

Schema introspect(schemist::Connection& connection, const Name& journal, const Selection& selection) {
    return Reader(connection, journal, selection).run();
}

}  // namespace schemist::sqlite
