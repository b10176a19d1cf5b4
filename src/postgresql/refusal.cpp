#include "postgresql/refusal.hpp"

#include "postgresql/parse_tree.hpp"
#include "postgresql/scanner.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pg_query.h>

namespace schemist::postgresql {
namespace {

constexpr std::array<std::string_view, 3> unlocking{"pg_advisory_unlock", "pg_advisory_unlock_shared",
                                                    "pg_advisory_unlock_all"};

std::string unlocks(std::string_view function) {
    return std::ranges::find(unlocking, function) == unlocking.end()
               ? std::string()
               : fmt::format(
                     "{}() can drop the locks under which revisions run; a lock of "
                     "pg_advisory_xact_lock() ends with the step by itself",
                     function);
}

// Of a text that has no parse tree: a body in another language's grammar, or a grammar newer than the library's.
std::string unlocks_by_tokens(std::string_view text) {
    try {
        const std::vector<Token> tokens = scan(text);
        for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
            const bool called = text.substr(tokens[at + 1].offset, tokens[at + 1].length) == "(";
            if (tokens[at].kind == TokenKind::identifier && called) {
                std::string found =
                    unlocks(identifier_text(text.substr(tokens[at].offset, tokens[at].length)));
                if (!found.empty()) {
                    return found;
                }
            }
        }
    } catch (const Error&) {  // the server says what is wrong with it
        return {};
    }
    return {};
}

// EXECUTE 'SQL': what stands in its constants is run.
std::string refused_constants(std::string_view expression) {
    try {
        for (const Token& token : scan(expression)) {
            if (token.kind == TokenKind::string_constant) {
                std::string found =
                    unlocks_by_tokens(constant_text(expression.substr(token.offset, token.length)));
                if (!found.empty()) {
                    return found;
                }
            }
        }
    } catch (const Error&) {
        return {};
    }
    return {};
}

std::string refused_in_body(const nlohmann::json& node) {
    for (const auto& [key, value] : node.items()) {
        if (key == "PLpgSQL_stmt_commit" || key == "PLpgSQL_stmt_rollback") {
            return fmt::format(
                "{} in a DO block would end the transaction of its step; a line '-- step' "
                "ends one",
                key == "PLpgSQL_stmt_commit" ? "COMMIT" : "ROLLBACK");
        }
        std::string found;
        if (key == "PLpgSQL_stmt_dynexecute" && value.contains("query")) {
            found = refused_constants(value["query"].value("/PLpgSQL_expr/query"_json_pointer, ""));
        }
        if (found.empty() && value.is_structured()) {
            found = refused_in_body(value);
        }
        if (!found.empty()) {
            return found;
        }
    }
    return {};
}

std::string refused_block(std::string_view statement, const PgQuery__DoStmt& block) {
    std::string_view body;
    for (std::size_t i = 0; i < block.n_args; ++i) {
        const PgQuery__DefElem& option = *block.args[i]->def_elem;
        const bool text = option.arg != nullptr && option.arg->node_case == PG_QUERY__NODE__NODE_STRING;
        const std::string_view value = text ? option.arg->string->sval : "";
        if (std::string_view(option.defname) == "language" && value != "plpgsql") {
            return {};
        }
        if (std::string_view(option.defname) == "as") {
            body = value;
        }
    }
    std::string found = unlocks_by_tokens(body);
    if (!found.empty()) {
        return found;
    }
    PgQueryPlpgsqlParseResult parsed = pg_query_parse_plpgsql(std::string(statement).c_str());
    const nlohmann::json tree = parsed.error == nullptr
                                    ? nlohmann::json::parse(parsed.plpgsql_funcs, nullptr, false)
                                    : nlohmann::json();
    pg_query_free_plpgsql_parse_result(parsed);
    return tree.is_structured() ? refused_in_body(tree) : std::string();
}

std::string refused_copy(const PgQuery__CopyStmt& copy) {
    if (copy.is_program != 0 || *copy.filename != '\0') {
        return {};
    }
    return copy.is_from != 0 ? "COPY FROM STDIN has no data to read here; write INSERT statements"
                             : "COPY TO STDOUT has nobody to write to here; leave it out";
}

// Functions, views and rules are only defined, not run.
bool only_defines(const ProtobufCMessage& message) {
    return message.descriptor == &pg_query__create_function_stmt__descriptor ||
           message.descriptor == &pg_query__view_stmt__descriptor ||
           message.descriptor == &pg_query__rule_stmt__descriptor;
}

std::string unlocks_by_tree(const PgQuery__Node& node) {
    std::string found;
    walk(node.base, [&](const ProtobufCMessage& message) {
        if (const auto* call = as<PgQuery__FuncCall>(message, pg_query__func_call__descriptor)) {
            const std::vector<std::string> name = name_parts(call->funcname, call->n_funcname);
            const bool own_function = name.size() == 2 && name.front() != "pg_catalog";
            if (found.empty() && !name.empty() && !own_function) {
                found = unlocks(name.back());
            }
        }
        return found.empty() && !only_defines(message);
    });
    return found;
}

// A backslash outside of quotes is no SQL.
std::string psql_command(std::string_view statement) {
    for (const Token& token : scan(statement)) {
        if (statement[token.offset] == '\\') {
            const std::string_view rest = statement.substr(token.offset);
            return fmt::format("{} is a command of psql, not SQL; leave it out",
                               rest.substr(0, rest.find_first_of(" \t\r\n")));
        }
    }
    return {};
}

}  // namespace

std::string refusal(std::string_view statement, const PgQuery__Node* node) {
    if (node == nullptr) {
        std::string found = psql_command(statement);
        return found.empty() ? unlocks_by_tokens(statement) : found;
    }
    switch (node->node_case) {
        case PG_QUERY__NODE__NODE_DISCARD_STMT:
            return node->discard_stmt->target == PG_QUERY__DISCARD_MODE__DISCARD_ALL
                       ? "DISCARD ALL drops the locks under which revisions run; DISCARD PLANS, SEQUENCES "
                         "and TEMP do not"
                       : "";
        case PG_QUERY__NODE__NODE_DO_STMT:
            return refused_block(statement, *node->do_stmt);
        case PG_QUERY__NODE__NODE_COPY_STMT:
            if (std::string found = refused_copy(*node->copy_stmt); !found.empty()) {
                return found;
            }
            break;
        default:
            break;
    }
    return unlocks_by_tree(*node);
}

}  // namespace schemist::postgresql
