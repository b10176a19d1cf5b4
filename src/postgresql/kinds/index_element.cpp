// What indexes, keys and exclusion constraints share: their elements.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

constexpr Oid default_collation = 100;

// No operator class of the other two takes parameters.
constexpr std::string_view has_parameters = "am.amname NOT IN ('btree', 'hash')";

std::string parameters_of_operator_class(std::string_view array) {
    std::vector<std::string> options;
    for (const auto& [name, value] : parse_storage(array)) {
        options.push_back(quote_identifier(name) + "=" + quote_literal(value));
    }
    return join(options, ", ");
}

bool is_function_call(std::string_view expression) {
    const std::size_t open = expression.find('(');
    return open != std::string_view::npos && open > 0 && expression.back() == ')' &&
           std::all_of(expression.begin(), expression.begin() + static_cast<std::ptrdiff_t>(open),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }) &&
           // The parenthesis of the call is closed by the last character, not before.
           without_parentheses(expression.substr(open)).size() + 2 <= expression.size() - open;
}

}  // namespace

std::vector<std::int64_t> parse_numbers(std::string_view text) {
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        std::int64_t number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error == std::errc{}) {
            numbers.push_back(number);
        }
        at = error == std::errc{} ? next : at + 1;
    }
    return numbers;
}

std::vector<std::string> column_names(std::string_view numbers, const std::vector<std::string>& names) {
    std::vector<std::string> chosen;
    for (const std::int64_t number : parse_numbers(numbers)) {
        chosen.push_back(names.at(static_cast<std::size_t>(number)));
    }
    return chosen;
}

Deferral read_deferral(const Result& rows, std::size_t row, std::size_t first) {
    if (!rows.boolean(row, first)) {
        return Deferral::not_deferrable;
    }
    return rows.boolean(row, first + 1) ? Deferral::initially_deferred : Deferral::initially_immediate;
}

std::string nulls_not_distinct_column(const Scope& scope) {
    return scope.server_version >= 150000 ? "i.indnullsnotdistinct" : "false";
}

std::string is_enforced_column(const Scope& scope) {
    return scope.server_version >= 180000 ? "co.conenforced" : "true";
}

std::string has_period_column(const Scope& scope) {
    return scope.server_version >= 180000 ? "co.conperiod" : "false";
}

std::string index_columns_query() {
    return "i.indnkeyatts, i.indkey, i.indoption, i.indclass, i.indcollation, "
           "pg_get_expr(i.indexprs, i.indrelid), CASE WHEN " +
           std::string(has_parameters) +
           " THEN ARRAY(SELECT coalesce(a.attoptions::text, '') FROM pg_attribute a WHERE a.attrelid = "
           "i.indexrelid ORDER BY "
           "a.attnum) END, CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(SELECT coalesce(a.attstattarget, -1) "
           "FROM "
           "pg_attribute a WHERE a.attrelid = i.indexrelid ORDER BY a.attnum) END, pg_get_expr(i.indpred, "
           "i.indrelid)";
}

std::string join_index_facets() {
    return " LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace LEFT JOIN pg_description di ON "
           "di.objoid = "
           "ic.oid AND di.classoid = 'pg_class'::regclass AND di.objsubid = 0 AND " +
           is_of_users("di.objoid");
}

IndexColumns read_index_columns(const Result& rows, std::size_t row, std::size_t first,
                                const Reading& reading, const Reading::TableInfo& table) {
    const auto keys = static_cast<std::size_t>(rows.integer(row, first));
    const std::vector<std::int64_t> numbers = parse_numbers(rows.text(row, first + 1));
    const std::vector<std::int64_t> options = parse_numbers(rows.text(row, first + 2));
    const std::vector<std::int64_t> classes = parse_numbers(rows.text(row, first + 3));
    const std::vector<std::int64_t> collations = parse_numbers(rows.text(row, first + 4));
    const std::vector<std::string_view> expressions = split_list(rows.text(row, first + 5));
    const std::vector<std::int64_t> targets = parse_numbers(rows.text(row, first + 7));
    const std::vector<std::string> parameters = parse_array(rows.text(row, first + 6));
    IndexColumns columns;
    std::size_t expression = 0;
    for (std::size_t key = 0; key < keys; ++key) {
        IndexElement element;
        Oid own_collation = default_collation;
        if (numbers[key] == 0) {
            element.expression = without_parentheses(expressions.at(expression++));
            if (targets.at(key) >= 0) {
                element.statistics_target = targets[key];
            }
        } else {
            element.column = table.column_names.at(static_cast<std::size_t>(numbers[key]));
            own_collation = table.collations.at(static_cast<std::size_t>(numbers[key]));
        }
        const Oid collation = static_cast<Oid>(collations[key]);
        if (collation != 0 && collation != own_collation) {
            element.collation = reading.collations.at(collation);
        }
        const Reading::OperatorClass& operators = reading.operator_classes.at(static_cast<Oid>(classes[key]));
        if (key < parameters.size() && parameters[key].size() > 2) {
            element.operator_class =
                operators.name + " (" + parameters_of_operator_class(parameters[key]) + ")";
        } else if (!operators.is_default) {
            element.operator_class = operators.name;
        }
        element.descending = (options[key] & 1) != 0;
        if (const bool first_nulls = (options[key] & 2) != 0; first_nulls != element.descending) {
            element.nulls_first = first_nulls;
        }
        columns.elements.push_back(std::move(element));
    }
    for (std::size_t position = keys; position < numbers.size(); ++position) {
        columns.include.push_back(table.column_names.at(static_cast<std::size_t>(numbers[position])));
    }
    return columns;
}

std::string index_element(const IndexElement& element) {
    std::string text;
    if (!element.column.empty()) {
        text = quote_identifier(element.column);
    } else {
        const std::string expression = reparsable(element.expression);
        text = is_function_call(expression) ? expression : "(" + expression + ")";
    }
    if (!element.collation.empty()) {
        text += " COLLATE " + element.collation;
    }
    if (!element.operator_class.empty()) {
        text += " " + element.operator_class;
    }
    if (element.descending) {
        text += " DESC";
    }
    if (element.nulls_first) {
        text += *element.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    }
    return text;
}

std::vector<IndexElement> index_elements(const ExclusionConstraint& constraint) {
    std::vector<IndexElement> elements;
    for (const ExclusionElement& element : constraint.elements) {
        elements.push_back(element.element);
    }
    return elements;
}

}  // namespace schemist::postgresql
