#pragma once
// The kinds `extension`, `event_trigger`, `collation` and `statistics`.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace schemist {

// An object of an extension whose privileges are others than the extension gave it.
struct ExtensionMember {
    std::string object;  // as written after GRANT ... ON: "ROUTINE public.f(integer)"
    Privileges privileges;

    bool operator==(const ExtensionMember&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("object", &ExtensionMember::object);
        visit("privileges", &ExtensionMember::privileges);
    }
};

// Its objects are its own.
struct Extension {
    std::string name;
    std::string schema;   // in which its objects are; empty: those of it live in none
    std::string version;  // empty: the one that the server would install
    std::string comment;  // empty: the one that comes with it
    std::vector<ExtensionMember> members{};

    bool operator==(const Extension&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Extension::name);
        visit("schema", &Extension::schema);
        visit("version", &Extension::version);
        visit("comment", &Extension::comment);
        visit("members", &Extension::members);
    }
};

struct EventTrigger {
    std::string name;
    std::string event;              // "ddl_command_end", ...
    std::vector<std::string> tags;  // the commands that it is for; none: all
    std::string function;           // as written in SQL, without its parentheses
    std::string state;              // as for Trigger
    std::string comment;
    Owner owner{};

    bool operator==(const EventTrigger&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &EventTrigger::name);
        visit("event", &EventTrigger::event);
        visit("tags", &EventTrigger::tags);
        visit("function", &EventTrigger::function);
        visit("state", &EventTrigger::state);
        visit("comment", &EventTrigger::comment);
        visit("owner", &EventTrigger::owner);
    }
};

struct Collation {
    Name name;
    std::string definition;  // what stands between the parentheses
    std::string comment;
    Owner owner{};

    bool operator==(const Collation&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Collation::name);
        visit("definition", &Collation::definition);
        visit("comment", &Collation::comment);
        visit("owner", &Collation::owner);
    }
};

// CREATE STATISTICS.
struct Statistics {
    Name name;
    std::string definition;  // the whole statement
    std::optional<std::int64_t> target;
    std::string comment;
    Owner owner{};

    bool operator==(const Statistics&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Statistics::name);
        visit("definition", &Statistics::definition);
        visit("target", &Statistics::target);
        visit("comment", &Statistics::comment);
        visit("owner", &Statistics::owner);
    }
};

}  // namespace schemist
