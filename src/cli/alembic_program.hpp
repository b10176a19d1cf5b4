#pragma once
// The Python program that reads an Alembic history; its text is src/cli/alembic_history.py.

#include <string_view>

namespace schemist::cli {

std::string_view alembic_program();

}  // namespace schemist::cli
