#pragma once
// How commands write files into the folder of the revisions.

#include "cli/project.hpp"
#include "history/revision.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace schemist::cli {

// A revision without sections, by --message, --rev-id (else a random id), --branch-label and --depends-on. Throws Error
// when the id or the label is taken, or a parent is no head and --splice was not given.
Revision begin_revision(const Invocation& invocation, const History& history,
                        std::vector<std::string> parents);

// By the project's pattern of names and its template.
std::filesystem::path new_revision_path(const Invocation& invocation, const Revision& revision);
std::string revision_text(const Invocation& invocation, const Revision& revision);

// Gives the path.
std::filesystem::path write_revision_file(const Invocation& invocation, const Revision& revision);

// The project's own command for a new file.
void run_after_revision(const Config& config, const std::filesystem::path& path);

// Whole or not at all: a file that is half written would stop every later command.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace schemist::cli
