// Views that no revision knows, on columns that a revision changes.

#include "runner/fixtures.hpp"
#include "runner/runner.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

const std::string table =
    revision("a", "", "CREATE TABLE notes (id integer, body varchar(20), gone text);", "DROP TABLE notes;");

struct Fixture {
    Fixture() : database(make_database(DialectName::postgresql)), connection(database->connect()) {
        up({table});
    }

    void up(const std::vector<std::string>& files) {
        upgrade(*connection, database->dialect(), history_of(files), "head", {}, listener);
    }
    std::string value(const std::string& query) { return connection->query(query).text(0, 0); }

    std::unique_ptr<Database> database;
    std::unique_ptr<Connection> connection;
    Listener listener;
};

TEST_CASE("views that are not managed are taken down and put back around a new type") {
    Fixture f;
    f.connection->run_script(R"(
        CREATE VIEW "of others" WITH (security_barrier) AS SELECT id, body FROM notes;
        COMMENT ON VIEW "of others" IS 'theirs'; GRANT SELECT ON "of others" TO PUBLIC;
        CREATE VIEW above AS SELECT body || '!' AS loud FROM "of others";
        CREATE MATERIALIZED VIEW kept AS SELECT body FROM notes; CREATE INDEX kept_body ON kept (body);
        CREATE RULE nothing AS ON DELETE TO above DO INSTEAD NOTHING;
        INSERT INTO notes VALUES (1, 'one'))");
    f.up({table, revision("b", "a",
                          "CREATE TABLE other (id integer);\nALTER TABLE notes ALTER COLUMN body TYPE text;\n"
                          "ALTER TABLE notes ALTER COLUMN id TYPE bigint;")});
    CHECK(f.value("SELECT loud FROM above") == "one!");
    CHECK(f.value(R"(SELECT id FROM "of others")") == "1");
    CHECK(f.value("SELECT obj_description('\"of others\"'::regclass)") == "theirs");
    CHECK(f.value("SELECT reloptions::text FROM pg_class WHERE relname = 'of others'") ==
          "{security_barrier=true}");
    CHECK(f.value("SELECT relacl::text LIKE '%=r/%' FROM pg_class WHERE relname = 'of others'") == "t");
    CHECK(f.value("SELECT count(*) FROM pg_rules WHERE rulename = 'nothing'") == "1");
    CHECK(f.value("SELECT count(*) FROM pg_indexes WHERE indexname = 'kept_body'") == "1");
    CHECK(f.value("SELECT data_type FROM information_schema.columns WHERE table_name = 'notes' AND "
                  "column_name = 'body'") == "text");
    REQUIRE(f.listener.infos.size() == 1);
    CHECK(has(f.listener.infos.front(), "view of others"));
    CHECK(has(f.listener.infos.front(), "were taken down and put back"));
}

TEST_CASE("a view that cannot be put back makes the step fail with its name, and stays") {
    Fixture f;
    f.connection->run_script("CREATE VIEW theirs AS SELECT gone FROM notes");
    const Error error = error_of([&] {
        f.up({table, revision("b", "a", "ALTER TABLE notes DROP COLUMN gone;")});
    });
    CHECK(error.exit_code() == ExitCode::failed);
    CHECK_MESSAGE(has(error.what_failed(), "theirs"), error.what());
    CHECK(f.value("SELECT count(*) FROM theirs") == "0");
    CHECK_FALSE(f.connection->in_transaction());
}

TEST_CASE("what is more than a view on the column makes the step fail with what to do") {
    Fixture f;
    f.connection->run_script(
        "CREATE VIEW theirs AS SELECT body FROM notes; CREATE FUNCTION f(theirs) RETURNS text LANGUAGE sql "
        "AS 'SELECT $1.body'");
    const Error error = error_of([&] {
        f.up({table, revision("b", "a", "ALTER TABLE notes ALTER COLUMN body TYPE text;")});
    });
    CHECK_MESSAGE(has(error.hint(), "drop the view theirs before"), error.what());
    CHECK(f.value("SELECT count(*) FROM theirs") == "0");
}

}  // namespace
}  // namespace schemist::test
