// Objects of public that are called like the server's own, which are found first where SQL names no schema.

#include "convergence.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

constexpr std::string_view objects = R"(
    CREATE TYPE public.text AS ENUM ('a', 'b');
    CREATE DOMAIN public.date AS pg_catalog.text;
    CREATE TYPE public.point AS (x integer);
    CREATE COLLATION public."C" (LOCALE = 'POSIX');
    CREATE FUNCTION public.lower(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql AS 'SELECT $1';
    CREATE AGGREGATE public.max(integer) (SFUNC = int4larger, STYPE = integer);
    CREATE FUNCTION public.same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
    CREATE OPERATOR public.> (FUNCTION = public.same, LEFTARG = integer, RIGHTARG = integer);
    CREATE OPERATOR FAMILY public.integer_ops USING btree;
    CREATE TEXT SEARCH PARSER public."default" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
        LEXTYPES = prsd_lextype);
    CREATE TEXT SEARCH TEMPLATE public.simple (INIT = dsimple_init, LEXIZE = dsimple_lexize);
    CREATE TEXT SEARCH DICTIONARY public.simple (TEMPLATE = public.simple);
    CREATE TEXT SEARCH CONFIGURATION public.simple (PARSER = public."default");
    CREATE CONVERSION public.utf8_to_koi8_r FOR 'UTF8' TO 'KOI8R' FROM utf8_to_koi8r;
    CREATE TABLE public.pg_class (id integer PRIMARY KEY, a public.text, b public.date, c public.point, d pg_catalog.text
        COLLATE public."C" CHECK (public.lower(d) <> ''));
    CREATE VIEW public.pg_views AS SELECT id FROM public.pg_class WHERE id OPERATOR(public.>) 3;
    CREATE SEQUENCE public.pg_type;
)";

TEST_CASE("what is called like one of the server's own is named with its schema") {
    const std::string script = check_both_ways("CREATE TABLE t (a integer)",
                                               std::string("CREATE TABLE t (a integer);") + objects.data());
    CHECK(script.find("CREATE TYPE public.text AS ENUM") != std::string::npos);
    CHECK(script.find("CREATE TABLE t (") == std::string::npos);
}

TEST_CASE("what is called like one of the server's own is changed") {
    check_both_ways(objects, std::string(objects.data()) + R"(
        ALTER TYPE public.text ADD VALUE 'c';
        ALTER DOMAIN public.date SET DEFAULT 'now';
        ALTER TYPE public.point ADD ATTRIBUTE y integer;
        COMMENT ON COLLATION public."C" IS 'ours';
        COMMENT ON FUNCTION public.lower(pg_catalog.text) IS 'ours';
        COMMENT ON AGGREGATE public.max(integer) IS 'ours';
        COMMENT ON OPERATOR public.> (integer, integer) IS 'ours';
        COMMENT ON OPERATOR FAMILY public.integer_ops USING btree IS 'ours';
        COMMENT ON TEXT SEARCH PARSER public."default" IS 'ours';
        ALTER TEXT SEARCH DICTIONARY public.simple (ACCEPT = 'false');
        ALTER TEXT SEARCH CONFIGURATION public.simple ADD MAPPING FOR word WITH public.simple;
        COMMENT ON CONVERSION public.utf8_to_koi8_r IS 'ours';
        ALTER TABLE public.pg_class ADD COLUMN e integer REFERENCES public.pg_class;
        CREATE INDEX i ON public.pg_class (e);
        COMMENT ON VIEW public.pg_views IS 'ours';
        ALTER SEQUENCE public.pg_type INCREMENT 2;
    )",
                    "INSERT INTO public.pg_class VALUES (1, 'a', 'b', ROW(1), 'c')");
}

}  // namespace
}  // namespace schemist::test
