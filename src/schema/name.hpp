#pragma once
// How objects are called and referred to.

#include "schema/kinds.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace schemist {

// A name with the namespace (PostgreSQL's schema) it lives in; the namespace is empty on SQLite.
struct Name {
    std::string schema;
    std::string name;
    // The server has one of its own that is called so and found first: SQL has to name the schema. No part of the name.
    bool hidden = false;

    std::strong_ordering operator<=>(const Name& other) const {
        const std::strong_ordering order = schema <=> other.schema;
        return order == std::strong_ordering::equal ? name <=> other.name : order;
    }
    bool operator==(const Name& other) const { return schema == other.schema && name == other.name; }
};

// "schema.name", or "name" alone when there is no namespace or it is PostgreSQL's default one. For people,
// not for SQL.
std::string to_string(const Name& name);

// PostgreSQL's limit; it would cut longer names silently.
inline constexpr std::size_t longest_name = 63;
// The beginning of a text: not longer than that, and not cut inside of a character.
std::string_view cut(std::string_view text, std::size_t length);

// The name that PostgreSQL makes up of these: table_column_label, each cut where it gets too long.
std::string generated_name(std::string_view table, std::string_view column, std::string_view label);

// The sort of an object. The order is the order in which objects are listed and, where nothing else decides,
// created.
enum class Kind {
#define SCHEMIST_KIND(kind, ...) kind,
    SCHEMIST_KINDS(SCHEMIST_KIND, SCHEMIST_KIND)
#undef SCHEMIST_KIND
};

std::string_view to_string(Kind kind);

// What an object is to others.
enum class Nature {
    ground,  // others stand in it
    type,    // columns, arguments and attributes are made of it
    rows,    // it holds rows or values
    detail,  // it can be made again from its definition, and nothing is lost
};

constexpr Nature nature_of(Kind kind) {
    switch (kind) {
#define SCHEMIST_NATURE_OF_OBJECT(name, words, type, list, nature) \
    case Kind::name:                                               \
        return Nature::nature;
#define SCHEMIST_NATURE_OF_PART(name, words, type, nature) \
    case Kind::name:                                       \
        return Nature::nature;
        SCHEMIST_KINDS(SCHEMIST_NATURE_OF_OBJECT, SCHEMIST_NATURE_OF_PART)
#undef SCHEMIST_NATURE_OF_OBJECT
#undef SCHEMIST_NATURE_OF_PART
    }
    return Nature::detail;
}

// Which object: its kind, the table it is a part of or its own name, and for a part (a column, a constraint,
// an index, a trigger) its own name, for a function the types it is told apart by, as "(integer, text)". Equal
// references mean the same object.
struct Reference {
    Kind kind;
    Name name;
    std::string part;

    auto operator<=>(const Reference&) const = default;
};

// "column messages.content", "table conversations". For people.
std::string to_string(const Reference& reference);

}  // namespace schemist
