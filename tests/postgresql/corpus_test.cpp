// Pairs of schemas from public projects, where all of their objects are of kinds that are read.

#include "support/corpus.hpp"

#include "convergence.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/introspect.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> cases(const fs::path& corpus) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
        if (entry.path().filename() == "before.sql") {
            found.push_back(entry.path().parent_path());
        }
    }
    std::ranges::sort(found);
    return found;
}

// A row for each table that takes one of plain values: the same for each type, so that foreign keys find theirs.
constexpr std::string_view put_rows = R"(
    DO $do$
    DECLARE
        t record;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR t IN
            SELECT c.oid::regclass AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
                string_agg(quote_literal(CASE y.typcategory WHEN 'N' THEN '1' WHEN 'B' THEN 'true' WHEN 'D' THEN '2024-02-29'
                    WHEN 'S' THEN 'x' WHEN 'T' THEN '1 s' WHEN 'I' THEN '127.0.0.1' WHEN 'A' THEN '{}' WHEN 'R' THEN 'empty'
                    WHEN 'E' THEN (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = y.oid ORDER BY e.enumsortorder LIMIT 1)
                    WHEN 'G' THEN '((0,0),(1,1))' WHEN 'V' THEN '1'
                    ELSE CASE y.typname WHEN 'uuid' THEN '00000000-0000-0000-0000-000000000001' WHEN 'bytea' THEN 'x'
                        ELSE '{}' END END), ', ' ORDER BY a.attnum) AS values
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
                    AND NOT a.atthasdef AND a.attidentity = ''
                LEFT JOIN pg_type y ON y.oid = a.atttypid
            WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            GROUP BY c.oid ORDER BY c.oid
        LOOP
            BEGIN
                IF t.columns IS NULL THEN
                    EXECUTE format('INSERT INTO %s DEFAULT VALUES', t.name);
                ELSE
                    EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', t.name, t.columns, t.values);
                END IF;
            EXCEPTION WHEN OTHERS THEN
                NULL;  -- a check of its own, say
            END;
        END LOOP;
    END
    $do$)";

std::map<std::string, std::string> count_rows(TestDatabase& database) {
    const Rows rows = database.connection().query(R"(
        SELECT c.oid::regclass::text, (xpath('/row/n/text()', query_to_xml(
            format('SELECT count(*) AS n FROM ONLY %s', c.oid::regclass), false, true, '')))[1]::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')");
    std::map<std::string, std::string> counts;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        counts.emplace(rows.text(row, 0), rows.text(row, 1));
    }
    return counts;
}

// The tables that have another number of rows than before; empty: none of those that are there before and after.
std::string lost_rows(const std::map<std::string, std::string>& before,
                      const std::map<std::string, std::string>& after) {
    std::string lost;
    for (const auto& [table, count] : before) {
        const auto found = after.find(table);
        if (found != after.end() && found->second != count) {
            lost += table + " had " + count + " rows and has " + found->second + "\n";
        }
    }
    return lost;
}

// What is wrong; empty when it converges both ways.
std::string verdict(TestDatabase& changed, TestDatabase& goal) {
    const std::string end = comparable(goal.dump());
    const Plan there = plan_between(changed, goal);
    const std::map<std::string, std::string> rows = count_rows(changed);
    try {
        apply(changed, there);
        if (const std::string lost = lost_rows(rows, count_rows(changed)); !lost.empty()) {
            return "loses rows: " + lost + "after\n" + to_script(there);
        }
        if (comparable(changed.dump()) != end) {
            return "differs after\n" + to_script(there) + comparable(changed.dump()) + "\n--- expected\n" +
                   end;
        }
        if (const Plan second = plan_between(changed, goal); !second.empty()) {
            return "is not finished after\n" + to_script(there) + "\n--- second plan\n" + to_script(second);
        }
    } catch (const Error& error) {
        return std::string("fails: ") + error.what() + "\n" + to_script(there);
    }
    return {};
}

// What became of the pairs of one folder.
struct Tally {
    std::size_t good = 0;
    std::size_t wrong = 0;
    std::size_t rows = 0;                        // tables in which some were
    std::size_t rows_in_the_way = 0;             // pairs that work without only
    std::map<std::string, std::size_t> skipped;  // by reason
};

