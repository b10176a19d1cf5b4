#pragma once
// How the values of a column go over to a type that is made anew beside the old one. Pure.

#include "postgresql/kinds/kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

struct MovedValue {
    std::string expression;           // for ALTER COLUMN ... TYPE ... USING
    std::vector<std::string> before;  // statements that it needs
    std::vector<std::string> after;   // and those that take them back
};

// Values of composite types go over attribute by attribute, by their names, all others through their text.
MovedValue moved_value(const Column& before, const Column& after, const Differences& differences);

// The one of these types that a column's type text without modifiers and brackets names; null when it names none.
template <class T>
const T* type_of(const std::vector<T>& types, std::string_view base) {
    const auto found = std::ranges::find_if(types, [&](const T& type) {
        return base.ends_with('"') || base.ends_with(type.name.name) ? qualified(type.name) == base : false;
    });
    return found == types.end() ? nullptr : &*found;
}

}  // namespace schemist::postgresql
