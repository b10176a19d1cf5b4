#pragma once
// A history as a picture.

#include "cli/revision_text.hpp"
#include "history/graph.hpp"

#include <span>
#include <string>

namespace schemist::cli {

// The revisions of the history that are shown, newest first.
using ShownRevisions = std::span<const Revision* const>;

// Lines and stars, as `git log --graph` draws them.
std::string history_graph(const History& history, ShownRevisions shown, const RevisionTexts& texts);

// For Graphviz, and for Mermaid; the newest on top. What is only depended on is joined by a dashed line.
std::string history_dot(const History& history, ShownRevisions shown, const RevisionTexts& texts);
std::string history_mermaid(const History& history, ShownRevisions shown, const RevisionTexts& texts);

}  // namespace schemist::cli
