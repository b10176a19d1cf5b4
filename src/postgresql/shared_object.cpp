#include "postgresql/shared_object.hpp"

#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// A row of a catalogue that all databases share, or of this database's subscriptions.
struct CatalogueRow {
    std::string_view kind;
    std::string name;
    std::string_view catalogue;
    std::string_view column;
    std::string condition = "true";
};

bool exists(schemist::Connection& connection, const CatalogueRow& row) {
    return !connection
                .run_script(fmt::format("SELECT FROM {} WHERE {} = {} AND {}", row.catalogue, row.column,
                                        quote_literal(row.name), row.condition))
                .empty();
}

LoneStatementState examine_row(schemist::Connection& connection, const CatalogueRow& row, bool wanted) {
    const bool found = exists(connection, row);
    return {
        found == wanted ? Aftermath::took_effect : Aftermath::had_no_effect,
        fmt::format("{} {} {}", row.kind, quote_identifier(row.name), found ? "exists" : "does not exist")};
}

CatalogueRow tablespace(std::string_view name) {
    return {"tablespace", std::string(name), "pg_tablespace", "spcname"};
}

CatalogueRow subscription(std::string_view name) {
    return {"subscription", std::string(name), "pg_subscription", "subname",
            fmt::format("subdbid = {}", this_database)};
}

LoneStatementState examine_database(schemist::Connection& connection, std::string_view name, bool wanted) {
    const CatalogueRow row{"database", std::string(name), "pg_database", "datname"};
    // A DROP DATABASE that was interrupted leaves a database nobody can connect to.
    const CatalogueRow half{"database", std::string(name), "pg_database", "datname", "datconnlimit = -2"};
    if (!exists(connection, half)) {
        return examine_row(connection, row, wanted);
    }
    const std::string what = fmt::format("database {} is half dropped", quote_identifier(name));
    if (!wanted) {
        return {Aftermath::had_no_effect, what + "; to drop it again works"};
    }
    return {Aftermath::left_remains, what, {"DROP DATABASE " + quote_identifier(name)}};
}

LoneStatementState examine_subscription_change(const PgQuery__AlterSubscriptionStmt& statement) {
    const bool counts =
        statement.kind == PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_ADD_PUBLICATION ||
        statement.kind == PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_DROP_PUBLICATION;
    return counts ? unknown("what a subscription was before is not recorded")
                  : repeatable("a subscription may be set again");
}

LoneStatementState examine_move(schemist::Connection& connection,
                                const PgQuery__AlterDatabaseStmt& statement) {
    for (std::size_t i = 0; i < statement.n_options; ++i) {
        const PgQuery__DefElem& option = *statement.options[i]->def_elem;
        if (std::string_view(option.defname) == "tablespace" && option.arg != nullptr &&
            option.arg->node_case == PG_QUERY__NODE__NODE_STRING) {
            const std::string condition =
                fmt::format("dattablespace = (SELECT oid FROM pg_tablespace WHERE spcname = {})",
                            quote_literal(option.arg->string->sval));
            const bool moved =
                exists(connection, {"database", statement.dbname, "pg_database", "datname", condition});
            return {moved ? Aftermath::took_effect : Aftermath::had_no_effect,
                    fmt::format("database {} is {}in tablespace {}", quote_identifier(statement.dbname),
                                moved ? "" : "not ", quote_identifier(option.arg->string->sval))};
        }
    }
    return unknown("the statement is not one that runs alone");
}

}  // namespace

std::optional<LoneStatementState> examine_shared_object(schemist::Connection& connection,
                                                        const PgQuery__Node& node) {
    switch (node.node_case) {
        case PG_QUERY__NODE__NODE_CREATEDB_STMT:
            return examine_database(connection, node.createdb_stmt->dbname, true);
        case PG_QUERY__NODE__NODE_DROPDB_STMT:
            return examine_database(connection, node.dropdb_stmt->dbname, false);
        case PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT:
            return examine_move(connection, *node.alter_database_stmt);
        case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
            return examine_row(connection, tablespace(node.create_table_space_stmt->tablespacename), true);
        case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
            return examine_row(connection, tablespace(node.drop_table_space_stmt->tablespacename), false);
        case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:
            return examine_row(connection, subscription(node.create_subscription_stmt->subname), true);
        case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
            return examine_row(connection, subscription(node.drop_subscription_stmt->subname), false);
        case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
            return examine_subscription_change(*node.alter_subscription_stmt);
        default:
            return std::nullopt;
    }
}

}  // namespace schemist::postgresql
