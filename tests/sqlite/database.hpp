#pragma once
// A database in memory that is changed as the runner does it, and what SQLite itself says of it.

#include "plan/plan.hpp"
#include "schema/schema.hpp"
#include "sqlite/scratch.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::test {

class Database {
  public:
    explicit Database(std::string_view sql = {});

    schemist::Connection& connection() { return scratch_->connection(); }
    void run(std::string_view sql) { connection().run_script(sql); }
    // The first cell of the first row.
    std::string cell(std::string_view sql) { return connection().query(sql).text(0, 0); }
    Schema schema();

    // Runs the statements in one transaction, checks the foreign keys, and commits; rolls back when one
    // fails.
    void apply(const std::vector<std::string>& statements);
    Plan plan(const Schema& to);
    // Makes it what `to` is; gives the statements.
    std::vector<std::string> migrate(const Schema& to);

    // What SQLite's pragmas say of tables, columns, keys and indexes, and the definitions of views and
    // triggers with their white space and quotes taken out. Independent of the parser and of the printer.
    std::string structure();

    // Puts rows into every table, as many as its constraints let in.
    void fill();
    void clear();
    // All rows of each column that is not generated, sorted: "table.column" -> text.
    std::map<std::string, std::string> contents();

  private:
    std::unique_ptr<Scratch> scratch_;
};

// From before to after and back, with rows: structure, second diff, rows. Gives the first thing that is
// wrong, or "".
std::string round_trip(std::string_view before, std::string_view after);

}  // namespace schemist::test
