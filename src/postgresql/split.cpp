#include "postgresql/split.hpp"

#include "postgresql/scanner.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <memory>
#include <optional>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {
namespace {

struct FreeParse {
    void operator()(PgQuery__ParseResult* result) const noexcept {
        pg_query__parse_result__free_unpacked(result, nullptr);
    }
};
using ParseTree = std::unique_ptr<PgQuery__ParseResult, FreeParse>;

// Nothing when the grammar, which is PostgreSQL 15's, does not know the text.
ParseTree parse(const std::string& text) {
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(text.c_str());
    ParseTree tree;
    if (result.error == nullptr) {
        tree.reset(pg_query__parse_result__unpack(
            nullptr, result.parse_tree.len, reinterpret_cast<const std::uint8_t*>(result.parse_tree.data)));
    }
    pg_query_free_protobuf_parse_result(result);
    return tree;
}

std::string_view definition_name(const PgQuery__Node& node) {
    return node.node_case == PG_QUERY__NODE__NODE_DEF_ELEM ? node.def_elem->defname : "";
}

// An option of a statement, "CONCURRENTLY" or "(concurrently on)". One that is switched off is not told apart: to run
// it on its own is always right.
bool has_option(PgQuery__Node** options, std::size_t count, std::string_view name) {
    return std::any_of(options, options + count,
                       [&](const PgQuery__Node* option) { return definition_name(*option) == name; });
}

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
        case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:  // by default they talk with the other server
        case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
        case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
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

void classify(ScriptStatement& statement, const PgQuery__Node& node) {
    statement.transactional = is_transactional(node);
    statement.controls_transaction = node.node_case == PG_QUERY__NODE__NODE_TRANSACTION_STMT;
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

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view script) {
    if (const std::size_t zero = script.find('\0'); zero != std::string_view::npos) {
        throw Error("the script contains a zero byte").position(zero).exit_code(ExitCode::configuration);
    }
    std::vector<ScriptStatement> statements;
    for (const Extent& extent : cut(std::string(script))) {
        const std::optional<Extent> trimmed = without_margins(script, extent);
        if (!trimmed) {
            continue;
        }
        ScriptStatement statement{trimmed->offset, trimmed->length, true, false};
        const ParseTree tree = parse(std::string(script.substr(trimmed->offset, trimmed->length)));
        if (tree && tree->n_stmts == 1) {
            classify(statement, *tree->stmts[0]->stmt);
        }
        statements.push_back(statement);
    }
    return statements;
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
