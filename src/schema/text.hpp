#pragma once
// What every module does with text.

#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// Letters of ASCII alone: what SQL, URLs and headers of files compare without regard to case.
std::string to_lower(std::string_view text);

// "a, b" as "a" and "b": without the blanks around them, and without those that are empty.
std::vector<std::string> comma_list(std::string_view text);

}  // namespace schemist
