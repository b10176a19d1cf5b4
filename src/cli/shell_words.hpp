#pragma once
// Words of a shell's command line.

#include <string>
#include <string_view>

namespace schemist::cli {

// One word for the shell, whatever is in it.
std::string shell_quoted(std::string_view text);

}  // namespace schemist::cli
