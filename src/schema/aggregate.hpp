#pragma once
// The kind `aggregate`.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <string>

namespace schemist {

struct Aggregate {
    Name name;
    std::string signature;   // "(integer)", "(*)", "(integer ORDER BY text)"
    std::string arguments;   // the same with the names of the arguments, for CREATE
    std::string definition;  // what stands between the second parentheses: "SFUNC = f, STYPE = integer"
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const Aggregate&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Aggregate::name);
        visit("signature", &Aggregate::signature);
        visit("arguments", &Aggregate::arguments);
        visit("definition", &Aggregate::definition);
        visit("comment", &Aggregate::comment);
        visit("privileges", &Aggregate::privileges);
        visit("owner", &Aggregate::owner);
    }
};

}  // namespace schemist
