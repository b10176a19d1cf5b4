// What types and expressions use, as their text says: for schemas that no server has read.
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/differences.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

namespace schemist::postgresql {
namespace {

void add_columns(const Mentions& found, const Schema& schema, const TableStructure* table,
                 std::vector<Reference>& references) {
    if (table != nullptr) {
        for (const Column& column : table->columns) {
            if (found.identifier(column.name)) {
                references.push_back(part(Kind::column, table->name, column.name));
                append(references, Differences::used_by_type(schema, column.type));
            }
        }
    }
}

}  // namespace

std::vector<Reference> Differences::used_by_type(const Schema& schema, std::string_view type) {
    const EnumType* found = enum_of(schema, type);
    return found == nullptr ? std::vector<Reference>{}
                            : std::vector<Reference>{{Kind::enum_type, found->name, {}}};
}

std::vector<Reference> Differences::used_by_expression(const Schema& schema, const TableStructure* table,
                                                       std::string_view expression) {
    std::vector<Reference> references;
    if (expression.empty()) {
        return references;
    }
    const Mentions found = mentions(expression);
    for (const EnumType& type : schema.enum_types) {
        if (found.identifier(type.name.name)) {
            references.push_back({Kind::enum_type, type.name, {}});
        }
    }
    if (found.constants.empty()) {
        add_columns(found, schema, table, references);
        return references;
    }
    for (const Sequence& sequence : schema.sequences) {
        const std::string& name = sequence.name.name;
        const bool is_doubled = name.find_first_of("\"'") != std::string::npos;
        const bool possible = is_doubled || expression.find(name) != std::string_view::npos;
        if (possible && found.constant(qualified(sequence.name))) {
            references.push_back({Kind::sequence, sequence.name, {}});
        }
    }
    add_columns(found, schema, table, references);
    return references;
}

std::vector<Reference> Differences::used_by_column(const Schema& schema, const TableStructure* table,
                                                   const Column& column) {
    std::vector<Reference> references = used_by_type(schema, column.type);
    if (column.default_expression) {
        append(references, used_by_expression(schema, nullptr, *column.default_expression));
    }
    if (column.generated) {
        append(references, used_by_expression(schema, table, column.generated->expression));
    }
    return references;
}

}  // namespace schemist::postgresql
