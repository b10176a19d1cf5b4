#pragma once
// What is remembered of a revision that was applied, so that a later edit of its file is noticed.

#include "history/revision.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace schemist {

enum class ChecksumMatch {
    equal,
    comments_only,  // the SQL that was applied is the same; comments, headers or other sections are not
    different,
};

// Dialect::without_comments of the dialect that the revision is applied with.
using WithoutComments = std::function<std::string(std::string_view)>;

// "1:<SHA-256 of the text>:<SHA-256 of the upgrade's SQL for this dialect without comments>". Line ends and a
// byte order mark have no part in it. A downgrade has none in the second: to repair one that was never run is
// no edit of what was applied.
std::string checksum(const Revision& revision, DialectName dialect, const WithoutComments& without_comments);

// Compares a checksum from a journal with the file as it is. Needs `without_comments` only when the text is
// different. A checksum of a version that this program does not know is an Error.
ChecksumMatch compare_checksum(std::string_view stored, const Revision& revision, DialectName dialect,
                               const WithoutComments& without_comments);

// SHA-256 in lower-case hexadecimal.
std::string sha256(std::string_view text);

}  // namespace schemist
