#pragma once
// The kinds `language`, `transform`, `cast`, `conversion` and `access_method`.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <string>

namespace schemist {

// Of procedures.
struct Language {
    std::string name;
    bool trusted = false;
    std::string handler;  // as written in SQL, without its parentheses; empty: the language is built in
    std::string inline_handler;  // as the handler; empty: none
    std::string validator;       // as the handler; empty: none
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const Language&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Language::name);
        visit("trusted", &Language::trusted);
        visit("handler", &Language::handler);
        visit("inline_handler", &Language::inline_handler);
        visit("validator", &Language::validator);
        visit("comment", &Language::comment);
        visit("privileges", &Language::privileges);
        visit("owner", &Language::owner);
    }
};

struct Transform {
    std::string name;  // of the two that follow, for people
    std::string type;
    std::string language;
    std::string definition;  // what stands between the parentheses
    std::string comment;

    bool operator==(const Transform&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Transform::name);
        visit("type", &Transform::type);
        visit("language", &Transform::language);
        visit("definition", &Transform::definition);
        visit("comment", &Transform::comment);
    }
};

struct Cast {
    std::string name;        // "(source AS target)"
    std::string definition;  // what follows the name: "WITHOUT FUNCTION AS IMPLICIT"
    std::string comment;

    bool operator==(const Cast&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Cast::name);
        visit("definition", &Cast::definition);
        visit("comment", &Cast::comment);
    }
};

// Between two encodings.
struct Conversion {
    Name name;
    std::string definition;  // what follows the name
    bool is_default = false;
    std::string comment;
    Owner owner{};

    bool operator==(const Conversion&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Conversion::name);
        visit("definition", &Conversion::definition);
        visit("is_default", &Conversion::is_default);
        visit("comment", &Conversion::comment);
        visit("owner", &Conversion::owner);
    }
};

// Of indexes or tables.
struct AccessMethod {
    std::string name;
    std::string definition;  // what follows the name: "TYPE INDEX HANDLER h"
    std::string comment;

    bool operator==(const AccessMethod&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &AccessMethod::name);
        visit("definition", &AccessMethod::definition);
        visit("comment", &AccessMethod::comment);
    }
};

}  // namespace schemist
