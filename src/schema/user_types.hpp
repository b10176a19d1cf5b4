#pragma once
// The kinds `domain`, `composite_type`, `range_type` and `base_type`.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <string>
#include <vector>

namespace schemist {

struct DomainConstraint {
    std::string name;
    std::string definition;  // "CHECK ((VALUE > 0))", with NOT VALID behind it
    std::string comment;

    bool operator==(const DomainConstraint&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &DomainConstraint::name);
        visit("definition", &DomainConstraint::definition);
        visit("comment", &DomainConstraint::comment);
    }
};

struct Domain {
    Name name;
    std::string type;
    std::string collation;  // as written in SQL; empty: the type's own
    bool not_null = false;
    // PostgreSQL 17: a constraint with a name (empty: what the server makes of the domain's) and a comment.
    std::string not_null_name;
    std::string not_null_comment;
    std::string default_expression;  // empty: none
    std::vector<DomainConstraint> constraints;
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const Domain&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Domain::name);
        visit("type", &Domain::type);
        visit("collation", &Domain::collation);
        visit("not_null", &Domain::not_null);
        visit("not_null_name", &Domain::not_null_name);
        visit("not_null_comment", &Domain::not_null_comment);
        visit("default", &Domain::default_expression);
        visit("constraints", &Domain::constraints);
        visit("comment", &Domain::comment);
        visit("privileges", &Domain::privileges);
        visit("owner", &Domain::owner);
    }
};

struct Attribute {
    std::string name;
    std::string type;
    std::string collation;  // as for Domain
    std::string comment;

    bool operator==(const Attribute&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Attribute::name);
        visit("type", &Attribute::type);
        visit("collation", &Attribute::collation);
        visit("comment", &Attribute::comment);
    }
};

struct CompositeType {
    Name name;
    std::vector<Attribute> attributes;
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const CompositeType&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &CompositeType::name);
        visit("attributes", &CompositeType::attributes);
        visit("comment", &CompositeType::comment);
        visit("privileges", &CompositeType::privileges);
        visit("owner", &CompositeType::owner);
    }
};

struct RangeType {
    Name name;
    std::string definition;  // what stands between the parentheses after AS RANGE
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const RangeType&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &RangeType::name);
        visit("definition", &RangeType::definition);
        visit("comment", &RangeType::comment);
        visit("privileges", &RangeType::privileges);
        visit("owner", &RangeType::owner);
    }
};

// A type that functions read and write. One that was only announced is a shell.
struct BaseType {
    Name name;
    std::string definition;  // what stands between the parentheses; empty: a shell
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const BaseType&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &BaseType::name);
        visit("definition", &BaseType::definition);
        visit("comment", &BaseType::comment);
        visit("privileges", &BaseType::privileges);
        visit("owner", &BaseType::owner);
    }
};

}  // namespace schemist