// First with rows. Some changes the server makes without only: a column that is NOT NULL has no value in them.
std::string check_way(const std::string& before, TestDatabase& goal, Tally& tally) {
    const auto changed = load_script(before);
    changed->connection().run_script(put_rows);
    const std::map<std::string, std::string> counts = count_rows(*changed);
    const std::string with_rows = verdict(*changed, goal);
    if (with_rows.starts_with("fails: ")) {
        const auto empty = load_script(before);
        std::string without = verdict(*empty, goal);
        if (without.empty() && std::getenv("SCHEMIST_TEST_CORPUS") != nullptr) {
            MESSAGE("refused for rows: ", with_rows);
        }
        tally.rows_in_the_way += without.empty() ? 1 : 0;
        return without;
    }
    tally.rows += static_cast<std::size_t>(
        std::ranges::count_if(counts, [](const auto& count) { return count.second != "0"; }));
    return with_rows;
}

std::string check_case(const fs::path& folder, Tally& tally, std::string& skipped) {
    const std::string before = text_of(folder / "before.sql");
    const std::string after = text_of(folder / "after.sql");
    const auto first = load_script(before);
    const auto second = first ? load_script(after) : nullptr;
    if (!second) {
        skipped = "SQL of a newer server";
        return {};
    }
    TestDatabase& one = *first;
    TestDatabase& two = *second;
    std::string there = check_way(before, two, tally);
    if (!there.empty()) {
        return "there: " + there;
    }
    std::string back = check_way(after, one, tally);
    return back.empty() ? back : "back: " + back;
}

std::string summary(const std::string& folder, const Tally& tally) {
    std::string text = folder + ": " + std::to_string(tally.good) + " converge, " +
                       std::to_string(tally.wrong) + " do not; " + std::to_string(tally.rows) +
                       " tables kept their rows, " + std::to_string(tally.rows_in_the_way) +
                       " ways were refused for rows and work without";
    for (const auto& [reason, count] : tally.skipped) {
        text += "\n    skipped: " + std::to_string(count) + " " + reason;
    }
    return text;
}

// Pairs that are known not to converge, with the words that their failure must still say: docs/limits.md has the reasons.
const std::map<std::string, std::string> known_limits{
    {"apgdiff/modify_inherits", "differs after"},
    {"migra/inherit2", "back: differs after"},
    {"migra/extversions", "has no update path"},
    // On PostgreSQL 18: the NOT NULL of partitions, under names of their own.
    {"pgschema/create_table.issue_495_partition_constraint_convergence", "_not_null NOT NULL"},
};

bool is_known_limit(const fs::path& folder, const std::string& wrong) {
    const auto known =
        known_limits.find((folder.parent_path().filename() / folder.filename()).generic_string());
    return known != known_limits.end() && wrong.find(known->second) != std::string::npos;
}

TEST_CASE("the corpus converges both ways") {
    const fs::path corpus = corpus_folder();
    if (corpus.empty()) {
        MESSAGE("skipped: no corpus");
        return;
    }
    // SCHEMIST_TEST_CORPUS=pgschema/ takes the pairs whose paths contain it; a folder has others.
    create_roles_of_corpus();
    const char* only = std::getenv("SCHEMIST_TEST_CORPUS");
    std::map<std::string, Tally> tallies;
    const bool elsewhere = only != nullptr && fs::is_directory(only);
    for (const fs::path& folder : cases(elsewhere ? fs::path(only) : corpus / "postgresql")) {
        if (only != nullptr && folder.string().find(only) == std::string::npos) {
            continue;
        }
        std::string skipped;
        std::string wrong;
        Tally& tally = tallies[folder.parent_path().filename().string()];
        try {
            wrong = check_case(folder, tally, skipped);
        } catch (const Error& error) {
            wrong = std::string("error: ") + error.what();
        }
        CAPTURE(folder);
        if (!is_known_limit(folder, wrong)) {
            CHECK(wrong == "");
        }
        if (!skipped.empty()) {
            ++tally.skipped[skipped];
        } else {
            ++(wrong.empty() ? tally.good : tally.wrong);
        }
    }
    for (const auto& [folder, tally] : tallies) {
        MESSAGE(summary(folder, tally));
    }
}

}  // namespace
}  // namespace schemist::test
