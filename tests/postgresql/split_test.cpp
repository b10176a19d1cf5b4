#include "postgresql/dialect.hpp"
#include "postgresql/expression.hpp"
#include "postgresql/sql.hpp"

#include <schemist/error.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::postgresql {
namespace {

std::vector<std::string> texts(std::string_view script) {
    std::vector<std::string> found;
    for (const ScriptStatement& statement : dialect().split(script)) {
        found.emplace_back(script.substr(statement.offset, statement.length));
    }
    return found;
}

ScriptStatement only(std::string_view statement) {
    const std::vector<ScriptStatement> found = dialect().split(statement);
    REQUIRE(found.size() == 1);
    return found.front();
}

TEST_CASE("scripts are cut where PostgreSQL's grammar cuts them") {
    CHECK(texts("").empty());
    CHECK(texts(" -- only a comment\n ; ; /* ; */ ").empty());
    CHECK(texts("-- é; one\nSELECT ';' ; /* two */ SELECT $$;$$ -- end\n") ==
          std::vector<std::string>{"SELECT ';'", "SELECT $$;$$"});
    const std::string function =
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END";
    const std::string rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)";
    CHECK(texts(function + ";\n" + rule + ";\n") == std::vector<std::string>{function, rule});
}

TEST_CASE("a statement of a newer grammar is still cut, and nonsense is cut as well") {
    CHECK(texts("SELECT JSON_OBJECT('a': 1); FROB x; SELECT 1") ==
          std::vector<std::string>{"SELECT JSON_OBJECT('a': 1)", "FROB x", "SELECT 1"});
    CHECK(only("FROB x").transactional);
    const std::string function =
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT "
        "2; END";
    CHECK(texts("FROB; " + function + "; CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)").size() ==
          3);
}

TEST_CASE("an open quote is an error with its position in bytes") {
    const std::string script = "SELECT 'é'; SELECT 'open";
    try {
        dialect().split(script);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.position() == script.rfind('\''));
    }
}

TEST_CASE("statements that cannot run in a transaction are known") {
    for (const char* alone :
         {"CREATE INDEX CONCURRENTLY i ON t (a)", "DROP INDEX CONCURRENTLY i", "REINDEX INDEX CONCURRENTLY i",
          "REINDEX (CONCURRENTLY) TABLE t", "REINDEX SCHEMA s", "VACUUM", "VACUUM (ANALYZE) t",
          "CREATE DATABASE d", "DROP DATABASE d", "CREATE TABLESPACE x LOCATION '/x'", "DROP TABLESPACE x",
          "ALTER SYSTEM SET work_mem = 1", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "CLUSTER",
          "DISCARD ALL"}) {
        CAPTURE(alone);
        CHECK_FALSE(only(alone).transactional);
    }
    for (const char* together : {"CREATE INDEX i ON t (a)", "DROP INDEX i", "REINDEX TABLE t", "ANALYZE t",
                                 "ALTER TABLE t DETACH PARTITION p", "CLUSTER t",
                                 "ALTER TYPE e ADD VALUE 'x'", "DO $$ BEGIN END $$"}) {
        CAPTURE(together);
        CHECK(only(together).transactional);
        CHECK_FALSE(only(together).controls_transaction);
    }
    for (const char* control : {"BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT",
                                "SAVEPOINT s", "RELEASE s", "ROLLBACK TO s", "PREPARE TRANSACTION 'x'"}) {
        CAPTURE(control);
        CHECK(only(control).controls_transaction);
    }
}

TEST_CASE("what would drop the locks of a run is refused") {
    for (const char* sql :
         {"DISCARD ALL", "SELECT pg_advisory_unlock(1)", "SELECT pg_catalog.pg_advisory_unlock_all()",
          "SELECT a FROM t WHERE (SELECT PG_ADVISORY_UNLOCK_SHARED(1, 2))",
          "INSERT INTO t SELECT \"pg_advisory_unlock\"(1)", "FROB pg_advisory_unlock_all()",
          "DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$",
          "DO $$ DECLARE done boolean := pg_advisory_unlock(1); BEGIN END $$",
          "DO LANGUAGE plpgsql 'BEGIN EXECUTE ''SELECT pg_advisory_unlock_all()''; END'"}) {
        CAPTURE(sql);
        CHECK(only(sql).refused.find("drop") != std::string::npos);
    }
    for (const char* sql :
         {"DISCARD PLANS", "DISCARD TEMP", "SELECT pg_advisory_xact_lock(1)",
          "SELECT 'pg_advisory_unlock(1)'", "SELECT mine.pg_advisory_unlock(1)",
          "SELECT pg_advisory_unlock FROM t", "LISTEN c", "NOTIFY c",
          "SET LOCAL idle_in_transaction_session_timeout = 0",
          "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
          "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC SELECT pg_advisory_unlock_all(); END",
          "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_unlock_all()'",
          "CREATE VIEW v AS SELECT pg_advisory_unlock_all()",
          "DO $$ BEGIN -- pg_advisory_unlock_all()\n RAISE NOTICE 'pg_advisory_unlock_all()'; END $$",
          "DO LANGUAGE plpython3u 'plpy.commit()'"}) {
        CAPTURE(sql);
        CHECK(only(sql).refused.empty());
    }
}

