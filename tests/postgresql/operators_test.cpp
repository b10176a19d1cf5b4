// Operators, operator classes and families, casts, conversions, languages, transforms, access methods and base types.

#include "convergence.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace schemist::test {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

constexpr std::string_view pair_type = R"(
    CREATE TYPE pair AS (a integer, b integer);
    CREATE FUNCTION before(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
    CREATE FUNCTION same(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
    CREATE FUNCTION ordering(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
)";

TEST_CASE("operators come with their commutators and negators, and estimators change in place") {
    const std::string script = check_both_ways(std::string(pair_type) + R"(
        CREATE OPERATOR === (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair, RESTRICT = eqsel);)",
                                               std::string(pair_type) + R"(
        CREATE SCHEMA o; CREATE FUNCTION o.differ(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a <> ($2).a';
        CREATE OPERATOR === (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair, JOIN = eqjoinsel);
        CREATE OPERATOR o.<<<> (FUNCTION = o.differ, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = OPERATOR(o.<<<>), NEGATOR = OPERATOR(o.====));
        CREATE OPERATOR o.==== (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair, NEGATOR = OPERATOR(o.<<<>), HASHES, MERGES);
        COMMENT ON OPERATOR o.<<<> (pair, pair) IS 'not the same';
        CREATE FUNCTION minus(pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT -($1).a';
        CREATE OPERATOR @@@ (FUNCTION = minus, RIGHTARG = pair);
        CREATE VIEW v AS SELECT ROW(1, 2)::pair OPERATOR(o.<<<>) ROW(1, 3)::pair AS x;)");
    CHECK(contains(script, "ALTER OPERATOR === (pair, pair) SET (RESTRICT = NONE, JOIN = eqjoinsel)"));
}

TEST_CASE("operator classes and families, with indexes that use them") {
    const std::string operators = std::string(pair_type) + R"(
        CREATE OPERATOR <<< (FUNCTION = before, LEFTARG = pair, RIGHTARG = pair);
        CREATE OPERATOR === (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair);
        CREATE FUNCTION ordering(pair, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - $2';
        CREATE FUNCTION before(pair, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < $2';
        CREATE OPERATOR <<< (FUNCTION = before, LEFTARG = pair, RIGHTARG = integer);
        CREATE TABLE t (p pair);)";
    const std::string script =
        check_both_ways(operators + "CREATE OPERATOR FAMILY f USING btree", operators + R"(
        CREATE OPERATOR FAMILY f USING btree; COMMENT ON OPERATOR FAMILY f USING btree IS 'of pairs';
        ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 <<< (pair, integer), FUNCTION 1 (pair, integer) ordering(pair, integer);
        CREATE OPERATOR CLASS c FOR TYPE pair USING btree FAMILY f AS OPERATOR 1 <<<, OPERATOR 3 ===, FUNCTION 1 ordering(pair, pair);
        COMMENT ON OPERATOR CLASS c USING btree IS 'by the first';
        CREATE OPERATOR CLASS h DEFAULT FOR TYPE pair USING hash AS STORAGE pair;
        CREATE INDEX i ON t (p c);)");
    CHECK(contains(script, "ALTER OPERATOR FAMILY f USING btree ADD"));
    CHECK_FALSE(contains(script, "DROP OPERATOR FAMILY"));
    // A class that changes takes its indexes down.
    check_both_ways(operators + R"(
        CREATE OPERATOR CLASS c FOR TYPE pair USING btree AS OPERATOR 1 <<<, FUNCTION 1 ordering(pair, pair);
        CREATE INDEX i ON t (p c);)",
                    operators + R"(
        CREATE OPERATOR CLASS c FOR TYPE pair USING btree AS OPERATOR 1 <<<, OPERATOR 3 ===, FUNCTION 1 ordering(pair, pair);
        CREATE INDEX i ON t (p c);)");
}

TEST_CASE("casts, conversions, languages, transforms and access methods") {
    const std::string script = check_both_ways(R"(
        CREATE TYPE a AS (x integer); CREATE TYPE b AS (x integer);
        CREATE CAST (a AS b) WITH INOUT;
        CREATE TRUSTED LANGUAGE script HANDLER plpgsql_call_handler; CREATE LANGUAGE other HANDLER plpgsql_call_handler;)",
                                               R"(
        CREATE TYPE a AS (x integer); CREATE TYPE b AS (x integer);
        CREATE FUNCTION to_b(a) RETURNS b LANGUAGE sql IMMUTABLE AS 'SELECT ROW(($1).x)::b';
        CREATE CAST (a AS b) WITH FUNCTION to_b(a) AS ASSIGNMENT; COMMENT ON CAST (a AS b) IS 'the same number';
        CREATE CAST (b AS text) WITH INOUT AS IMPLICIT;
        CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION c IS 'ours';
        CREATE TRUSTED LANGUAGE script HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
        CREATE TRUSTED LANGUAGE other HANDLER plpgsql_call_handler; REVOKE USAGE ON LANGUAGE other FROM PUBLIC;
        COMMENT ON LANGUAGE script IS 'like plpgsql'; REVOKE USAGE ON LANGUAGE script FROM PUBLIC;
        CREATE TRANSFORM FOR integer LANGUAGE script (FROM SQL WITH FUNCTION prsd_lextype(internal));
        CREATE ACCESS METHOD m TYPE TABLE HANDLER heap_tableam_handler; COMMENT ON ACCESS METHOD m IS 'a heap';)");
    CHECK(contains(script, "CREATE OR REPLACE TRUSTED LANGUAGE script"));
}

// The functions need the type, and the type needs the functions.
TEST_CASE("base types are announced before their functions, and go with them") {
    const std::string type = R"(
        CREATE TYPE code;
        CREATE FUNCTION code_in(cstring) RETURNS code LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
        CREATE FUNCTION code_out(code) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
        CREATE TYPE code (INPUT = code_in, OUTPUT = code_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4{});
        CREATE FUNCTION double(code) RETURNS code LANGUAGE internal IMMUTABLE AS 'int4um';)";
    const std::string script = check_both_ways("", fmt::format(fmt::runtime(type), ", DEFAULT = '7'") + R"(
        COMMENT ON TYPE code IS 'a number'; REVOKE USAGE ON TYPE code FROM PUBLIC;
        CREATE TABLE t (c code, many code[]); CREATE TYPE later;)");
    CHECK(script.find("CREATE TYPE code;") < script.find("FUNCTION public.code_in"));
    CHECK(script.find("FUNCTION public.code_out") < script.find("CREATE TYPE code ("));
    check_both_ways(fmt::format(fmt::runtime(type), ""), fmt::format(fmt::runtime(type), ", CATEGORY = 'N'"));
}

TEST_CASE("a default operator class under another name waits for the one that it replaces") {
    const std::string base =
        "CREATE TYPE c AS (a int); CREATE FUNCTION cmp(c, c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT "
        "1';"
        "CREATE FUNCTION lt(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';"
        "CREATE OPERATOR <<< (LEFTARG = c, RIGHTARG = c, FUNCTION = lt);";
    check_both_ways(
        base +
            "CREATE OPERATOR CLASS o DEFAULT FOR TYPE c USING btree AS OPERATOR 1 <<<, FUNCTION 1 cmp(c, c);"
            "CREATE TABLE t (a c UNIQUE); CREATE VIEW v AS SELECT a FROM t",
        base +
            "CREATE OPERATOR CLASS n DEFAULT FOR TYPE c USING btree AS OPERATOR 1 <<<, FUNCTION 1 cmp(c, c);"
            "CREATE TABLE u (a c UNIQUE); CREATE VIEW w AS SELECT a FROM u");
}

}  // namespace
}  // namespace schemist::test
