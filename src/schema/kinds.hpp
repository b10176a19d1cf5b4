#pragma once
// The one list of kinds. Schema, Object, Kind, their names, JSON, sorting and comparison are made from it, so that
// a new kind is a line here (and one in src/postgresql/kinds/kinds.cpp), and what is to be known of it in files of
// its own.

// OBJECT(kind, what people call it, type of the value, list of a Schema that it stands in)
// PART(kind, what people call it, type of the value): a part of a table, which stands in the table
//
// The order is the order in which objects are listed and, where nothing else decides, created.
#define SCHEMIST_KINDS(OBJECT, PART)                                                        \
    OBJECT(schema, "schema", Namespace, namespaces)                                         \
    OBJECT(extension, "extension", Extension, extensions)                                   \
    OBJECT(collation, "collation", Collation, collations)                                   \
    OBJECT(enum_type, "enum type", EnumType, enum_types)                                    \
    OBJECT(domain, "domain", Domain, domains)                                               \
    OBJECT(composite_type, "composite type", CompositeType, composite_types)                \
    OBJECT(range_type, "range type", RangeType, range_types)                                \
    OBJECT(sequence, "sequence", Sequence, sequences)                                       \
    OBJECT(table, "table", TableStructure, tables)                                          \
    PART(column, "column", Column)                                                          \
    PART(primary_key, "primary key", PrimaryKey)                                            \
    PART(unique, "unique constraint", UniqueConstraint)                                     \
    PART(check, "check", CheckConstraint)                                                   \
    PART(exclusion, "exclusion constraint", ExclusionConstraint)                            \
    PART(foreign_key, "foreign key", ForeignKey)                                            \
    PART(index, "index", Index)                                                             \
    OBJECT(statistics, "statistics", Statistics, statistics)                                \
    OBJECT(function, "function", Function, functions)                                       \
    OBJECT(aggregate, "aggregate", Aggregate, aggregates)                                   \
    OBJECT(view, "view", View, views)                                                       \
    OBJECT(materialized_view, "materialized view", MaterializedView, materialized_views)    \
    OBJECT(rule, "rule", Rule, rules)                                                       \
    OBJECT(trigger, "trigger", Trigger, triggers)                                           \
    OBJECT(policy, "policy", Policy, policies)                                              \
    OBJECT(event_trigger, "event trigger", EventTrigger, event_triggers)                    \
    OBJECT(default_privileges, "default privileges", DefaultPrivileges, default_privileges) 

// For a list of which only one sort is wanted.
#define SCHEMIST_NO_PART(...)
#define SCHEMIST_NO_OBJECT(...)
