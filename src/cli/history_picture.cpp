#include "cli/history_picture.hpp"

#include "cli/picture_text.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

using Index = History::Index;
using Lane = std::optional<Index>;  // the revision that comes next on it

// The lanes from the row that was drawn last to the next.
class Lanes {
  public:
    // Where the revision stands; lanes that lead to it are joined.
    std::size_t arrive(Index revision, std::string& text) {
        const auto found = std::ranges::find(lanes_, Lane(revision));
        const std::size_t lane =
            found == lanes_.end() ? free_lane(0) : static_cast<std::size_t>(found - lanes_.begin());
        lanes_[lane] = revision;
        for (std::size_t other = lanes_.size(); other-- > lane + 1;) {
            if (lanes_[other] == Lane(revision)) {
                lanes_[other].reset();
                draw_slant(other, lane, text);
            }
        }
        while (!lanes_.back()) {
            lanes_.pop_back();
        }
        return lane;
    }

    std::string row(std::size_t star) const {
        std::string row = bars();
        row[2 * star] = '*';
        return row;
    }

    void leave(std::size_t lane, std::span<const Index> parents, std::string& text) {
        lanes_[lane].reset();
        for (std::size_t i = 0; i < parents.size(); ++i) {
            if (i == 0) {
                lanes_[lane] = parents[i];
                continue;
            }
            const auto found = std::ranges::find(lanes_, Lane(parents[i]));
            const std::size_t to = found == lanes_.end() ? free_lane(lane + 1)
                                                         : static_cast<std::size_t>(found - lanes_.begin());
            draw_slant(lane, to, text);
            lanes_[to] = parents[i];
        }
    }

  private:
    std::size_t free_lane(std::size_t from) {
        const auto free =
            std::find(lanes_.begin() + static_cast<std::ptrdiff_t>(std::min(from, lanes_.size())),
                      lanes_.end(), Lane{});
        if (free != lanes_.end()) {
            return static_cast<std::size_t>(free - lanes_.begin());
        }
        lanes_.emplace_back();
        return lanes_.size() - 1;
    }

    std::string bars() const {
        std::string row(2 * lanes_.size(), ' ');
        for (std::size_t i = 0; i < lanes_.size(); ++i) {
            row[2 * i] = lanes_[i] ? '|' : ' ';
        }
        return row;
    }

    void draw_slant(std::size_t from, std::size_t to, std::string& text) const {
        for (std::size_t at = from; at != to; at += from < to ? 1 : std::size_t(-1)) {
            std::string row = bars();
            row[from < to ? 2 * at + 1 : 2 * at - 1] = from < to ? '\\' : '/';
            row.erase(row.find_last_not_of(' ') + 1);
            text += row + "\n";
        }
    }

    std::vector<Lane> lanes_;
};

std::vector<bool> flags_of(const History& history, ShownRevisions shown) {
    std::vector<bool> flags(history.size(), false);
    for (const Revision* revision : shown) {
        flags[*history.index_of(revision->id)] = true;
    }
    return flags;
}

std::vector<std::string> words_beside(const Revision& revision, const RevisionTexts& texts) {
    std::vector<std::string> words = texts.labels(revision);
    const std::vector<std::string> marks = texts.marks(revision);
    words.insert(words.end(), marks.begin(), marks.end());
    return words;
}

// A line for each connection among the shown: from what comes after to what comes before.
std::string connections(const History& history, ShownRevisions shown, std::string_view parent_form,
                        std::string_view needed_form) {
    const std::vector<bool> flags = flags_of(history, shown);
    std::string text;
    for (const Revision* revision : shown) {
        const Index index = *history.index_of(revision->id);
        for (const auto& [others, form] : {std::pair(history.parents(index), parent_form),
                                           std::pair(history.depends(index), needed_form)}) {
            for (const Index other : others) {
                text += flags[other] ? fmt::format(fmt::runtime(form), index, other) : "";
            }
        }
    }
    return text;
}

}  // namespace

std::string history_graph(const History& history, ShownRevisions shown, const RevisionTexts& texts) {
    const std::vector<bool> flags = flags_of(history, shown);
    Lanes lanes;
    std::string text;
    for (const Revision* revision : shown) {
        const Index index = *history.index_of(revision->id);
        const std::size_t lane = lanes.arrive(index, text);
        text += fmt::format("{}{}", lanes.row(lane), texts.short_line(*revision));
        std::vector<Index> parents(history.parents(index).begin(), history.parents(index).end());
        std::erase_if(parents, [&](Index parent) { return !flags[parent]; });
        lanes.leave(lane, parents, text);
    }
    return text;
}

std::string history_dot(const History& history, ShownRevisions shown, const RevisionTexts& texts) {
    std::string text =
        "digraph history {\n    rankdir=BT;\n    node [shape=box, style=rounded, fontname=\"sans-serif\", "
        "fontsize=11];\n    edge [dir=back];\n";
    for (const Revision* revision : shown) {
        const std::vector<std::string> words = words_beside(*revision, texts);
        text += fmt::format(
            "    r{} [label={}];\n", *history.index_of(revision->id),
            dot_quoted(fmt::format("{}{}\n{}", revision->id,
                                   words.empty() ? "" : fmt::format(" ({})", fmt::join(words, ", ")),
                                   revision->message)));
    }
    return text + connections(history, shown, "    r{1} -> r{0};\n", "    r{1} -> r{0} [style=dashed];\n") +
           "}\n";
}

std::string history_mermaid(const History& history, ShownRevisions shown, const RevisionTexts& texts) {
    std::string text = "flowchart BT\n";
    for (const Revision* revision : shown) {
        const std::vector<std::string> words = words_beside(*revision, texts);
        text += fmt::format("    r{}[\"{}{}<br/>{}\"]\n", *history.index_of(revision->id), revision->id,
                            words.empty() ? "" : fmt::format(" ({})", fmt::join(words, ", ")),
                            html_escaped(revision->message));
    }
    return text + connections(history, shown, "    r{1} --> r{0}\n", "    r{1} -.-> r{0}\n");
}

}  // namespace schemist::cli
