#pragma once
// Revision files: parsed and written as text, and read from a folder.
//
// A line is a marker only when it begins in the first column, so that the body of a function may contain
// indented comments of any form.

#include "history/revision.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// `path` is for messages only. Throws Error (mismatch) with file and line for whatever is damaged.
Revision parse_revision(std::string_view text, std::string path);

// The text of a file that parses to an equal revision. Throws Error when a step cannot be written without
// becoming something else.
std::string write_revision(const Revision& revision);

// The text that a template with {headers} and {sections} in it makes of a revision; {id}, {message}, {created} and
// {revises} may stand in it too. Throws Error (configuration) when that is not a file that says the same.
std::string write_revision(const Revision& revision, std::string_view layout, const std::string& layout_path);

// By "{id}_{slug}": "8f3c2a91d0b4_add_conversations.sql". Known are also year, month, day, hour, minute and second, of
// `created`. Throws Error (configuration) for other words, and for a name that would not be read.
std::string revision_file_name(const Revision& revision, std::string_view pattern = "{id}_{slug}");

// The words of a message joined by `_`, in small letters, at most 40 characters, as Alembic makes it.
std::string slug(std::string_view message);

// A text without a byte order mark and with \n as the only line end.
std::string normalise_text(std::string_view text);

// All *.sql of a folder but schema.*.sql, in the order of their names. `shown` is how the folder is called in
// messages and paths. A folder that is not there is an Error.
std::vector<Revision> read_revisions(const std::filesystem::path& folder, const std::string& shown);

}  // namespace schemist
