// Whole schemas of public projects: from nothing and to nothing, to themselves, and to a copy with a hundred random changes
// and back. pg_dump says whether they are the same.

#include "convergence.hpp"
#include "postgresql/connection.hpp"
#include "support/corpus.hpp"
#include "support/dump.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

namespace fs = std::filesystem;

// Statements that any schema takes, drawn from what the catalogues list: each is tried, and what the server refuses is left out.
constexpr std::string_view possible_changes = R"(
    SELECT format('ALTER TABLE %s ADD COLUMN schemist_%s integer DEFAULT 7', c.oid::regclass, c.oid)
        FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384
    UNION ALL SELECT format('ALTER TABLE %s DROP COLUMN %I CASCADE', a.attrelid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND c.oid >= 16384
        AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I TYPE text', a.attrelid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND c.oid >= 16384
        AND a.atttypid = 'varchar'::regtype AND NOT a.attisdropped
    UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', a.attrelid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND c.oid >= 16384
        AND a.attnotnull AND a.attnum > 0
    UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', a.attrelid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND c.oid >= 16384
        AND a.atthasdef AND a.attgenerated = ''
    UNION ALL SELECT format('COMMENT ON TABLE %s IS %L', c.oid::regclass, 'changed ' || c.relname)
        FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384
    UNION ALL SELECT format('DROP INDEX %s', i.indexrelid::regclass) FROM pg_index i WHERE i.indexrelid >= 16384
    UNION ALL SELECT format('CREATE INDEX schemist_%s_%s ON %s (%I)', a.attrelid, a.attnum, a.attrelid::regclass, a.attname)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND c.oid >= 16384
        AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', k.conrelid::regclass, k.conname)
        FROM pg_constraint k WHERE k.conrelid >= 16384
    UNION ALL SELECT format('DROP %s %s CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
        c.oid::regclass) FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384
    UNION ALL SELECT format('DROP TABLE %s CASCADE', c.oid::regclass) FROM pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384
    UNION ALL SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass) FROM pg_trigger t
        WHERE NOT t.tgisinternal AND t.oid >= 16384
    UNION ALL SELECT format('DROP FUNCTION %s CASCADE', p.oid::regprocedure) FROM pg_proc p WHERE p.oid >= 16384 AND p.prokind = 'f'
    UNION ALL SELECT format('ALTER FUNCTION %s COST 7', p.oid::regprocedure) FROM pg_proc p WHERE p.oid >= 16384 AND p.prokind = 'f'
    UNION ALL SELECT format('ALTER TYPE %s ADD VALUE %L', t.oid::regtype, 'schemist') FROM pg_type t WHERE t.typtype = 'e' AND t.oid >= 16384
    UNION ALL SELECT format('ALTER SEQUENCE %s INCREMENT BY 3', c.oid::regclass) FROM pg_class c WHERE c.relkind = 'S' AND c.oid >= 16384
    UNION ALL SELECT format('GRANT SELECT ON %s TO PUBLIC', c.oid::regclass) FROM pg_class c WHERE c.relkind IN ('r', 'v', 'm') AND c.oid >= 16384
    UNION ALL SELECT format('CREATE VIEW schemist_view_%s AS SELECT * FROM %s', c.oid, c.oid::regclass)
        FROM pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384
    UNION ALL SELECT format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', c.oid::regclass) FROM pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384
    UNION ALL SELECT format('ALTER TABLE %s SET (fillfactor = 70)', c.oid::regclass) FROM pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384)";

// As many as are asked for, of every sort as often as of the others.
void change_at_random(TestDatabase& database, std::uint32_t seed, std::size_t count) {
    std::mt19937 engine(seed);
    for (std::size_t made = 0, tries = 0; made < count && tries < count * 5; ++tries) {
        const Rows rows = database.connection().query(possible_changes);
        std::map<std::string, std::vector<std::string>> by_sort;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::string statement(rows.text(row, 0));
            const std::size_t object = statement.find(' ', statement.find(' ') + 1);
            by_sort[statement.substr(0, object) + statement.substr(statement.size() - 5)].push_back(
                statement);
        }
        auto sort = by_sort.begin();
        std::advance(sort, std::uniform_int_distribution<std::size_t>(0, by_sort.size() - 1)(engine));
        const std::string& statement =
            sort->second[std::uniform_int_distribution<std::size_t>(0, sort->second.size() - 1)(engine)];
        try {
            database.connection().run_script(statement);
            ++made;
        } catch (const Error&) {
            continue;  // another object stands in its way
        }
    }
}

void go(TestDatabase& from, TestDatabase& to) {
    const Plan plan = plan_between(from, to);
    CAPTURE(to_script(plan));
    REQUIRE_NOTHROW(apply(from, plan));
    CHECK(fmt::format("{}", fmt::join(difference_of_dumps(to.dump(), from.dump()), "\n")) == "");
    CHECK(to_script(plan_between(from, to)) == "");
}

void check_schema(const fs::path& file) {
    CAPTURE(file);
    const auto loaded = load_script(text_of(file));
    CHECK(to_script(plan_between(*loaded, *loaded)) == "");
    // A body may name what is not there.
    TestDatabase made;
    made.connection().run_script("SET check_function_bodies = off");
    go(made, *loaded);
    TestDatabase changed;
    changed.connection().run_script("SET check_function_bodies = off");
    go(changed, *loaded);
    change_at_random(made, 1, 100);
    go(changed, made);
    go(changed, *loaded);
    TestDatabase empty;
    go(changed, empty);
}

TEST_CASE("large schemas of the corpus are made, changed at random, changed back and dropped") {
    if (corpus_folder().empty()) {
        MESSAGE("skipped: no corpus");
        return;
    }
    create_roles_of_corpus();
    for (const auto& entry : fs::directory_iterator(corpus_folder() / "schemas")) {
        check_schema(entry.path());
    }
}

}  // namespace
}  // namespace schemist::test
