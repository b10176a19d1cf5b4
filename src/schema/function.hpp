#pragma once
// The kind `function`: functions and procedures.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <cstdint>
#include <string>

namespace schemist {

struct Function {
    Name name;
    std::string signature;  // types of the arguments that tell it from others of its name: "(integer, text)"
    std::string sort;       // "function", "procedure", "window function"
    std::string arguments;  // with modes, names and types, without defaults
    std::string result;     // as written after RETURNS; empty for a procedure
    std::string language;
    std::string definition;        // the whole CREATE OR REPLACE statement, as the server prints it
    std::int64_t defaults = 0;     // how many arguments have one
    bool has_unread_body = false;  // a text that the server does not look into for what it uses
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const Function&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Function::name);
        visit("signature", &Function::signature);
        visit("sort", &Function::sort);
        visit("arguments", &Function::arguments);
        visit("result", &Function::result);
        visit("language", &Function::language);
        visit("definition", &Function::definition);
        visit("defaults", &Function::defaults);
        visit("has_unread_body", &Function::has_unread_body);
        visit("comment", &Function::comment);
        visit("privileges", &Function::privileges);
        visit("owner", &Function::owner);
    }
};

}  // namespace schemist
