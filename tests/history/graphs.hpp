#pragma once
// Histories in short: "a; b<a; c<a,b".

#include "history/graph.hpp"

#include <sstream>
#include <string>
#include <vector>

namespace schemist::test {

inline std::vector<std::string> split_list(std::string text, char separator) {
    std::vector<std::string> result;
    std::istringstream stream(text);
    for (std::string item; std::getline(stream, item, separator);) {
        item.erase(0, item.find_first_not_of(' '));
        item.erase(item.find_last_not_of(' ') + 1);
        if (!item.empty()) {
            result.push_back(item);
        }
    }
    return result;
}

// Each item is `id`, `id<parent,parent`, `id[label]<parent` or `id<parent>dependency`.
inline History history_of(const std::string& text) {
    std::vector<Revision> revisions;
    for (const std::string& item : split_list(text, ';')) {
        Revision revision;
        std::string left = item.substr(0, item.find_first_of("<>"));
        if (const std::size_t bracket = left.find('['); bracket != std::string::npos) {
            revision.labels = {left.substr(bracket + 1, left.size() - bracket - 2)};
            left.resize(bracket);
        }
        revision.id = left;
        const std::size_t more = item.find('<');
        const std::size_t needs = item.find('>');
        if (more != std::string::npos) {
            revision.parents =
                split_list(item.substr(more + 1, needs == std::string::npos ? needs : needs - more - 1), ',');
        }
        if (needs != std::string::npos) {
            revision.depends = split_list(item.substr(needs + 1), ',');
        }
        revision.path = left + ".sql";
        revision.revision_line = 1;
        revision.parents_line = 2;
        revision.depends_line = 3;
        revisions.push_back(revision);
    }
    return History(std::move(revisions));
}

}  // namespace schemist::test
