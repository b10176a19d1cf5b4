#pragma once
// The kind `sequence`, and the options that an identity column shares with it.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace schemist {

// Options that are not set take the database's own default. Introspection sets all of them.
struct SequenceOptions {
    std::string type;  // "bigint", "integer", "smallint"; empty: the database's default
    std::optional<std::int64_t> start;
    std::optional<std::int64_t> increment;
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::optional<std::int64_t> cache;
    bool cycle = false;

    bool operator==(const SequenceOptions&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("type", &SequenceOptions::type);
        visit("start", &SequenceOptions::start);
        visit("increment", &SequenceOptions::increment);
        visit("minimum", &SequenceOptions::minimum);
        visit("maximum", &SequenceOptions::maximum);
        visit("cache", &SequenceOptions::cache);
        visit("cycle", &SequenceOptions::cycle);
    }
};

// The column a sequence is OWNED BY: it is dropped with it.
struct ColumnName {
    Name table;
    std::string column;

    bool operator==(const ColumnName&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("table", &ColumnName::table);
        visit("column", &ColumnName::column);
    }
};

// A sequence of its own. One that implements an identity column is part of that column instead
// (Column::identity).
struct Sequence {
    Name name;
    SequenceOptions options;
    std::optional<ColumnName> owned_by;
    bool unlogged = false;
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const Sequence&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Sequence::name);
        visit("options", &Sequence::options);
        visit("owned_by", &Sequence::owned_by);
        visit("unlogged", &Sequence::unlogged);
        visit("comment", &Sequence::comment);
        visit("privileges", &Sequence::privileges);
        visit("owner", &Sequence::owner);
    }
};

}  // namespace schemist
