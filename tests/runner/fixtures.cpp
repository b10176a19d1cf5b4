#include "runner/fixtures.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/dialect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace schemist::test {

namespace {

class PostgresqlDatabase final : public Database {
  public:
    DialectName name() const override { return DialectName::postgresql; }
    const Dialect& dialect() const override { return postgresql::dialect(); }
    std::unique_ptr<Connection> connect() const override { return database_.connect(); }

  private:
    TestDatabase database_;
};

class SqliteDatabase final : public Database {
  public:
    SqliteDatabase() {
        static int number = 0;
        folder_ =
            std::filesystem::temp_directory_path() / fmt::format("schemist-runner-{}-{}", getpid(), ++number);
        std::filesystem::create_directories(folder_);
    }
    ~SqliteDatabase() override { std::filesystem::remove_all(folder_); }
    DialectName name() const override { return DialectName::sqlite; }
    const Dialect& dialect() const override { return sqlite::dialect(); }
    std::unique_ptr<Connection> connect() const override {
        return sqlite::Connection::open((folder_ / "test.db").string());
    }

  private:
    std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<Database> make_database(DialectName dialect) {
    if (dialect == DialectName::postgresql) {
        return std::make_unique<PostgresqlDatabase>();
    }
    return std::make_unique<SqliteDatabase>();
}

History history_of(const std::vector<std::string>& texts) {
    std::vector<Revision> revisions;
    for (const std::string& text : texts) {
        revisions.push_back(parse_revision(text, fmt::format("m/{}.sql", revisions.size() + 1)));
    }
    return History(std::move(revisions));
}

std::string revision(const std::string& id, const std::string& parents, const std::string& up,
                     const std::string& down) {
    return fmt::format(
        "-- revision: {}\n-- revises: {}\n-- message: about {}\n-- upgrade: any\n{}\n-- downgrade: any\n{}\n",
        id, parents, id, up, down);
}

std::string ids_of(const RunReport& report) {
    std::vector<std::string> ids;
    for (const RevisionRun& run : report.revisions) {
        ids.push_back(run.id);
    }
    return fmt::format("{}", fmt::join(ids, " "));
}

std::string journal_of(Connection& connection) {
    std::vector<std::string> rows;
    for (const JournalRow& row :
         read_journal(connection, JournalTable(connection.dialect(), default_journal)).rows) {
        rows.push_back(fmt::format("{}:{}:{}/{}", row.id, to_string(row.status), row.step, row.steps));
    }
    return fmt::format("{}", fmt::join(rows, " "));
}

std::int64_t count(Connection& connection, const std::string& from) {
    return connection.query("SELECT count(*) FROM " + from).integer(0, 0);
}

namespace {

const std::string three_steps =
    "CREATE TABLE b (i integer);\n-- step\nINSERT INTO b VALUES (1);\n-- step\nINSERT INTO b VALUES (2);";
const std::string three_back = "DELETE FROM b WHERE i = 2;\n-- step\nDELETE FROM b;\n-- step\nDROP TABLE b;";

}  // namespace

const std::vector<std::string> simple{
    revision("a", "", "CREATE TABLE a (i integer PRIMARY KEY);\nINSERT INTO a VALUES (1);", "DROP TABLE a;"),
    revision("b", "a", three_steps, three_back),
    revision("c", "b", "CREATE TABLE c (i integer); -- last", "DROP TABLE c"),
};

}  // namespace schemist::test
