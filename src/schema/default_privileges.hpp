#pragma once
// The kind `default_privileges`: what a role grants by itself on what it makes.

#include "schema/privileges.hpp"

#include <string>

namespace schemist {

struct DefaultPrivileges {
    std::string name;     // of all three that follow, for people
    std::string role;     // whose objects; as written in SQL; CURRENT_USER: of whoever looks
    std::string schema;   // empty: in every one
    std::string objects;  // "TABLES", "SEQUENCES", "FUNCTIONS", "TYPES", "SCHEMAS"
    Privileges privileges;

    bool operator==(const DefaultPrivileges&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &DefaultPrivileges::name);
        visit("role", &DefaultPrivileges::role);
        visit("schema", &DefaultPrivileges::schema);
        visit("objects", &DefaultPrivileges::objects);
        visit("privileges", &DefaultPrivileges::privileges);
    }
};

}  // namespace schemist
