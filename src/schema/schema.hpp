#pragma once
// The structure of a database as one plain value: every object, comparable with ==, printable as JSON.

#include "schema/enum_type.hpp"
#include "schema/namespace.hpp"
#include "schema/sequence.hpp"
#include "schema/table.hpp"
#include "schema/view.hpp"

#include <vector>

namespace schemist {

// Each list is sorted by name once sort() has been called; introspection and models give sorted ones.
struct Schema {
    std::vector<Namespace> namespaces;  // without PostgreSQL's own and without "public"
    std::vector<EnumType> enum_types;
    std::vector<Sequence> sequences;
    std::vector<TableStructure> tables;
    std::vector<View> views;
    std::vector<Trigger> triggers;

    bool operator==(const Schema&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("namespaces", &Schema::namespaces);
        visit("enum_types", &Schema::enum_types);
        visit("sequences", &Schema::sequences);
        visit("tables", &Schema::tables);
        visit("views", &Schema::views);
        visit("triggers", &Schema::triggers);
    }

    bool empty() const { return *this == Schema{}; }
    const TableStructure* find_table(const Name& name) const;
    const EnumType* find_enum_type(const Name& name) const;
    const Sequence* find_sequence(const Name& name) const;
};

// Sorts every list of objects, and the constraints and indexes of each table, by name. Columns keep their
// order.
void sort(Schema& schema);

}  // namespace schemist
