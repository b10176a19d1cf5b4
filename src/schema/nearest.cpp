#include "schema/nearest.hpp"

#include <algorithm>
#include <utility>

namespace schemist {

std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> previous(right.size() + 1);
    std::vector<std::size_t> current(right.size() + 1);
    for (std::size_t column = 0; column <= right.size(); ++column) {
        previous[column] = column;
    }
    for (std::size_t row = 1; row <= left.size(); ++row) {
        current[0] = row;
        for (std::size_t column = 1; column <= right.size(); ++column) {
            const bool same = left[row - 1] == right[column - 1];
            current[column] = std::min(
                {previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0U : 1U)});
            if (row > 1 && column > 1 && left[row - 1] == right[column - 2] &&
                left[row - 2] == right[column - 1]) {
                current[column] = std::min(current[column], before[column - 2] + 1);
            }
        }
        before.swap(previous);
        previous.swap(current);
    }
    return previous[right.size()];
}

std::vector<std::string> nearest(std::string_view word, std::span<const std::string> known,
                                 std::size_t limit) {
    const std::size_t most = std::max<std::size_t>(1, word.size() / 3);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& candidate : known) {
        // A word that was not finished is compared with as much of the candidate.
        const std::size_t whole = edit_distance(word, candidate);
        const std::size_t begin = candidate.size() > word.size()
                                      ? edit_distance(word, candidate.substr(0, word.size())) + 1
                                      : whole;
        if (const std::size_t distance = std::min(whole, begin); distance <= most) {
            found.emplace_back(distance, candidate);
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> result;
    for (std::size_t i = 0; i < std::min(limit, found.size()); ++i) {
        result.push_back(std::move(found[i].second));
    }
    return result;
}

}  // namespace schemist