TEST_CASE("a DO block that ends its transaction is refused, a procedure's definition is not") {
    CHECK(
        only("DO $$ BEGIN IF true THEN COMMIT; END IF; END $$").refused.starts_with("COMMIT in a DO block"));
    CHECK(
        only(
            "DO $$ BEGIN FOR i IN 1..2 LOOP BEGIN ROLLBACK; EXCEPTION WHEN others THEN END; END LOOP; END $$")
            .refused.starts_with("ROLLBACK in a DO block"));
    for (const char* sql :
         {"DO $$ DECLARE commit integer := 1; BEGIN commit := 2; UPDATE t SET rollback = commit; END $$",
          "DO $$ BEGIN RAISE NOTICE 'COMMIT; ROLLBACK;'; END $$", "DO $$ BEGIN BEGIN END; END $$",
          "DO $$ this is no plpgsql COMMIT; $$", "DO $$ DECLARE r t%ROWTYPE; x t.a%TYPE; BEGIN END $$",
          "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$"}) {
        CAPTURE(sql);
        CHECK(only(sql).refused.empty());
    }
}

TEST_CASE("what needs psql at the other end is refused, also where its rows cannot be read") {
    CHECK(only("COPY t (a) FROM STDIN").refused.find("INSERT") != std::string::npos);
    CHECK_FALSE(only("COPY (SELECT 1) TO STDOUT").refused.empty());
    CHECK(only("COPY t FROM '/file'").refused.empty());
    CHECK(only("COPY t FROM PROGRAM 'cat'").refused.empty());
    CHECK(only("\\connect other\nCREATE TABLE t ()").refused.starts_with("\\connect is a command of psql"));
    CHECK(only("SELECT 1 \\gset").refused.starts_with("\\gset is"));
    CHECK(only("SELECT '\\connect', E'\\n'").refused.empty());

    const std::string dump = "CREATE TABLE t (a text);\nCOPY t FROM stdin;\nit's\n\\.\n";
    try {
        dialect().split(dump);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.what_failed().starts_with("COPY FROM STDIN"));
        CHECK(error.position() == dump.find("COPY"));
    }
    CHECK(dialect().split("CREATE TABLE t (a text);\nCOPY t FROM stdin;\n1\n\\.\n")[1].refused.starts_with(
        "COPY"));
}

TEST_CASE("comments and white space make no difference, everything else does") {
    const auto& postgresql = dialect();
    CHECK(postgresql.without_comments("SELECT  a -- x\n ,b/* y /* z */ */;") ==
          postgresql.without_comments("SELECT a, b;"));
    CHECK(postgresql.without_comments("SELECT 'a  b'") != postgresql.without_comments("SELECT 'a b'"));
    CHECK(postgresql.without_comments("SELECT 1") != postgresql.without_comments("SELECT 2"));
}

TEST_CASE("identifiers are quoted where they must be") {
    const auto& postgresql = dialect();
    CHECK(postgresql.quote("plain_1") == "plain_1");
    CHECK(postgresql.quote("name") == "name");
    for (const char* odd :
         {"User", "user", "select", "timestamp", "left", "1a", "a b", "é", "", "json_table", "a$"}) {
        CAPTURE(odd);
        CHECK(postgresql.quote(odd) == "\"" + std::string(odd) + "\"");
    }
    CHECK(postgresql.quote("a\"b") == "\"a\"\"b\"");
    CHECK(quote_literal("it's") == "'it''s'");
    CHECK(quote_literal("a\\b") == "E'a\\\\b'");
    CHECK(generated_name("t", "c", "seq") == "t_c_seq");
    const std::string longest(63, 'x');
    CHECK(generated_name(longest, "c", "seq").size() == 63);
    CHECK(with_suffix(longest, "_old") == std::string(59, 'x') + "_old");
}

TEST_CASE("outer parentheses are taken away, but only those") {
    CHECK(without_parentheses("((a > 1))") == "a > 1");
    CHECK(without_parentheses("(a) + (b)") == "(a) + (b)");
    CHECK(without_parentheses("(a = ')'::text)") == "a = ')'::text");
    CHECK(parse_array("{a,\"b, \\\"c\\\"\",\"\"}") == std::vector<std::string>{"a", "b, \"c\"", ""});
    CHECK(parse_array("{}").empty());
    CHECK(parse_storage("{fillfactor=70,pg_attver=123}") == StorageParameters{{"fillfactor", "70"}});
}

TEST_CASE("what the server would read otherwise is written otherwise") {
    CHECK(reparsable("(r)::text = ANY ((ARRAY['a'::character varying, 'b,)'::character varying])::text[])") ==
          "r IN ('a', 'b,)')");
    CHECK(reparsable("((r)::text = ANY ((ARRAY['a'::character varying])::text[])) OR (x > 1)") ==
          "((r)::text = ANY ((ARRAY['a'::character varying])::character varying[]::text[])) OR (x > 1)");
    CHECK(reparsable("x = ANY (ARRAY[1, 2])") == "x = ANY (ARRAY[1, 2])");
    CHECK(reparsable("'(ARRAY['::text") == "'(ARRAY['::text");
}

}  // namespace
}  // namespace schemist::postgresql
