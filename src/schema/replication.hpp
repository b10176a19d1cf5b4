#pragma once
// The kinds `publication` and `subscription`.

#include "schema/privileges.hpp"

#include <string>
#include <vector>

namespace schemist {

struct Publication {
    std::string name;
    bool all_tables = false;
    std::vector<std::string> objects;  // "TABLE ONLY t (a, b) WHERE (a > 1)", "TABLES IN SCHEMA s"
    std::string parameters;            // what stands in the parentheses after WITH
    std::string comment;
    Owner owner{};

    bool operator==(const Publication&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Publication::name);
        visit("all_tables", &Publication::all_tables);
        visit("objects", &Publication::objects);
        visit("parameters", &Publication::parameters);
        visit("comment", &Publication::comment);
        visit("owner", &Publication::owner);
    }
};

// Whether it is enabled is no part of it: it is so to whoever runs the replication.
struct Subscription {
    std::string name;
    std::string connection;  // without its secrets; empty: this user may not see it
    std::vector<std::string> publications;
    std::string slot;        // empty: none
    std::string parameters;  // what stands in the parentheses after WITH, without the slot
    std::string comment;
    Owner owner{};

    // What this user may not see is no difference.
    bool operator==(const Subscription& other) const {
        const bool both_seen = !connection.empty() && !other.connection.empty();
        return name == other.name && (!both_seen || connection == other.connection) &&
               publications == other.publications && slot == other.slot && parameters == other.parameters &&
               comment == other.comment && owner == other.owner;
    }

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Subscription::name);
        visit("connection", &Subscription::connection);
        visit("publications", &Subscription::publications);
        visit("slot", &Subscription::slot);
        visit("parameters", &Subscription::parameters);
        visit("comment", &Subscription::comment);
        visit("owner", &Subscription::owner);
    }
};

}  // namespace schemist
