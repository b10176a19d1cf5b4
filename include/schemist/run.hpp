#pragma once
/// \file
/// The command line as a function, so that a program's own tool knows the program's models.

#include <schemist/model.hpp>

#include <span>
#include <vector>

namespace schemist {

/// Runs a command line of the `schemist` command and gives the process's exit code. Prints, and throws nothing.
int run(int argc, const char* const* argv, std::span<const TableDefinition> models);

/// The project's own tool, with which `revision --autogenerate` and `check` know the models.
/// \code
/// int main(int argc, char** argv) { return schemist::run(argc, argv, chat::models); }
/// \endcode
template <class... T>
int run(int argc, const char* const* argv, const Models<T...>& models) {
    const std::vector<TableDefinition> definitions = models.definitions();
    return run(argc, argv, std::span<const TableDefinition>(definitions));
}

}  // namespace schemist
