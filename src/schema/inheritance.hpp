#pragma once
// Tables with parents, which PostgreSQL changes together with them: partitions, and tables that inherit. Pure.

#include "schema/schema.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace schemist {

// The table that it is a partition of, or those that it inherits from.
std::vector<Name> parents_of(const TableStructure& table);

// The parents that the table keeps on the way from one state to the other, in which what it inherits follows them.
std::vector<Name> kept_parents(const TableStructure& before, const TableStructure& after);

// The parents in the one state that are not among those that are kept.
std::vector<Name> other_parents(const TableStructure& table, const std::vector<Name>& kept);

// The tables that it is a partition of, the nearest one first.
std::vector<const TableStructure*> partitioned_above(const Schema& schema, const TableStructure& table);

// Whether it is the table of that name, or a partition of it, of any level.
bool is_or_is_part_of(const Schema& schema, const TableStructure& table, const Name& name);

// The foreign keys that a partition of the table has from it: its own, and those of the tables above.
std::vector<ForeignKey> inheritable_foreign_keys(const Schema& schema, const TableStructure& table);

// The checks that a child of the table has from it: its own, and those of its parents.
std::vector<CheckConstraint> inheritable_checks(const Schema& schema, const TableStructure& table);

// Whether one of these parents hands a NOT NULL down to the column.
bool hands_down_not_null(const Schema& schema, const std::vector<Name>& parents, const std::string& column);

// What the constraint of the column's NOT NULL is called.
std::string name_of_not_null(const Schema& schema, const TableStructure& table, const Column& column);

// The constraint as it is of a table that stands alone.
NotNullConstraint not_null_alone(const Schema& schema, const TableStructure& table, const Column& column);

// The tables of one schema by their parents. The schema must outlive it.
class Children {
  public:
    explicit Children(const Schema& schema);

    const Schema& schema() const { return schema_; }
    const std::vector<const TableStructure*>& of(const Name& parent) const;

  private:
    const Schema& schema_;
    std::map<Name, std::vector<const TableStructure*>> children_;
};

// Whether it can be renamed: the tables that have it from this one must have it from nobody else, and under its name.
bool can_rename_not_null(const Children& children, const TableStructure& table, const Column& column);

// A key or an index of a partitioned table is also one of each partition: the same but for what each has for itself.
template <class Part>
bool same_definition(const Part& one, const Part& other) {
    Part like = one;
    like.name = other.name;
    like.comment = other.comment;
    like.storage = other.storage;
    like.inherited = other.inherited;
    if constexpr (requires { like.index_comment; }) {
        like.index_comment = other.index_comment;
    }
    if constexpr (requires { like.tablespace; }) {
        like.tablespace = other.tablespace;
    }
    if constexpr (requires { like.valid; }) {
        like.valid = other.valid;
    }
    return like == other;
}

template <class Part>
const Part* find_same(const std::vector<Part>& parts, const Part& part) {
    const auto found =
        std::ranges::find_if(parts, [&](const Part& other) { return same_definition(other, part); });
    return found == parts.end() ? nullptr : &*found;
}

// Who follows whom on the way from one schema to the other. Both must outlive it.
class Heirs {
  public:
    Heirs(const Schema& from, const Schema& to);

    struct Heir {
        const TableStructure* before;
        const TableStructure* after;
    };
    // The tables that are children of it before and after.
    const std::vector<Heir>& children(const Name& table) const;
    // And theirs, each once, after its parents.
    std::vector<Heir> descendants(const Name& table) const;
    // Whether a child keeps the column that its parent loses.
    bool keeps_column(const Name& table, const std::string& column) const;

    bool empty() const { return children_.empty(); }

  private:
    std::map<Name, std::vector<Heir>> children_;
};

}  // namespace schemist
