// The kind `exclusion`.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT co.conrelid, co.conname, co.condeferrable, co.condeferred, am.amname, ic.reloptions, "
           "d.description, "
           "ARRAY(SELECT CASE WHEN pg_operator_is_visible(op.oid) THEN op.oprname ELSE 'OPERATOR(' "
           "|| "
           "quote_ident(opn.nspname) || '.' || op.oprname || ')' END FROM unnest(co.conexclop) WITH "
           "ORDINALITY x(oid, "
           "position) JOIN pg_operator op ON op.oid = x.oid JOIN pg_namespace opn ON opn.oid = "
           "op.oprnamespace ORDER BY "
           "x.position), ts.spcname, di.description, " +
           index_columns_query() +
           " FROM pg_constraint co JOIN pg_index i ON i.indexrelid = co.conindid JOIN pg_class ic ON ic.oid "
           "= co.conindid "
           "JOIN pg_am am ON am.oid = ic.relam" +
           join_comment("pg_constraint", "co.oid") + join_index_facets() +
           " WHERE co.contype = 'x' AND co.conparentid = 0 AND " + is_of_users("co.conrelid");
}

void read(const Result& rows, Reading& reading) {
    constexpr std::size_t first = 10;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::TableInfo* info = reading.info(rows.oid(row, 0));
        if (info == nullptr) {
            continue;
        }
        ExclusionConstraint constraint;
        constraint.name = rows.string(row, 1);
        constraint.deferral = read_deferral(rows, row, 2);
        constraint.method = rows.string(row, 4);
        constraint.storage = parse_storage(rows.text(row, 5));
        constraint.comment = rows.string(row, 6);
        constraint.tablespace = rows.string(row, 8);
        constraint.index_comment = rows.string(row, 9);
        const std::vector<std::string> operators = parse_array(rows.text(row, 7));
        IndexColumns columns = read_index_columns(rows, row, first, reading, *info);
        for (std::size_t i = 0; i < columns.elements.size(); ++i) {
            constraint.elements.push_back({std::move(columns.elements[i]), operators.at(i)});
        }
        constraint.include = std::move(columns.include);
        constraint.predicate = without_parentheses(rows.text(row, first + index_columns_width - 1));
        reading.schema.tables[info->position].exclusions.push_back(std::move(constraint));
    }
}

std::vector<Reference> used(const Schema& schema, const Name& table, const ExclusionConstraint& constraint) {
    return used_by_elements(schema, table, index_elements(constraint), constraint.include,
                            constraint.predicate);
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const ExclusionConstraint* before = std::get_if<ExclusionConstraint>(&change.before);
    const ExclusionConstraint* after = std::get_if<ExclusionConstraint>(&change.after);
    if (change.action == Action::rename) {
        actions.push_back(rename_constraint(change, before->name, after->name));
        return;
    }
    if (before != nullptr && after != nullptr) {
        ExclusionConstraint changed =
            with_facets_of(*before, *after, is_partitioned(differences.to(), table));
        for (std::size_t i = 0; i < changed.elements.size() && i < after->elements.size(); ++i) {
            changed.elements[i].element.statistics_target = after->elements[i].element.statistics_target;
        }
        if (changed == *after) {
            std::vector<std::string> statements = change_key_facets(table, *before, *after);
            append(statements,
                   change_statistics(table, after->name, index_elements(*before), index_elements(*after)));
            actions.push_back(in_place(change.object, std::move(statements)));
            return;
        }
    }
    if (before != nullptr) {
        actions.push_back(
            drop_constraint(Kind::exclusion, table, before->name, used(differences.from(), table, *before)));
    }
    if (after != nullptr) {
        actions.push_back(add_constraint(Kind::exclusion, table, after->name, after->comment,
                                         definition(*after), used(differences.to(), table, *after)));
        append(actions.back().statements, change_index_comment(table, after->name, {}, after->index_comment));
        append(actions.back().statements, change_statistics(table, after->name, {}, index_elements(*after)));
        mark_index(differences, table, after->name, actions.back());
    }
}

}  // namespace

std::string definition(const ExclusionConstraint& constraint) {
    std::vector<std::string> elements;
    for (const ExclusionElement& element : constraint.elements) {
        elements.push_back(index_element(element.element) + " WITH " + element.operator_name);
    }
    std::string text = constraint_prefix(constraint.name) + "EXCLUDE";
    if (!constraint.method.empty()) {
        text += " USING " + quote_identifier(constraint.method);
    }
    text +=
        fmt::format(" ({}){}", join(elements, ", "), index_suffix(constraint.include, constraint.storage));
    text += index_tablespace(constraint.tablespace);
    if (!constraint.predicate.empty()) {
        text += fmt::format(" WHERE ({})", reparsable(constraint.predicate));
    }
    return text + deferral_clause(constraint.deferral);
}

KindOfObject exclusion_kind() {
    return {Kind::exclusion, {{query, read}}, write};
}

}  // namespace schemist::postgresql
