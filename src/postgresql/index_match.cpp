#include "postgresql/index_match.hpp"

#include "postgresql/parse_tree.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

using Texts = std::set<std::string, std::less<>>;

void collect_columns(const PgQuery__Node* expression, Texts& columns) {
    if (expression == nullptr) {
        return;
    }
    walk(expression->base, [&](const ProtobufCMessage& message) {
        if (const auto* column = as<PgQuery__ColumnRef>(message, pg_query__column_ref__descriptor)) {
            const std::vector<std::string> name = name_parts(column->fields, column->n_fields);
            if (!name.empty()) {
                columns.insert(name.back());
            }
        }
        return true;
    });
}

std::optional<std::string> constant(const PgQuery__AConst& value) {
    switch (value.val_case) {
        case PG_QUERY__A__CONST__VAL_SVAL:
            return value.sval->sval;
        case PG_QUERY__A__CONST__VAL_IVAL:
            return std::to_string(value.ival->ival);
        default:
            return std::nullopt;
    }
}

// Of every type.
void collect_written(const PgQuery__Node* expression, Texts& constants) {
    if (expression == nullptr) {
        return;
    }
    walk(expression->base, [&](const ProtobufCMessage& message) {
        if (const auto* value = as<PgQuery__AConst>(message, pg_query__a__const__descriptor)) {
            constants.insert(constant(*value).value_or(""));
        }
        return true;
    });
}

bool is_text(const PgQuery__TypeName& type) {
    const std::vector<std::string> name = name_parts(type.names, type.n_names);
    return type.n_array_bounds == 0 && !name.empty() &&
           (name.back() == "text" || name.back() == "varchar" || name.back() == "bpchar");
}

// Of those types whose constants the server prints as they were written; a date, for example, it does not.
void collect_printed(const PgQuery__Node* expression, Texts& constants) {
    if (expression == nullptr) {
        return;
    }
    walk(expression->base, [&](const ProtobufCMessage& message) {
        if (const auto* cast = as<PgQuery__TypeCast>(message, pg_query__type_cast__descriptor);
            cast != nullptr && cast->arg != nullptr && cast->arg->node_case == PG_QUERY__NODE__NODE_A_CONST) {
            const std::optional<std::string> text = constant(*cast->arg->a_const);
            if (text && is_text(*cast->type_name)) {
                constants.insert(*text);
            }
            return false;
        }
        if (const auto* value = as<PgQuery__AConst>(message, pg_query__a__const__descriptor);
            value != nullptr && value->val_case == PG_QUERY__A__CONST__VAL_IVAL) {
            constants.insert(*constant(*value));
        }
        return message.descriptor != &pg_query__type_name__descriptor;
    });
}

std::string join(const Texts& texts) {
    std::string all;
    for (const std::string& text : texts) {
        all += (all.empty() ? "" : ", ") + text;
    }
    return all.empty() ? "none" : all;
}

std::optional<std::string> expression_difference(std::string_view what, const PgQuery__Node* wanted,
                                                 const PgQuery__Node* found) {
    if ((wanted == nullptr) != (found == nullptr)) {
        return fmt::format("it has {} {}", found == nullptr ? "no" : "a", what);
    }
    Texts wanted_columns;
    Texts found_columns;
    collect_columns(wanted, wanted_columns);
    collect_columns(found, found_columns);
    if (wanted_columns != found_columns) {
        return fmt::format("its {} is over other columns ({})", what, join(found_columns));
    }
    Texts written;
    Texts printed;
    collect_written(wanted, written);
    collect_printed(found, printed);
    if (!std::ranges::includes(written, printed)) {
        return fmt::format("its {} has other constants ({})", what, join(printed));
    }
    return std::nullopt;
}

// A column in parentheses is a column.
std::string plain_column(const PgQuery__IndexElem& element) {
    const bool in_parentheses =
        element.expr != nullptr && element.expr->node_case == PG_QUERY__NODE__NODE_COLUMN_REF;
    if (!in_parentheses) {
        return element.name;
    }
    const PgQuery__ColumnRef& column = *element.expr->column_ref;
    const std::vector<std::string> name = name_parts(column.fields, column.n_fields);
    return name.empty() ? std::string() : name.back();
}

std::string order(const PgQuery__IndexElem& element) {
    const bool descending = element.ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
    const bool first = element.nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST ||
                       (descending && element.nulls_ordering != PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST);
    return fmt::format("{} NULLS {}", descending ? "DESC" : "ASC", first ? "FIRST" : "LAST");
}

// The server leaves out what is the default anyway, so only what it prints can differ.
bool names_other(PgQuery__Node* const* wanted, std::size_t n_wanted, PgQuery__Node* const* found,
                 std::size_t n_found) {
    const std::vector<std::string> wanted_name = name_parts(wanted, n_wanted);
    const std::vector<std::string> found_name = name_parts(found, n_found);
    return !found_name.empty() && (wanted_name.empty() || wanted_name.back() != found_name.back());
}

std::optional<std::string> element_difference(const PgQuery__IndexElem& wanted,
                                              const PgQuery__IndexElem& found) {
    const std::string wanted_column = plain_column(wanted);
    const std::string found_column = plain_column(found);
    if (wanted_column != found_column) {
        return fmt::format("it is over {}", found_column.empty() ? "an expression" : found_column);
    }
    if (order(wanted) != order(found)) {
        return fmt::format("{} is in the order {}", wanted_column.empty() ? "an expression" : wanted_column,
                           order(found));
    }
    if (names_other(wanted.opclass, wanted.n_opclass, found.opclass, found.n_opclass)) {
        return "it has another operator class";
    }
    if (names_other(wanted.collation, wanted.n_collation, found.collation, found.n_collation)) {
        return "it has another collation";
    }
    return wanted_column.empty() ? expression_difference("expression", wanted.expr, found.expr)
                                 : std::nullopt;
}

std::optional<std::string> elements_difference(PgQuery__Node* const* wanted, std::size_t n_wanted,
                                               PgQuery__Node* const* found, std::size_t n_found) {
    if (n_wanted != n_found) {
        return fmt::format("it has {} columns", n_found);
    }
    for (std::size_t i = 0; i < n_wanted; ++i) {
        if (auto other = element_difference(*wanted[i]->index_elem, *found[i]->index_elem)) {
            return other;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> difference(const PgQuery__IndexStmt& wanted, std::string_view definition) {
    const ParseTree tree = parse(definition);
    const PgQuery__Node* node = only_statement(tree);
    if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_INDEX_STMT) {
        return std::nullopt;
    }
    const PgQuery__IndexStmt& found = *node->index_stmt;
    if (wanted.unique != found.unique) {
        return found.unique != 0 ? "it is unique" : "it is not unique";
    }
    if (wanted.nulls_not_distinct != found.nulls_not_distinct) {
        return found.nulls_not_distinct != 0 ? "its nulls are not distinct" : "its nulls are distinct";
    }
    if (std::string_view(wanted.access_method) != found.access_method) {
        return fmt::format("its method is {}", found.access_method);
    }
    if (auto other = elements_difference(wanted.index_params, wanted.n_index_params, found.index_params,
                                         found.n_index_params)) {
        return other;
    }
    if (auto other = elements_difference(wanted.index_including_params, wanted.n_index_including_params,
                                         found.index_including_params, found.n_index_including_params)) {
        return "among the included, " + *other;
    }
    return expression_difference("condition", wanted.where_clause, found.where_clause);
}

}  // namespace schemist::postgresql
