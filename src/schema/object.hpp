#pragma once
// One object of any kind, and how objects are found by their references. Made from the list of kinds.

#include "schema/schema.hpp"

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace schemist {

// Any object, or nothing. The order of the alternatives is that of the kinds.
#define SCHEMIST_ALTERNATIVE(kind, words, type, ...) , type
using Object = std::variant<std::monostate SCHEMIST_KINDS(SCHEMIST_ALTERNATIVE, SCHEMIST_ALTERNATIVE)>;
#undef SCHEMIST_ALTERNATIVE

template <class T>
struct KindOf;
#define SCHEMIST_KIND_OF(name, words, type, ...)  \
    template <>                                   \
    struct KindOf<type> {                         \
        static constexpr Kind value = Kind::name; \
    };
SCHEMIST_KINDS(SCHEMIST_KIND_OF, SCHEMIST_KIND_OF)
#undef SCHEMIST_KIND_OF

template <class T>
constexpr Kind kind_of = KindOf<T>::value;

// Of an object that is no part of a table.
template <class T>
Reference reference_of(const T& object) {
    if constexpr (requires { object.table; }) {
        return {kind_of<T>, object.table, object.name};
    } else if constexpr (requires { object.signature; }) {
        return {kind_of<T>, object.name, object.signature};
    } else if constexpr (std::is_same_v<decltype(object.name), std::string>) {
        return {kind_of<T>, {"", object.name}, {}};
    } else {
        return {kind_of<T>, object.name, {}};
    }
}

// What the objects of a list are sorted by, without a copy.
template <class T>
auto name_order(const T& object) {
    if constexpr (requires { object.table; }) {
        return std::tie(object.table, object.name);
    } else if constexpr (requires { object.signature; }) {
        return std::tie(object.name, object.signature);
    } else {
        return std::tie(object.name);
    }
}

// Calls `visit` with each list of objects of the schema.
template <class SchemaType, class Visitor>
void for_each_list(SchemaType& schema, Visitor&& visit) {
    Schema::fields([&](const char*, auto member) { visit(schema.*member); });
}

// Calls `visit` with the list of the two schemas, for every kind of object.
template <class Visitor>
void for_each_list(const Schema& one, const Schema& other, Visitor&& visit) {
    Schema::fields([&](const char*, auto member) { visit(one.*member, other.*member); });
}

template <class List>
using ElementOf = typename std::remove_cvref_t<List>::value_type;

// The object of that reference; nothing when it is not there. A table comes with its parts.
Object find_object(const Schema& schema, const Reference& reference);

// Columns, constraints and indexes: they stand in their table (indexes also in a materialized view).
bool is_part_of_table(Kind kind);

}  // namespace schemist
