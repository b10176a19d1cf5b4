#pragma once
// A history whose every step leaves a trace, and what the traces must say.

#include <schemist/connection.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace schemist::test {

// Revision files of transactional steps, indexes built outside of transactions and changes of rows, in a folder
// `migrations`. They change the table `kept`, which belongs to nobody's revisions, and write into the table `trace`.
void write_history(const std::filesystem::path& folder, DialectName dialect);

// Makes `kept` with its rows, and `trace`.
void make_tables(Connection& connection);

// What is wrong, empty when nothing is: a row lost, a step that ran twice or not at all, an index that is not valid, a
// journal that does not say what is there.
std::vector<std::string> violations(Connection& connection, bool at_head);

}  // namespace schemist::test
