// Parsers, templates, dictionaries and configurations of text search.

#include "convergence.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("text search objects come, change in place, and go, with columns and indexes that use them") {
    const std::string script = check_both_ways(R"(
        CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, LANGUAGE = english, STOPWORDS = english);
        CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = simple);
        CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");
        ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword, word WITH d, simple;
        ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR email WITH simple;
        CREATE TABLE t (a text);)",
                                               R"(
        CREATE SCHEMA s;
        CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype,
            HEADLINE = prsd_headline); COMMENT ON TEXT SEARCH PARSER s.p IS 'the usual one';
        CREATE TEXT SEARCH TEMPLATE s.m (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, LANGUAGE = german);
        CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = s.m, ACCEPT = 'false'); COMMENT ON TEXT SEARCH DICTIONARY other IS 'o';
        CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default"); COMMENT ON TEXT SEARCH CONFIGURATION c IS 'ours';
        ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH simple, d;
        ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word, url WITH d, simple;
        CREATE TEXT SEARCH CONFIGURATION s.e (PARSER = s.p);
        ALTER TEXT SEARCH CONFIGURATION s.e ADD MAPPING FOR "int" WITH other;
        CREATE TABLE t (a text, v tsvector GENERATED ALWAYS AS (to_tsvector('c', a)) STORED);
        CREATE INDEX i ON t USING gin (to_tsvector('s.e', a));)",
                                               "INSERT INTO t VALUES ('words')");
    CHECK(script.find("ALTER TEXT SEARCH DICTIONARY d (stopwords, language = 'german')") !=
          std::string::npos);
    CHECK(script.find("DROP TEXT SEARCH CONFIGURATION") == std::string::npos);
}

}  // namespace
}  // namespace schemist::test
