#pragma once
// Why an older server does not understand what a newer one does.

#include <cstddef>
#include <string>
#include <string_view>

namespace schemist::postgresql {

// "NULLS NOT DISTINCT needs PostgreSQL 15, and this server is PostgreSQL 14", where the server of that major refused the
// syntax of `sql` at that byte because it came with a later one; empty when that is not why. Pure.
std::string newer_syntax(std::string_view sql, std::size_t position, int server_major);

}  // namespace schemist::postgresql
