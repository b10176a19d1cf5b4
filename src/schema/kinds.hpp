#pragma once
// The one list of kinds. Schema, Object, Kind, their names, JSON, sorting and comparison are made from it, so that
// a new kind is a line here (and one in src/postgresql/kinds/kinds.cpp), and what is to be known of it in files of
// its own.

// OBJECT(kind, what people call it, type of the value, list of a Schema that it stands in, nature)
// PART(kind, what people call it, type of the value, nature): a part of a table, which stands in the table
//
// The nature is what decides how an object is treated beside others: see Nature in name.hpp.
//
// The order is the order in which objects are listed and, where nothing else decides, created.
// clang-format off
#define SCHEMIST_KINDS(OBJECT, PART)                                                                                            \
    OBJECT(schema, "schema", Namespace, namespaces, ground)                                                                     \
    OBJECT(extension, "extension", Extension, extensions, type)                                                                 \
    OBJECT(language, "language", Language, languages, detail)                                                                   \
    OBJECT(access_method, "access method", AccessMethod, access_methods, detail)                                                \
    OBJECT(foreign_data_wrapper, "foreign-data wrapper", ForeignDataWrapper, foreign_data_wrappers, detail)                     \
    OBJECT(foreign_server, "server", ForeignServer, foreign_servers, detail)                                                    \
    OBJECT(user_mapping, "user mapping", UserMapping, user_mappings, detail)                                                    \
    OBJECT(collation, "collation", Collation, collations, type)                                                                 \
    OBJECT(conversion, "conversion", Conversion, conversions, detail)                                                           \
    OBJECT(enum_type, "enum type", EnumType, enum_types, type)                                                                  \
    OBJECT(domain, "domain", Domain, domains, type)                                                                             \
    OBJECT(composite_type, "composite type", CompositeType, composite_types, type)                                              \
    OBJECT(range_type, "range type", RangeType, range_types, type)                                                              \
    OBJECT(base_type, "base type", BaseType, base_types, type)                                                                  \
    OBJECT(sequence, "sequence", Sequence, sequences, rows)                                                                     \
    OBJECT(table, "table", TableStructure, tables, rows)                                                                        \
    PART(column, "column", Column, rows)                                                                                        \
    PART(primary_key, "primary key", PrimaryKey, detail)                                                                        \
    PART(unique, "unique constraint", UniqueConstraint, detail)                                                                 \
    PART(check, "check", CheckConstraint, detail)                                                                               \
    PART(exclusion, "exclusion constraint", ExclusionConstraint, detail)                                                        \
    PART(foreign_key, "foreign key", ForeignKey, detail)                                                                        \
    PART(index, "index", Index, detail)                                                                                         \
    OBJECT(statistics, "statistics", Statistics, statistics, detail)                                                            \
    OBJECT(function, "function", Function, functions, detail)                                                                   \
    OBJECT(aggregate, "aggregate", Aggregate, aggregates, detail)                                                               \
    OBJECT(sql_operator, "operator", Operator, operators, detail)                                                                  \
    OBJECT(operator_family, "operator family", OperatorFamily, operator_families, detail)                                       \
    OBJECT(operator_class, "operator class", OperatorClass, operator_classes, detail)                                           \
    OBJECT(cast, "cast", Cast, casts, detail)                                                                                   \
    OBJECT(transform, "transform", Transform, transforms, detail)                                                               \
    OBJECT(text_search_parser, "text search parser", TextSearchParser, text_search_parsers, detail)                             \
    OBJECT(text_search_template, "text search template", TextSearchTemplate, text_search_templates, detail)                     \
    OBJECT(text_search_dictionary, "text search dictionary", TextSearchDictionary, text_search_dictionaries, detail)            \
    OBJECT(text_search_configuration, "text search configuration", TextSearchConfiguration, text_search_configurations, detail) \
    OBJECT(view, "view", View, views, detail)                                                                                   \
    OBJECT(materialized_view, "materialized view", MaterializedView, materialized_views, detail)                                \
    OBJECT(rule, "rule", Rule, rules, detail)                                                                                   \
    OBJECT(trigger, "trigger", Trigger, triggers, detail)                                                                       \
    OBJECT(policy, "policy", Policy, policies, detail)                                                                          \
    OBJECT(event_trigger, "event trigger", EventTrigger, event_triggers, detail)                                                \
    OBJECT(publication, "publication", Publication, publications, detail)                                                       \
    OBJECT(subscription, "subscription", Subscription, subscriptions, detail)                                                   \
    OBJECT(security_label, "security label", SecurityLabel, security_labels, detail)                                            \
    OBJECT(default_privileges, "default privileges", DefaultPrivileges, default_privileges, detail)
// clang-format on

// For a list of which only one sort is wanted.
#define SCHEMIST_NO_PART(...)
#define SCHEMIST_NO_OBJECT(...)
