#include "postgresql/split.hpp"

#include "postgresql/parse_tree.hpp"
#include "postgresql/refusal.hpp"
#include "postgresql/scanner.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <optional>

#include <pg_query.h>

namespace schemist::postgresql {
namespace {

bool detaches_concurrently(const PgQuery__AlterTableStmt& statement) {
    return std::any_of(statement.cmds, statement.cmds + statement.n_cmds, [](const PgQuery__Node* node) {
        if (node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD) {
            return false;
        }
        const PgQuery__AlterTableCmd& command = *node->alter_table_cmd;
        const bool detach = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition;
        return detach && command.def != nullptr &&
               command.def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD &&
               command.def->partition_cmd->concurrent != 0;
    });
}

// REINDEX of one table or index can run in a transaction; of a schema or a database it commits as it goes.
bool reindexes_alone(const PgQuery__ReindexStmt& statement) {
    return has_option(statement.params, statement.n_params, "concurrently") ||
           (statement.kind != PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX &&
            statement.kind != PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE);
}

bool is_switched_off(std::string_view name, PgQuery__Node* const* options, std::size_t count) {
    return std::any_of(options, options + count, [&](const PgQuery__Node* node) {
        const PgQuery__DefElem& option = *node->def_elem;
        if (std::string_view(option.defname) != name || option.arg == nullptr) {
            return false;
        }
        const bool is_text = option.arg->node_case == PG_QUERY__NODE__NODE_STRING;
        const std::string_view value = is_text ? option.arg->string->sval : "";
        return value == "false" || value == "off" ||
               (option.arg->node_case == PG_QUERY__NODE__NODE_INTEGER && option.arg->integer->ival == 0);
    });
}

// What a subscription's change does not ask the publishing server about.
bool keeps_to_itself(const PgQuery__AlterSubscriptionStmt& statement) {
    switch (statement.kind) {
        case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_OPTIONS:
            return !has_option(statement.options, statement.n_options, "failover") &&
                   !has_option(statement.options, statement.n_options, "two_phase");
        case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_CONNECTION:
        case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_ENABLED:
        case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_SKIP:
            return true;
        case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_REFRESH:
            return false;
        default:
            return is_switched_off("refresh", statement.options, statement.n_options);
    }
}

bool is_transactional(const PgQuery__Node& node) {
    switch (node.node_case) {
        case PG_QUERY__NODE__NODE_INDEX_STMT:
            return node.index_stmt->concurrent == 0;
        case PG_QUERY__NODE__NODE_DROP_STMT:
            return node.drop_stmt->concurrent == 0;
        case PG_QUERY__NODE__NODE_REINDEX_STMT:
            return !reindexes_alone(*node.reindex_stmt);
        case PG_QUERY__NODE__NODE_VACUUM_STMT:
            return node.vacuum_stmt->is_vacuumcmd == 0;
        case PG_QUERY__NODE__NODE_CLUSTER_STMT:
            return node.cluster_stmt->relation != nullptr;
        case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
            return !detaches_concurrently(*node.alter_table_stmt);
        case PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT:
            return !has_option(node.alter_database_stmt->options, node.alter_database_stmt->n_options,
                               "tablespace");
        case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT: {
            const PgQuery__CreateSubscriptionStmt& statement = *node.create_subscription_stmt;
            return is_switched_off("connect", statement.options, statement.n_options);
        }
        case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
            return keeps_to_itself(*node.alter_subscription_stmt);
        case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:  // by default it talks with the other server
        case PG_QUERY__NODE__NODE_CREATEDB_STMT:
        case PG_QUERY__NODE__NODE_DROPDB_STMT:
        case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
        case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
        case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
            return false;
        case PG_QUERY__NODE__NODE_DISCARD_STMT:
            return node.discard_stmt->target != PG_QUERY__DISCARD_MODE__DISCARD_ALL;
        default:
            return true;
    }
}

struct Extent {
    std::size_t offset;
    std::size_t length;
};

bool is_word(std::string_view script, const Token& token, std::string_view word) {
    return identifier_text(script.substr(token.offset, token.length)) == word;
}

// At semicolons outside of parentheses and of BEGIN ATOMIC bodies, for what the grammar does not know.
std::vector<Extent> cut_by_tokens(std::string_view script) {
    std::vector<Extent> found;
    std::size_t start = 0;
    std::size_t depth = 0;
    std::size_t body = 0;
    const std::vector<Token> tokens = scan(script);
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const std::string_view text = script.substr(tokens[at].offset, tokens[at].length);
        if (text == "(") {
            ++depth;
        } else if (text == ")" && depth > 0) {
            --depth;
        } else if (tokens[at].kind == TokenKind::keyword) {
            const bool opens =
                at > 0 && is_word(script, tokens[at], "atomic") && is_word(script, tokens[at - 1], "begin");
            body += opens || (body > 0 && is_word(script, tokens[at], "case")) ? 1 : 0;
            body -= body > 0 && is_word(script, tokens[at], "end") ? 1 : 0;
        } else if (tokens[at].kind == TokenKind::semicolon && depth == 0 && body == 0) {
            found.push_back({start, tokens[at].offset - start});
            start = tokens[at].offset + 1;
        }
    }
    found.push_back({start, script.size() - start});
    return found;
}

std::vector<Extent> cut(const std::string& script) {
    PgQuerySplitResult result = pg_query_split_with_parser(script.c_str());
    const bool understood = result.error == nullptr;
    std::vector<Extent> found;
    for (int i = 0; understood && i < result.n_stmts; ++i) {
        found.push_back({static_cast<std::size_t>(result.stmts[i]->stmt_location),
                         static_cast<std::size_t>(result.stmts[i]->stmt_len)});
    }
    pg_query_free_split_result(result);
    return understood ? found : cut_by_tokens(script);
}

// From the first token that is no comment to the last one.
std::optional<Extent> without_margins(std::string_view script, Extent extent) {
    std::optional<Extent> trimmed;
    for (const Token& token : scan(script.substr(extent.offset, extent.length))) {
        if (token.kind != TokenKind::comment && token.kind != TokenKind::semicolon) {
            const std::size_t first = trimmed ? trimmed->offset : extent.offset + token.offset;
            trimmed = Extent{first, extent.offset + token.offset + token.length - first};
        }
    }
    return trimmed;
}

std::vector<ScriptStatement> classified(std::string_view script, const std::vector<Extent>& extents) {
    std::vector<ScriptStatement> statements;
    for (const Extent& extent : extents) {
        const std::optional<Extent> trimmed = without_margins(script, extent);
        if (!trimmed) {
            continue;
        }
        const std::string_view text = script.substr(trimmed->offset, trimmed->length);
        const ParseTree tree = parse(text);
        const PgQuery__Node* node = only_statement(tree);
        ScriptStatement statement{trimmed->offset, trimmed->length};
        statement.transactional = node == nullptr || is_transactional(*node);
        statement.controls_transaction =
            node != nullptr && node->node_case == PG_QUERY__NODE__NODE_TRANSACTION_STMT;
        statement.refused = refusal(text, node);
        statements.push_back(std::move(statement));
    }
    return statements;
}

// The rows below a COPY FROM STDIN, or what a command of psql is told, often look like an open quote: the cause is named
// rather than the quote.
void explain_by_what_stands_before(std::string_view head) {
    for (const ScriptStatement& statement : classified(head, cut(std::string(head)))) {
        if (!statement.refused.empty()) {
            throw Error(statement.refused).position(statement.offset).exit_code(ExitCode::configuration);
        }
    }
}

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view script) {
    if (const std::size_t zero = script.find('\0'); zero != std::string_view::npos) {
        throw Error("the script contains a zero byte")
            .position(zero)
            .hint("save it as text in UTF-8")
            .exit_code(ExitCode::configuration);
    }
    try {
        return classified(script, cut(std::string(script)));
    } catch (const Error& error) {
        explain_by_what_stands_before(script.substr(0, error.position().value_or(0)));
        throw;
    }
}

std::string script_without_comments(std::string_view script) {
    std::string text;
    for (const Token& token : scan(script)) {
        if (token.kind == TokenKind::comment) {
            continue;
        }
        if (!text.empty()) {
            text += token.kind == TokenKind::semicolon ? "" : " ";
        }
        text += script.substr(token.offset, token.length);
    }
    return text;
}

}  // namespace schemist::postgresql
