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

std::string name_in_search_path(std::string_view schema, std::string_view name) {
    const bool found_without = schema == "pg_catalog" || schema == "public";
    return found_without ? quote_identifier(name) : quote_identifier(schema) + "." + quote_identifier(name);
}

std::string operator_class_query(const Scope&) {
    return "SELECT o.oid, n.nspname, o.opcname, o.opcdefault FROM pg_opclass o JOIN pg_namespace n ON n.oid "
           "= o.opcnamespace";
}

void read_operator_classes(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.operator_classes[rows.oid(row, 0)] = {
            name_in_search_path(rows.text(row, 1), rows.text(row, 2)), rows.boolean(row, 3)};
    }
}

std::string collation_query(const Scope&) {
    return "SELECT co.oid, n.nspname, co.collname FROM pg_collation co JOIN pg_namespace n ON n.oid = "
           "co.collnamespace WHERE co.oid IN (SELECT unnest(indcollation) FROM pg_index WHERE " +
           is_of_users("indexrelid") + ") OR co.oid = " + std::to_string(default_collation) +
           " OR co.oid IN (SELECT attcollation FROM pg_attribute WHERE attcollation <> " +
           std::to_string(default_collation) + " AND " + is_of_users("attrelid") + ")";
}

void read_collations(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.collations[rows.oid(row, 0)] = name_in_search_path(rows.text(row, 1), rows.text(row, 2));
    }
}

// Of indexes, and of nothing that reads them: no more than few.
std::string operator_option_query(const Scope&) {
    return "SELECT a.attrelid, a.attnum, a.attoptions FROM pg_attribute a WHERE a.attoptions IS NOT NULL "
           "AND " +
           is_of_users("a.attrelid");
}

void read_operator_options(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::vector<std::string> options;
        for (const auto& [name, value] : parse_storage(rows.text(row, 2))) {
            options.push_back(quote_identifier(name) + "=" + quote_literal(value));
        }
        reading.operator_options[{rows.oid(row, 0), static_cast<int>(rows.integer(row, 1))}] =
            join(options, ", ");
    }
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

std::vector<Reader> index_element_readers() {
    return {{operator_class_query, read_operator_classes},
            {collation_query, read_collations},
            {operator_option_query, read_operator_options}};
}

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
    return "i.indexrelid, i.indnkeyatts, i.indkey, i.indoption, i.indclass, i.indcollation, "
           "pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)";
}

IndexColumns read_index_columns(const Result& rows, std::size_t row, std::size_t first,
                                const Reading& reading, const Reading::TableInfo& table) {
    const Oid index = rows.oid(row, first);
    const auto keys = static_cast<std::size_t>(rows.integer(row, first + 1));
    const std::vector<std::int64_t> numbers = parse_numbers(rows.text(row, first + 2));
    const std::vector<std::int64_t> options = parse_numbers(rows.text(row, first + 3));
    const std::vector<std::int64_t> classes = parse_numbers(rows.text(row, first + 4));
    const std::vector<std::int64_t> collations = parse_numbers(rows.text(row, first + 5));
    const std::vector<std::string_view> expressions = split_list(rows.text(row, first + 6));
    IndexColumns columns;
    std::size_t expression = 0;
    for (std::size_t key = 0; key < keys; ++key) {
        IndexElement element;
        Oid own_collation = default_collation;
        if (numbers[key] == 0) {
            element.expression = without_parentheses(expressions.at(expression++));
        } else {
            element.column = table.column_names.at(static_cast<std::size_t>(numbers[key]));
            own_collation = table.collations.at(static_cast<std::size_t>(numbers[key]));
        }
        const Oid collation = static_cast<Oid>(collations[key]);
        if (collation != 0 && collation != own_collation) {
            element.collation = reading.collations.at(collation);
        }
        const Reading::OperatorClass& operators = reading.operator_classes.at(static_cast<Oid>(classes[key]));
        const auto parameters = reading.operator_options.find({index, static_cast<int>(key) + 1});
        if (parameters != reading.operator_options.end()) {
            element.operator_class = operators.name + " (" + parameters->second + ")";
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
