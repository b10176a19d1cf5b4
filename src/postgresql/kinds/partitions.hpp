#pragma once
// Tables with parents: how one is made from them, joins and leaves them, and how the keys and indexes of a partitioned
// table are made in its partitions too. Pure.

#include "postgresql/kinds/kind.hpp"
#include "schema/inheritance.hpp"

namespace schemist::postgresql {

// Everything that a table which joins has to find in its parent, and has to have itself, as an object that every change
// of either makes.
Reference shape(const Name& table);
// That those which leave the table, or which it leaves, have done so.
Reference departure(const Name& table);
// That all rows of the table are there, as the foreign keys to it must have it.
Reference rows_of(const Name& table);
// What a change of the column makes of the children's.
Reference handed_down_column(const Name& table, std::string_view column);

// Whether CREATE TABLE ... PARTITION OF makes the partition, with its keys and indexes, as it should be.
bool is_made_by_parent(const TableStructure& table, const Schema& schema);

bool is_partitioned(const Schema& schema, const Name& table);

// The checks that a table must have to become a child of its parents.
std::vector<CheckConstraint> checks_of_parents(const TableStructure& table, const Schema& schema);

// Its partitions, of all levels: a foreign key that refers to a partitioned table refers to each of them.
std::vector<Reference> partitions_of(const Schema& schema, const Name& table);

// A partition leaves the tables above it when no foreign key to these stands in its way.
void wait_for_release(const Schema& schema, const TableStructure& table, DdlAction& action);
// Foreign keys to the tables above it are made when its rows are there again.
void add_keys_above(const Schema& schema, const TableStructure& table, DdlAction& action);

std::string attach(const TableStructure& table);
std::string detach_partition(const TableStructure& table);
void leave_and_join(const TableStructure& before, const TableStructure& after, const Differences& differences,
                    Actions& actions);

// The keys and indexes of a partition that are the same as the given one of a parent.
std::vector<Reference> inherited_keys(const TableStructure& partition, const Object& of_parent);

// Those of all partitions, where the server, if it made the given one anew, would forget what any of them has for itself.
template <class Part>
std::vector<Reference> forgotten_in_partitions(const Heirs& heirs, const Name& table, const Part& part);

// Makes the action which creates a key or an index of a table also make those of the partitions, under their names.
// Part is Index, PrimaryKey or UniqueConstraint.
template <class Part>
void create_in_partitions(const Differences& differences, const Name& table, const Part& part,
                          DdlAction& action);
template <class Part>
void drop_in_partitions(const Differences& differences, const Name& table, const Part& part,
                        DdlAction& action);

}  // namespace schemist::postgresql
