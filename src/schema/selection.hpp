#pragma once
// Which objects of a database are looked at: patterns by kind, schema and name.

#include "schema/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// "audit.*", "table:public.tmp_*", "extension:*", "spatial_ref_sys". `*` stands for any text and `?` for one letter.
struct ObjectPattern {
    std::optional<Kind> kind;           // nothing: any
    std::optional<std::string> schema;  // nothing: any, and objects that are in none
    std::string name;

    // `name` may also be a schema itself, which `schema.*` means too.
    bool matches(Kind object, const Name& full_name) const;

    bool operator==(const ObjectPattern&) const = default;
};

// Throws Error (configuration) for an unknown kind, and for one that is a part of a table.
ObjectPattern parse_object_pattern(std::string_view text);

// Whether a text is as a pattern with `*` and `?` says.
bool matches_wildcards(std::string_view pattern, std::string_view text);

struct Selection {
    std::vector<ObjectPattern> include;  // none: everything
    std::vector<ObjectPattern> exclude;  // comes before what is included
    bool owners = false;                 // whether who owns an object is a part of it

    bool is_everything() const { return include.empty() && exclude.empty(); }
    bool takes(Kind kind, const Name& name) const;

    bool operator==(const Selection&) const = default;
};

// Without what is not selected. What belongs to a table goes with it.
Schema selected(Schema schema, const Selection& selection);

}  // namespace schemist
