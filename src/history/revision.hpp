#pragma once
// One migration file as a value.

#include <schemist/connection.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

enum class Direction { upgrade, downgrade };

std::string_view to_string(Direction direction);

// The SQL between two `-- step` lines.
struct RevisionStep {
    std::string text;      // without blank lines around it; lines end in \n alone
    std::size_t line = 0;  // where the text begins in the file, from 1

    // The line has no part in it: the same SQL is the same step wherever it stands.
    bool operator==(const RevisionStep& other) const { return text == other.text; }
};

struct RevisionSection {
    Direction direction = Direction::upgrade;
    std::optional<DialectName> dialect;  // nothing: for any
    std::vector<RevisionStep> steps;     // never empty; one step with an empty text says "nothing to do"
    std::size_t line = 0;                // of the `-- upgrade:` line

    bool operator==(const RevisionSection& other) const {
        return direction == other.direction && dialect == other.dialect && steps == other.steps;
    }
};

struct Revision {
    std::string id;
    std::vector<std::string> parents;  // none: a base; several: a merge
    std::string message;
    std::string created;  // ISO 8601 in UTC, or empty
    std::vector<std::string> labels;
    std::vector<std::string> depends;
    std::vector<std::string>
        replaces;  // revisions that were squashed into this one, and have no files any more
    std::vector<RevisionSection> sections;

    std::string path;  // "migrations/8f3c_add.sql", or the name of an embedded one
    std::string text;  // the whole file as it was read
    std::size_t revision_line = 0;
    std::size_t parents_line = 0;  // of `-- revises:`, or of `-- revision:` when there is none
    std::size_t depends_line = 0;
    std::size_t replaces_line = 0;

    // The section for this dialect, or the one for any; nullptr when there is neither.
    const RevisionSection* section(Direction direction, DialectName dialect) const;

    // "migrations/8f3c_add.sql:12"
    std::string at(std::size_t line) const;
};

// 12 random hexadecimal digits.
std::string new_id();

// Whether a text may be the id of a revision: letters, digits, `_` and `.`, and none of the words of target
// expressions.
bool is_valid_id(std::string_view id);

}  // namespace schemist
