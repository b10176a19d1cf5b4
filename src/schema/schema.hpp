#pragma once
// The structure of a database as one plain value: every object, comparable with ==, printable as JSON.

#include "schema/aggregate.hpp"
#include "schema/default_privileges.hpp"
#include "schema/enum_type.hpp"
#include "schema/extension.hpp"
#include "schema/foreign_data.hpp"
#include "schema/function.hpp"
#include "schema/language.hpp"
#include "schema/namespace.hpp"
#include "schema/operators.hpp"
#include "schema/replication.hpp"
#include "schema/security_label.hpp"
#include "schema/sequence.hpp"
#include "schema/table.hpp"
#include "schema/text_search.hpp"
#include "schema/trigger.hpp"
#include "schema/user_types.hpp"
#include "schema/view.hpp"

#include <vector>

namespace schemist {

// What uses what, as the database has it in its own catalogue.
struct Dependency {
    Reference user;
    Reference used;

    auto operator<=>(const Dependency&) const = default;
};

// They follow from the objects, and so are no difference between two schemas. A schema that no database has read has none.
struct Dependencies {
    std::vector<Dependency> list;

    bool operator==(const Dependencies&) const { return true; }
};

// Whether the server that the schema was read from has a constraint for each NOT NULL, of columns and of domains. No difference between two schemas.
struct NotNullConstraints {
    bool are_kept = false;
    bool are_kept_of_domains = false;

    bool operator==(const NotNullConstraints&) const { return true; }
};

// Each list is sorted by name once sort() has been called; introspection and models give sorted ones.
struct Schema {
#define SCHEMIST_LIST(kind, words, type, list, nature) std::vector<type> list;
    SCHEMIST_KINDS(SCHEMIST_LIST, SCHEMIST_NO_PART)
#undef SCHEMIST_LIST
    Dependencies dependencies;
    NotNullConstraints not_null_constraints;

    bool operator==(const Schema&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
#define SCHEMIST_FIELD(kind, words, type, list, nature) visit(#list, &Schema::list);
        SCHEMIST_KINDS(SCHEMIST_FIELD, SCHEMIST_NO_PART)
#undef SCHEMIST_FIELD
    }

    bool empty() const {
        return *this == Schema{};
    }
    const TableStructure* find_table(const Name& name) const;
    const EnumType* find_enum_type(const Name& name) const;
    const Sequence* find_sequence(const Name& name) const;
};

// Sorts every list of objects, and the constraints and indexes of each table, by name. Columns keep their
// order.
void sort(Schema& schema);

}  // namespace schemist
