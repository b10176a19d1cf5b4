#pragma once
// JSON results. Heavy: for the commands only.

#include "cli/project.hpp"
#include "history/revision.hpp"

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

}  // namespace schemist::cli
