#pragma once
// JSON results. Heavy: for the commands only.

#include "cli/project.hpp"
#include "history/revision.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace schemist::cli {

using Json = nlohmann::ordered_json;

inline void print_json(Output& output, const Json& json) {
    output.result(json.dump(2) + "\n");
}

inline Json to_json(const Revision& revision) {
    return Json{{"id", revision.id},
                {"parents", revision.parents},
                {"message", revision.message},
                {"created", revision.created},
                {"path", revision.path}};
}

inline Json to_json(const RunReport& report) {
    Json revisions = Json::array();
    for (const RevisionRun& run : report.revisions) {
        revisions.push_back(
            {{"id", run.id}, {"message", run.message}, {"steps", run.steps}, {"ms", run.duration.count()}});
    }
    return Json{{"run", report.run_id},
                {"nothing_to_do", report.nothing_to_do()},
                {"revisions", revisions},
                {"ms", report.duration.count()}};
}

// What an upgrade or a downgrade did; `done` is its word for it.
inline void print_run(Invocation& invocation, const RunReport& report, std::string_view done) {
    if (invocation.json()) {
        print_json(invocation.output(), to_json(report));
    } else if (report.nothing_to_do()) {
        invocation.output().note("nothing to do: the database is at the target already");
    } else {
        invocation.output().note(fmt::format("{} {} revision{} in {}", done, report.revisions.size(),
                                             report.revisions.size() == 1 ? "" : "s",
                                             duration_text(report.duration)));
    }
}

// A script is SQL; as JSON, it is one text.
inline int print_script(Invocation& invocation, const std::string& script) {
    if (invocation.json()) {
        print_json(invocation.output(), {{"sql", script}});
    } else {
        invocation.output().result(script);
    }
    if (script.empty()) {
        invocation.output().note("nothing to do: the script would be empty");
    }
    return 0;
}

}  // namespace schemist::cli
