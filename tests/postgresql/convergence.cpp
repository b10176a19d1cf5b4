#include "convergence.hpp"

#include "diff/diff.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::test {

Schema introspect(TestDatabase& database) {
    return postgresql::dialect().introspect(database.connection(), {"public", "schemist_journal"});
}

int server_major() {
    static const int major = postgresql::Connection::open(postgresql_server())->server_version() / 10000;
    return major;
}

namespace {

// The defaults of inherited columns, in the order of the columns.
bool is_of_inherited_column(const std::string& line) {
    return line.starts_with("ALTER TABLE ONLY ") && line.find(" ALTER COLUMN ") != std::string::npos;
}

void put_sorted(std::vector<std::string>& lines, std::string& text) {
    std::ranges::sort(lines);
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    lines.clear();
}

}  // namespace

std::string comparable(const std::string& dump) {
    std::istringstream lines(dump);
    std::string text;
    std::vector<std::string> columns;
    std::vector<std::string> defaults;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (inside && line.starts_with("    ")) {
            columns.push_back(line.ends_with(",") ? line.substr(0, line.size() - 1) : line);
            continue;
        }
        if (is_of_inherited_column(line)) {
            defaults.push_back(line);
            continue;
        }
        put_sorted(columns, text);
        put_sorted(defaults, text);
        inside = line.starts_with("CREATE TABLE ") || line.starts_with("CREATE UNLOGGED TABLE ") ||
                 line.starts_with("CREATE FOREIGN TABLE ");
        text += line + "\n";
    }
    put_sorted(defaults, text);
    return text;
}

Plan plan_between(TestDatabase& from, TestDatabase& to) {
    const Schema before = introspect(from);
    const Schema after = introspect(to);
    return make_plan(diff(before, after), before, after, postgresql::dialect());
}

void apply(TestDatabase& database, const Plan& plan) {
    for (const Step& step : plan.steps) {
        if (step.transactional) {
            database.connection().run_script("BEGIN");
        }
        for (const std::string& statement : step.statements) {
            try {
                database.connection().run_script(statement);
            } catch (Error& error) {
                database.connection().run_script("ROLLBACK");
                throw error.at(statement);
            }
        }
        if (step.transactional) {
            database.connection().run_script("COMMIT");
        }
    }
}

std::string check_both_ways(std::string_view before, std::string_view after, std::string_view rows) {
    TestDatabase changed(before);
    TestDatabase goal(after);
    TestDatabase start(before);
    if (!rows.empty()) {
        changed.connection().run_script(rows);
    }
    const Plan there = plan_between(changed, goal);
    const std::string script = to_script(there);
    CAPTURE(script);
    REQUIRE_NOTHROW(apply(changed, there));
    CHECK(comparable(changed.dump()) == comparable(goal.dump()));
    CHECK(to_script(plan_between(changed, goal)) == "");
    const Plan back = plan_between(changed, start);
    CAPTURE(to_script(back));
    REQUIRE_NOTHROW(apply(changed, back));
    CHECK(comparable(changed.dump()) == comparable(start.dump()));
    CHECK(to_script(plan_between(changed, start)) == "");
    return script;
}

}  // namespace schemist::test
