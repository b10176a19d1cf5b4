#include "sqlite/script.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;
using sqlite::split;

namespace {

std::vector<std::string> statements(const std::string& script) {
    std::vector<std::string> texts;
    for (const ScriptStatement& statement : split(script)) {
        texts.push_back(script.substr(statement.offset, statement.length));
    }
    return texts;
}

}  // namespace

TEST_CASE("a script is split at its semicolons") {
    using Texts = std::vector<std::string>;
    CHECK(statements("-- first\nSELECT 1; ;; /* x; */ SELECT ';' -- last\n") ==
          Texts{"SELECT 1", "SELECT ';'"});
    CHECK(statements("") == Texts{});
    CHECK(statements("SELECT \"a;b\", [c;d], `e;f`") == Texts{"SELECT \"a;b\", [c;d], `e;f`"});
    const std::string trigger =
        "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; DELETE FROM "
        "\"end\"; END";
    CHECK(statements(trigger + "; SELECT 1") == Texts{trigger, "SELECT 1"});
    CHECK(statements("create table trigger_log (a); create /* x */ trigger g insert on t begin select 1; "
                     "end; select 2")
              .size() == 3);
    try {
        split("SELECT 1;\nSELECT 'open");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.position() == 17);
    }
}

TEST_CASE("what a transaction cannot hold, and what controls one") {
    for (const char* sql : {"VACUUM", "attach 'x' AS y", "DETACH y", "PRAGMA journal_mode = WAL",
                            "PRAGMA main.foreign_keys(0)"}) {
        CAPTURE(sql);
        CHECK_FALSE(split(sql).front().transactional);
    }
    for (const char* sql :
         {"BEGIN IMMEDIATE", "commit", "END", "ROLLBACK TO x", "SAVEPOINT x", "RELEASE x"}) {
        CAPTURE(sql);
        CHECK(split(sql).front().controls_transaction);
    }
    for (const char* sql : {"CREATE TABLE vacuum_log (begin_at)", "PRAGMA legacy_alter_table = ON",
                            "INSERT INTO t VALUES ('BEGIN')"}) {
        CAPTURE(sql);
        CHECK(split(sql).front().transactional);
        CHECK_FALSE(split(sql).front().controls_transaction);
    }
}

TEST_CASE("comments and white space do not count, all else does") {
    using sqlite::without_comments;
    CHECK(without_comments("SELECT  1 -- x\n;\n\n/* y */ SELECT 2;") ==
          without_comments("SELECT 1; SELECT 2 ;"));
    CHECK(without_comments("SELECT 'a  b'") != without_comments("SELECT 'a b'"));
    CHECK(without_comments("SELECT a") != without_comments("SELECT A"));
    CHECK(without_comments("SELECT '-- x'") == "SELECT '-- x'");
}
