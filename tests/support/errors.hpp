#pragma once
// What went wrong, as a value to look at.

#include <schemist/error.hpp>

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace schemist::test {

Error error_of(const auto& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no Error was thrown");
    return Error("");
}

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace schemist::test
