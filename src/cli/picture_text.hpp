#pragma once
// Texts in pictures and pages.

#include <string>
#include <string_view>

namespace schemist::cli {

std::string html_escaped(std::string_view text);
// A string of Graphviz' language.
std::string dot_quoted(std::string_view text);

// What Graphviz' program `dot` makes of it, without the lines above <svg>. Throws Error when there is no such program.
std::string svg_of(const std::string& dot);

}  // namespace schemist::cli
