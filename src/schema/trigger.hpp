#pragma once
// The kinds `trigger`, `rule` and `policy`, which belong to a table or a view.

#include "schema/name.hpp"

#include <string>
#include <vector>

namespace schemist {

struct Trigger {
    std::string name;
    Name table;              // the table or view that it belongs to
    std::string definition;  // the whole CREATE TRIGGER statement, without a semicolon; empty: see the next
    std::string
        state{};  // when it fires, as written after ENABLE: "REPLICA", "ALWAYS"; "DISABLE"; empty: as usual
    std::string comment{};
    // A partition's own state of a trigger that it has from its parent, where that is another one.
    bool inherited = false;

    bool operator==(const Trigger&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Trigger::name);
        visit("table", &Trigger::table);
        visit("definition", &Trigger::definition);
        visit("inherited", &Trigger::inherited);
        visit("state", &Trigger::state);
        visit("comment", &Trigger::comment);
    }
};

struct Rule {
    std::string name;
    Name table;
    std::string definition;  // the whole CREATE RULE statement
    std::string state;       // as for Trigger
    std::string comment;

    bool operator==(const Rule&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Rule::name);
        visit("table", &Rule::table);
        visit("definition", &Rule::definition);
        visit("state", &Rule::state);
        visit("comment", &Rule::comment);
    }
};

struct Policy {
    std::string name;
    Name table;
    bool restrictive = false;
    std::string command;             // "ALL", "SELECT", ...
    std::vector<std::string> roles;  // as written in SQL; "public" for everybody
    std::string condition;           // USING; empty: none
    std::string check;               // WITH CHECK; empty: none
    std::string comment;

    bool operator==(const Policy&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Policy::name);
        visit("table", &Policy::table);
        visit("restrictive", &Policy::restrictive);
        visit("command", &Policy::command);
        visit("roles", &Policy::roles);
        visit("using", &Policy::condition);
        visit("check", &Policy::check);
        visit("comment", &Policy::comment);
    }
};

}  // namespace schemist
