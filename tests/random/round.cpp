#include "random/round.hpp"

#include "diff/diff.hpp"
#include "plan/plan.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "random/schema.hpp"
#include "reconcile/workshop.hpp"
#include "support/dump.hpp"

#include <schemist/error.hpp>

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

Schema read(TestDatabase& database) {
    return postgresql::dialect().introspect(database.connection(), {"public", "schemist_journal"});
}

// In a transaction, so that a step that fails leaves nothing behind.
// Gives what was done.
std::string migrate(TestDatabase& database, const Schema& from, const Schema& to, std::string_view way) {
    Plan plan;
    try {
        plan = make_plan(diff(from, to), from, to, postgresql::dialect());
        run_plan(database.connection(), plan);
        return to_script(plan);
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}\n{}", way, error.what(), to_script(plan)));
    }
}

void expect_equal(TestDatabase& database, const Schema& expected, std::string_view way,
                  std::string_view done = {}) {
    const Schema found = read(database);
    if (const Changes changes = diff(found, expected); !changes.empty()) {
        throw Error(fmt::format("{} is not finished: {}after:\n{}", way,
                                to_script(make_plan(changes, found, expected, postgresql::dialect())), done));
    }
}

void expect_dump(const TestDatabase& database, const std::string& expected, std::string_view way) {
    const std::vector<std::string> differences = difference_of_dumps(expected, database.dump());
    if (!differences.empty()) {
        throw Error(fmt::format("{} differs in pg_dump:\n{}", way, fmt::join(differences, "")));
    }
}

// Says more than our own reading, and takes the server less time: whatever has a number of its own is somebody's.
std::string query_of_leftovers() {
    constexpr std::array<std::string_view, 36> catalogues{"pg_am",
                                                          "pg_attrdef",
                                                          "pg_cast",
                                                          "pg_class",
                                                          "pg_collation",
                                                          "pg_constraint",
                                                          "pg_conversion",
                                                          "pg_default_acl",
                                                          "pg_event_trigger",
                                                          "pg_extension",
                                                          "pg_foreign_data_wrapper",
                                                          "pg_foreign_server",
                                                          "pg_language",
                                                          "pg_namespace",
                                                          "pg_opclass",
                                                          "pg_operator",
                                                          "pg_opfamily",
                                                          "pg_policy",
                                                          "pg_proc",
                                                          "pg_publication",
                                                          "pg_publication_rel",
                                                          "pg_rewrite",
                                                          "pg_statistic_ext",
                                                          "pg_transform",
                                                          "pg_trigger",
                                                          "pg_ts_config",
                                                          "pg_ts_dict",
                                                          "pg_ts_parser",
                                                          "pg_ts_template",
                                                          "pg_type",
                                                          "pg_user_mapping",
                                                          "pg_amop",
                                                          "pg_amproc",
                                                          "pg_largeobject_metadata",
                                                          "pg_description",
                                                          "pg_seclabel"};
    constexpr int first_of_users = 16384;
    std::string query;
    for (const std::string_view catalogue : catalogues) {
        // The server itself leaves the comment of a subscription behind, and makes schemas for temporary tables.
        const std::string condition =
            catalogue == "pg_description" ? "objoid >= {0} AND classoid <> 'pg_subscription'::regclass"
            : catalogue == "pg_seclabel"  ? "objoid >= {0}"
            : catalogue == "pg_namespace" ? "oid >= {0} AND nspname !~ '^pg_(toast_)?temp_'"
                                          : "oid >= {0}";
        query +=
            fmt::format("{}SELECT to_jsonb(x)::text FROM {} x WHERE {}", query.empty() ? "" : " UNION ALL ",
                        catalogue, fmt::format(fmt::runtime(condition), first_of_users));
    }
    return query +
           " UNION ALL SELECT to_jsonb(n)::text FROM pg_namespace n JOIN pg_init_privs i ON i.objoid = n.oid "
           "AND "
           "i.classoid = 'pg_namespace'::regclass WHERE n.nspacl IS DISTINCT FROM i.initprivs";
}

void expect_nothing(TestDatabase& database) {
    static const std::string query = query_of_leftovers();
    const Rows rows = database.connection().query(query);
    if (rows.size() > 0) {
        throw Error(fmt::format("to nothing leaves {} rows in the catalogues, such as {}", rows.size(),
                                rows.text(0, 0)));
    }
}

void to_nothing(TestDatabase& database, const Schema& schema) {
    migrate(database, schema, {}, "to nothing");
    expect_nothing(database);
}

void from_nothing(TestDatabase& database, const Schema& schema, const std::string& dump) {
    migrate(database, {}, schema, "from nothing");
    expect_dump(database, dump, "from nothing");
    to_nothing(database, schema);
    expect_equal(database, {}, "to nothing");
}

}  // namespace

Rounds::Rounds() {
    const auto server = postgresql::Connection::open(postgresql_server());
    server_major_ = server->server_version() / 10000;
    for (const std::string_view role : {"schemist_reader", "schemist_writer"}) {
        try {
            server->run_script(fmt::format("CREATE ROLE {}", role));
        } catch (const Error& error) {
            if (error.sqlstate() != "42710" && error.sqlstate() != "23505") {
                throw;
            }
        }
    }
}

void Rounds::start_anew() {
    // Most of a round goes into the plans of catalogue queries, among few rows.
    constexpr std::string_view plan_quickly =
        "SET join_collapse_limit = 1; SET from_collapse_limit = 1; SET enable_mergejoin = off; SET "
        "enable_hashjoin = off; SET enable_material = off";
    for (std::unique_ptr<TestDatabase>* database : {&changed_, &goal_, &fresh_}) {
        *database = std::make_unique<TestDatabase>();
        (*database)->connection().run_script(plan_quickly);
    }
    uses_ = 0;
}

void Rounds::there_and_back(bool thorough) {
    const Schema from = read(*changed_);
    const Schema to = read(*goal_);
    const std::string start = thorough ? changed_->dump() : std::string();
    const std::string end = thorough ? goal_->dump() : std::string();
    const std::string there = migrate(*changed_, from, to, "there");
    expect_equal(*changed_, to, "there", there);
    if (thorough) {
        expect_dump(*changed_, end, "there");
        from_nothing(*fresh_, from, start);
    }
    const std::string back = migrate(*changed_, to, from, "back");
    expect_equal(*changed_, from, "back", back);
    if (thorough) {
        expect_dump(*changed_, start, "back");
    }
    to_nothing(*changed_, from);
    to_nothing(*goal_, to);
}

std::string Rounds::check(std::uint32_t seed, bool thorough) {
    // Many dead rows make catalogues slow.
    constexpr std::size_t most_uses = 200;
    if (!changed_ || ++uses_ > most_uses) {
        start_anew();
    }
    const auto [before, after] = random_schemas(seed, server_major_);
    try {
        changed_->connection().run_script("BEGIN;\n" + before + "COMMIT;");
        goal_->connection().run_script("BEGIN;\n" + after + "COMMIT;");
    } catch (const Error& error) {
        ++not_loaded_;
        start_anew();
        return fmt::format("seed {} cannot be loaded: {}", seed, error.what());
    }
    try {
        there_and_back(thorough);
    } catch (const Error& error) {
        start_anew();
        return fmt::format("seed {}: {}", seed, error.what_failed());
    }
    return {};
}

}  // namespace schemist::test
