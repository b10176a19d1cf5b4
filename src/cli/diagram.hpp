#pragma once
// A schema as a picture: tables, columns, keys.

#include "schema/schema.hpp"

#include <string>

namespace schemist::cli {

// For Graphviz and for Mermaid.
std::string diagram_dot(const Schema& schema);
std::string diagram_mermaid(const Schema& schema);

// A page that needs no other file: the picture, and a field that finds tables and columns.
std::string diagram_page(const Schema& schema);

}  // namespace schemist::cli
