#include "cli/commands.hpp"
#include "cli/history_picture.hpp"
#include "cli/json.hpp"
#include "cli/picture_text.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"
#include "history/range.hpp"

#include <algorithm>
#include <optional>

namespace schemist::cli {
namespace {

bool asks_database(const Arguments& arguments) {
    return arguments.has("indicate-current") ||
           arguments.value("rev-range").find("current") != std::string::npos;
}

// Newest first.
std::vector<const Revision*> wanted(const Invocation& invocation, const History& history,
                                    const std::vector<std::string>& applied) {
    std::vector<const Revision*> result;
    const std::string text = invocation.arguments().value("rev-range");
    for (const std::string& id : range(history, applied, text.empty() ? ":" : text)) {
        result.push_back(history.find(id));
    }
    return result;
}

Json to_json(const RevisionTexts& texts, const Revision& revision, bool with_current) {
    Json entry = cli::to_json(revision);
    const std::vector<std::string> marks = texts.marks(revision);
    const auto has = [&](const char* mark) { return std::ranges::find(marks, mark) != marks.end(); };
    entry["branches"] = texts.labels(revision);
    entry["head"] = has("head") || has("effective head");
    if (with_current) {
        entry["current"] = has("current");
    }
    return entry;
}

std::optional<std::string> picture_of(const Arguments& arguments, const History& history,
                                      ShownRevisions shown, const RevisionTexts& texts) {
    if (arguments.has("graph")) {
        return history_graph(history, shown, texts);
    }
    if (arguments.has("mermaid")) {
        return history_mermaid(history, shown, texts);
    }
    if (arguments.has("dot")) {
        return history_dot(history, shown, texts);
    }
    if (arguments.has("svg")) {
        return svg_of(history_dot(history, shown, texts));
    }
    return std::nullopt;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    StatusReport report;
    std::vector<std::string> applied;
    if (asks_database(invocation.arguments())) {
        const auto connection = invocation.connect();
        report = status(*connection, invocation.dialect(), history,
                        invocation.journal(invocation.dialect().name()));
        for (const JournalRow& row : report.applied) {
            applied.push_back(row.id);
        }
    }
    const bool indicate = invocation.arguments().has("indicate-current");
    const RevisionTexts texts(history, indicate ? report.current : std::vector<std::string>{},
                              invocation.output());
    Json json = Json::array();
    std::string text;
    const std::vector<const Revision*> shown = wanted(invocation, history, applied);
    for (const Revision* revision : shown) {
        if (invocation.json()) {
            json.push_back(to_json(texts, *revision, indicate));
        } else {
            text += invocation.arguments().has("verbose") ? texts.block(*revision) : texts.line(*revision);
        }
    }
    if (const std::optional<std::string> picture =
            picture_of(invocation.arguments(), history, shown, texts)) {
        if (invocation.json()) {
            print_json(invocation.output(), {{"picture", *picture}});
        } else {
            invocation.output().result(*picture);
        }
        return 0;
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"revisions", json}});
        return 0;
    }
    invocation.output().result(text);
    if (history.empty()) {
        invocation.output().note(
            "there are no revisions yet; make one with `schemist revision --autogenerate -m ...`");
    }
    return 0;
}

}  // namespace

const Command history_command{"history",
                              "List the revisions, newest first",
                              {{"-r,--rev-range", OptionForm::value,
                                "FROM:TO, either may be left out: a:b, a:, :b, -3:current, current:+2"},
                               {"-v,--verbose", OptionForm::flag, "All that the files say"},
                               {"-i,--indicate-current", OptionForm::flag, "Mark where the database is"},
                               {"--graph", OptionForm::flag, "Draw the branches beside the list"},
                               {"--svg", OptionForm::flag, "Print a picture (needs Graphviz)"},
                               {"--mermaid", OptionForm::flag, "Print a diagram for Mermaid"},
                               {"--dot", OptionForm::flag, "Print a graph for Graphviz"}},
                              run,
                              "schemist history --rev-range -3:current --verbose"};

}  // namespace schemist::cli
