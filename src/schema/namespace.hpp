#pragma once
// The kind `schema`: PostgreSQL's namespaces. The word schema alone means the whole structure in this code.

#include "schema/privileges.hpp"

#include <string>

namespace schemist {

struct Namespace {
    std::string name;
    std::string comment;
    Privileges privileges{};
    Owner owner{};

    bool operator==(const Namespace&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Namespace::name);
        visit("comment", &Namespace::comment);
        visit("privileges", &Namespace::privileges);
        visit("owner", &Namespace::owner);
    }
};

}  // namespace schemist
