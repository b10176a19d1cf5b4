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

// "8f3c2a91d0b4_add_conversations.sql"
std::string revision_file_name(const Revision& revision);

// The words of a message joined by `_`, in small letters, at most 40 characters, as Alembic makes it.
std::string slug(std::string_view message);

// A text without a byte order mark and with \n as the only line end.
std::string normalise_text(std::string_view text);

// All *.sql of a folder but schema.*.sql, in the order of their names. `shown` is how the folder is called in
// messages and paths. A folder that is not there is an Error.
std::vector<Revision> read_revisions(const std::filesystem::path& folder, const std::string& shown);

}  // namespace schemist
