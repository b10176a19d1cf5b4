#pragma once
// The kinds `sql_operator`, `operator_family` and `operator_class`.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <string>
#include <vector>

namespace schemist {

struct Operator {
    Name name;
    std::string signature;    // "(integer, integer)"; NONE stands for an operand that is not there
    std::string definition;   // what cannot be altered in any version: "FUNCTION = f, LEFTARG = integer, ..."
    std::string restriction;  // as written in SQL; empty: none
    std::string join;         // as the restriction
    std::string comment;
    Owner owner{};

    bool operator==(const Operator&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Operator::name);
        visit("signature", &Operator::signature);
        visit("definition", &Operator::definition);
        visit("restriction", &Operator::restriction);
        visit("join", &Operator::join);
        visit("comment", &Operator::comment);
        visit("owner", &Operator::owner);
    }
};

struct OperatorFamily {
    Name name;
    std::string signature;             // its access method: "(btree)"
    std::vector<std::string> members;  // that belong to no class: "OPERATOR 1 <(integer,bigint)"
    std::string comment;
    Owner owner{};

    bool operator==(const OperatorFamily&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &OperatorFamily::name);
        visit("signature", &OperatorFamily::signature);
        visit("members", &OperatorFamily::members);
        visit("comment", &OperatorFamily::comment);
        visit("owner", &OperatorFamily::owner);
    }
};

struct OperatorClass {
    Name name;
    std::string signature;   // its access method: "(btree)"
    std::string definition;  // what follows the name
    std::string comment;
    Owner owner{};

    bool operator==(const OperatorClass&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &OperatorClass::name);
        visit("signature", &OperatorClass::signature);
        visit("definition", &OperatorClass::definition);
        visit("comment", &OperatorClass::comment);
        visit("owner", &OperatorClass::owner);
    }
};

}  // namespace schemist
