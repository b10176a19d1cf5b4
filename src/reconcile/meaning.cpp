#include "reconcile/meaning.hpp"

#include "diff/diff.hpp"
#include "postgresql/reparse.hpp"
#include "reconcile/definition_spelling.hpp"
#include "sqlite/ddl.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace schemist {
namespace {

// An expression of a part of a table, with the same one in another state of the table; `where` says which one.
using OnExpression =
    std::function<void(const std::string& where, std::string& expression, const std::string& other)>;

void visit(const std::string& where, std::string& expression, const std::string& other,
           const OnExpression& found) {
    if (!expression.empty() && !other.empty()) {
        found(where, expression, other);
    }
}

void visit(Column& column, const Column& other, const OnExpression& found) {
    if (column.default_expression && other.default_expression) {
        visit("default " + column.name, *column.default_expression, *other.default_expression, found);
    }
    if (column.generated && other.generated) {
        visit("generated " + column.name, column.generated->expression, other.generated->expression, found);
    }
}

void visit(CheckConstraint& check, const CheckConstraint& other, const OnExpression& found) {
    visit("check " + check.name, check.expression, other.expression, found);
}

void visit(Index& index, const Index& other, const OnExpression& found) {
    visit("predicate " + index.name, index.predicate, other.predicate, found);
    for (std::size_t i = 0; i < std::min(index.elements.size(), other.elements.size()); ++i) {
        visit(fmt::format("key {} {}", i, index.name), index.elements[i].expression,
              other.elements[i].expression, found);
    }
}

void visit(ExclusionConstraint& exclusion, const ExclusionConstraint& other, const OnExpression& found) {
    visit("predicate " + exclusion.name, exclusion.predicate, other.predicate, found);
    for (std::size_t i = 0; i < std::min(exclusion.elements.size(), other.elements.size()); ++i) {
        visit(fmt::format("key {} {}", i, exclusion.name), exclusion.elements[i].element.expression,
              other.elements[i].element.expression, found);
    }
}

template <class Part>
void visit_all(std::vector<Part>& parts, const std::vector<Part>& others, const OnExpression& found) {
    for (Part& part : parts) {
        const auto other = std::ranges::find(others, part.name, &Part::name);
        if (!part.name.empty() && other != others.end()) {
            visit(part, *other, found);
        }
    }
}

void visit(TableStructure& table, const TableStructure& other, const OnExpression& found) {
    visit_all(table.columns, other.columns, found);
    visit_all(table.checks, other.checks, found);
    visit_all(table.indexes, other.indexes, found);
    visit_all(table.exclusions, other.exclusions, found);
}

// SQLite's rowid is never NULL, whether its column says so or not.
void equate_rowid(TableStructure& table, const TableStructure& other) {
    const Column* key = sqlite::rowid_column(table);
    const Column* expected = sqlite::rowid_column(other);
    if (key != nullptr && expected != nullptr && key->name == expected->name) {
        std::ranges::find(table.columns, key->name, &Column::name)->not_null = expected->not_null;
    }
}

// Empty, or as "t_c_not_null1": it follows no rename, and a database that was upgraded to PostgreSQL 18 was given new ones.
bool is_made_up(std::string_view name) {
    const std::size_t end = name.find_last_not_of("0123456789");
    return name.empty() || (end != std::string_view::npos && name.substr(0, end + 1).ends_with("_not_null"));
}

// Nobody wants a name that the server made up.
void equate_not_null(TableStructure& table, const TableStructure& other) {
    for (Column& column : table.columns) {
        const Column* counterpart = other.find_column(column.name);
        if (counterpart == nullptr || !column.not_null || !counterpart->not_null) {
            continue;
        }
        NotNullConstraint& constraint = column.not_null_constraint;
        const NotNullConstraint& expected = counterpart->not_null_constraint;
        if (is_made_up(constraint.name) && is_made_up(expected.name)) {
            constraint.name = expected.name;
            constraint.inherited = expected.inherited;
        }
    }
}

void equate_not_null(std::vector<Domain>& domains, const std::vector<Domain>& others) {
    for (Domain& domain : domains) {
        const auto other = std::ranges::find(others, domain.name, &Domain::name);
        if (other != others.end() && is_made_up(domain.not_null_name) && is_made_up(other->not_null_name)) {
            domain.not_null_name = other->not_null_name;
        }
    }
}

bool has_other_spelling(const TableStructure& table, const TableStructure& other) {
    bool differs = false;
    TableStructure copy = table;
    visit(copy, other, [&](const std::string&, const std::string& expression, const std::string& expected) {
        differs = differs || expression != expected;
    });
    return differs;
}

// PostgreSQL keeps these apart, and they are the same time.
bool is_now(std::string_view expression) {
    return expression == "now()" || expression == "CURRENT_TIMESTAMP" ||
           expression == "transaction_timestamp()";
}

// What the expressions of the tables need to be read: types, sequences, columns; no other table.
Schema surroundings(const Schema& schema) {
    Schema result;
    result.namespaces = schema.namespaces;
    result.enum_types = schema.enum_types;
    result.sequences = schema.sequences;
    for (Sequence& sequence : result.sequences) {
        sequence.owned_by.reset();
    }
    return result;
}

// The tables as the database prints them once it has read what it prints itself.
Schema normal_form(const Schema& schema, const std::vector<Name>& tables, const ReplaySettings& settings) {
    Workshop workshop(settings.dialect, settings.make_scratch, settings.journal, {});
    const Schema base = surroundings(schema);
    workshop.run(creation(base, settings.dialect));
    for (const Name& name : tables) {
        TableStructure table = *schema.find_table(name);
        table.foreign_keys.clear();
        table.tablespace.clear();
        Schema with_table = base;
        with_table.tables.push_back(table);
        try {
            workshop.run(make_plan(diff(base, with_table), base, with_table, settings.dialect));
        } catch (const Error&) {
            // It uses what is not read, a function for instance: then it means the same only when it is the same text.
        }
    }
    if (settings.dialect.name() == DialectName::postgresql) {
        try {
            postgresql::reparse_expressions(workshop.connection());
        } catch (const Error&) {
            workshop.connection().run_script("ROLLBACK");
        }
    }
    Schema result = workshop.read();
    for (const Name& name : tables) {
        if (result.find_table(name) == nullptr) {
            result.tables.push_back(*schema.find_table(name));
        }
    }
    sort(result);
    return result;
}

}  // namespace

