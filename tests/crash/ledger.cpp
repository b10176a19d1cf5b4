#include "crash/ledger.hpp"

#include <fstream>

#include <fmt/format.h>

namespace schemist::test {

namespace {

constexpr int kept_rows = 2000;
constexpr int revisions = 6;
constexpr int traced_steps = 2;  // of each revision

std::string trace(int revision, int step, std::string_view direction) {
    return fmt::format("INSERT INTO trace (revision, step, direction) VALUES ({}, {}, '{}');\n", revision,
                       step, direction);
}

std::string revision_text(int number, DialectName dialect) {
    const bool postgresql = dialect == DialectName::postgresql;
    const std::string concurrently = postgresql ? " CONCURRENTLY" : "";
    std::string text =
        fmt::format("-- revision: r{}\n-- revises: {}\n-- message: number {}\n\n-- upgrade: {}\n", number,
                    number == 1 ? std::string{} : fmt::format("r{}", number - 1), number, to_string(dialect));
    text += trace(number, 1, "up");
    text += fmt::format(
        "CREATE TABLE made_{0} (id integer PRIMARY KEY, words text);\n"
        "ALTER TABLE kept ADD COLUMN extra_{0} integer;\n",
        number);
    text += "-- step\n" + trace(number, 2, "up");
    text += fmt::format("UPDATE kept SET extra_{0} = id * {0};\n", number);
    text += fmt::format("INSERT INTO made_{0} SELECT id, words FROM kept WHERE id <= 500;\n", number);
    text += fmt::format("-- step\nCREATE UNIQUE INDEX{1} ix_kept_{0} ON kept (extra_{0}, id);\n", number,
                        concurrently);
    text += fmt::format("-- step\nCREATE INDEX{1} ix_made_{0} ON made_{0} (words);\n", number, concurrently);
    text += fmt::format("\n-- downgrade: {}\n", to_string(dialect));
    text += fmt::format("DROP INDEX{1} ix_made_{0};\n-- step\nDROP INDEX{1} ix_kept_{0};\n", number,
                        concurrently);
    text += "-- step\n" + trace(number, 2, "down") + fmt::format("DELETE FROM made_{};\n", number);
    text += "-- step\n" + trace(number, 1, "down");
    text += fmt::format("DROP TABLE made_{0};\nALTER TABLE kept DROP COLUMN extra_{0};\n", number);
    return text;
}

class Findings {
  public:
    explicit Findings(Connection& connection) : connection_(connection) {}

    void expect(std::string_view what, const std::string& sql, std::int64_t expected) {
        const std::int64_t found = connection_.query(sql).integer(0, 0);
        if (found != expected) {
            list.push_back(fmt::format("{}: {} instead of {}", what, found, expected));
        }
    }

    std::vector<std::string> list;

  private:
    Connection& connection_;
};

}  // namespace

void write_history(const std::filesystem::path& folder, DialectName dialect) {
    std::filesystem::create_directories(folder / "migrations");
    for (int number = 1; number <= revisions; ++number) {
        std::ofstream(folder / "migrations" / fmt::format("r{}_number.sql", number))
            << revision_text(number, dialect);
    }
}

void make_tables(Connection& connection) {
    connection.run_script(
        "CREATE TABLE kept (id integer PRIMARY KEY, words text NOT NULL);\n"
        "CREATE TABLE trace (revision integer, step integer, direction text);\n");
    connection.run_script(
        fmt::format("INSERT INTO kept WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
                    "< {}) SELECT i, 'row ' "
                    "|| i FROM n",
                    kept_rows));
}

std::vector<std::string> violations(Connection& connection, bool at_head) {
    Findings findings(connection);
    const bool postgresql = connection.dialect() == DialectName::postgresql;
    const int there = at_head ? revisions : 0;
    findings.expect("rows of kept", "SELECT count(*) FROM kept", kept_rows);
    findings.expect("texts of kept", "SELECT count(*) FROM kept WHERE words = 'row ' || id", kept_rows);
    findings.expect("revisions in the journal", "SELECT count(*) FROM schemist_journal", there);
    findings.expect(
        "revisions that are not whole",
        "SELECT count(*) FROM schemist_journal WHERE status <> 'applied' OR in_flight <> 0 OR step <> steps",
        0);
    for (int number = 1; number <= revisions; ++number) {
        for (int step = 1; step <= traced_steps; ++step) {
            findings.expect(
                fmt::format("times that step {} of revision {} stands", step, number),
                fmt::format(
                    "SELECT coalesce(sum(CASE direction WHEN 'up' THEN 1 ELSE -1 END), 0) FROM trace WHERE "
                    "revision = {} AND step = {}",
                    number, step),
                at_head ? 1 : 0);
        }
        if (at_head) {
            findings.expect(fmt::format("rows of made_{}", number),
                            fmt::format("SELECT count(*) FROM made_{}", number), 500);
            findings.expect(fmt::format("values of extra_{}", number),
                            fmt::format("SELECT count(*) FROM kept WHERE extra_{0} = id * {0}", number),
                            kept_rows);
        }
    }
    findings.expect(
        "indexes",
        postgresql
            ? "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'ix\\_%'"
            : "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'ix\\_%' ESCAPE '\\'",
        2 * there);
    if (postgresql) {
        findings.expect("indexes that are not valid", "SELECT count(*) FROM pg_index WHERE NOT indisvalid",
                        0);
    }
    return findings.list;
}

}  // namespace schemist::test
