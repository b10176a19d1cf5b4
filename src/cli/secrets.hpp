#pragma once
// A URL may stand where no URL was expected, and a message repeats it.

#include <string>
#include <string_view>

namespace schemist::cli {

// The text with *** for what looks like the password of a URL or of a connection string.
std::string without_passwords(std::string_view text);

}  // namespace schemist::cli
