#pragma once
// A target expression in its parts: "branch@symbol+2".

#include <schemist/error.hpp>

#include <string>
#include <string_view>

namespace schemist {

struct Expression {
    std::string_view whole;
    std::string_view branch;
    std::string_view symbol;  // head, heads, base, a name, or empty for a number alone
    int offset = 0;
    bool relative = false;

    bool from_current() const { return relative && symbol.empty(); }
};

// Throws Error (configuration) when it cannot be one.
Expression read_expression(std::string_view whole);

// What all errors about target expressions have in common.
Error wrong_target(std::string what);

}  // namespace schemist
