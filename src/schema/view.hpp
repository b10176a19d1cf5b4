#pragma once
// The kinds `view` and `trigger`. On SQLite they are the statement that made them, since SQLite keeps nothing
// else.

#include "schema/name.hpp"

#include <string>

namespace schemist {

struct View {
    Name name;
    std::string definition;  // the whole CREATE VIEW statement, without a semicolon

    bool operator==(const View&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &View::name);
        visit("definition", &View::definition);
    }
};

struct Trigger {
    std::string name;
    Name table;              // the table or view that it belongs to
    std::string definition;  // the whole CREATE TRIGGER statement, without a semicolon

    bool operator==(const Trigger&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Trigger::name);
        visit("table", &Trigger::table);
        visit("definition", &Trigger::definition);
    }
};

}  // namespace schemist