Schema with_expected_spelling(Schema live, const Schema& expected, const ReplaySettings& settings) {
    equate_not_null(live.domains, expected.domains);
    std::vector<Name> tables;
    for (TableStructure& table : live.tables) {
        const TableStructure* other = expected.find_table(table.name);
        if (other == nullptr) {
            continue;
        }
        equate_rowid(table, *other);
        equate_not_null(table, *other);
        if (has_other_spelling(table, *other)) {
            tables.push_back(table.name);
        }
    }
    if (tables.empty()) {
        return with_expected_definitions(std::move(live), expected, settings);
    }
    const bool on_postgresql = settings.dialect.name() == DialectName::postgresql;
    const Schema live_form = normal_form(live, tables, settings);
    const Schema expected_form = normal_form(expected, tables, settings);
    for (TableStructure& table : live.tables) {
        if (std::ranges::find(tables, table.name) == tables.end()) {
            continue;
        }
        TableStructure form = *live_form.find_table(table.name);
        std::set<std::string> alike;
        visit(form, *expected_form.find_table(table.name),
              [&](const std::string& where, const std::string& one, const std::string& other) {
                  if (one == other || (on_postgresql && is_now(one) && is_now(other))) {
                      alike.insert(where);
                  }
              });
        visit(table, *expected.find_table(table.name),
              [&](const std::string& where, std::string& expression, const std::string& other) {
                  if (alike.contains(where)) {
                      expression = other;
                  }
              });
    }
    return with_expected_definitions(std::move(live), expected, settings);
}

Schema with_all_expressions_of(Schema live, const Schema& expected) {
    equate_not_null(live.domains, expected.domains);
    for (TableStructure& table : live.tables) {
        if (const TableStructure* other = expected.find_table(table.name)) {
            equate_rowid(table, *other);
            equate_not_null(table, *other);
            visit(table, *other,
                  [](const std::string&, std::string& expression, const std::string& counterpart) {
                      expression = counterpart;
                  });
        }
    }
    return with_all_definitions_of(std::move(live), expected);
}

}  // namespace schemist
