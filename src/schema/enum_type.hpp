#pragma once
// The kind `enum_type`: PostgreSQL's enumerated types.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <string>
#include <vector>

namespace schemist {

struct EnumType {
    Name name;
    std::vector<std::string> values;  // in their sort order
    std::string comment;
    Privileges privileges{};
    Owner owner{};

    bool operator==(const EnumType&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &EnumType::name);
        visit("values", &EnumType::values);
        visit("comment", &EnumType::comment);
        visit("privileges", &EnumType::privileges);
        visit("owner", &EnumType::owner);
    }
};

}  // namespace schemist
