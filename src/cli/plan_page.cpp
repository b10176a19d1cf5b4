// A plan as a page that needs no other file.

#include "cli/picture_text.hpp"
#include "cli/run_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plan of an upgrade</title>
<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --warn: #c50; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; border-top: 1px solid var(--line); padding-top: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { background: var(--soft); padding: .7rem; border-radius: 6px; overflow-x: auto; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem 1rem .15rem 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.alone { color: var(--warn); } .quiet { opacity: .7; }
</style>
</head>
<body>
)";

std::string locks_table(const PlannedStep& step) {
    if (step.locks.empty()) {
        return "<p class=\"quiet\">Locks no table that is in use now.</p>\n";
    }
    std::string text = "<table><tr><th>locks</th><th>table</th><th>rows, about</th><th>size</th></tr>\n";
    for (const PlannedLock& lock : step.locks) {
        text += fmt::format(
            "<tr><td>{}</td><td><code>{}</code></td><td class=\"number\">{}</td><td "
            "class=\"number\">{}</td></tr>\n",
            lock.mode, html_escaped(lock.table), lock.rows, size_text(lock.bytes));
    }
    return text + "</table>\n";
}

std::string step_text(const PlannedStep& step, std::size_t number, std::size_t count) {
    return fmt::format(
        "<h3>Step {} of {}: {}</h3>\n<pre>{}</pre>\n{}", number, count,
        step.transactional ? "one transaction" : "<span class=\"alone\">outside of a transaction</span>",
        step.sql.empty() ? "-- nothing to do" : html_escaped(step.sql), locks_table(step));
}

}  // namespace

std::string plan_page(const RunPlan& plan) {
    std::string text(head);
    text += fmt::format(
        "<h1>Plan of an upgrade</h1>\n<p>Database <code>{}</code>, now at <code>{}</code>. Nothing was "
        "run.</p>\n",
        html_escaped(plan.database),
        plan.current.empty() ? "base" : html_escaped(fmt::format("{}", fmt::join(plan.current, ", "))));
    if (plan.revisions.empty()) {
        text += "<p>Nothing is to be done.</p>\n";
    }
    for (const PlannedRevision& planned : plan.revisions) {
        text += fmt::format("<h2><code>{}</code> {}</h2>\n<p class=\"quiet\">{}</p>\n",
                            html_escaped(planned.revision->id), html_escaped(planned.revision->message),
                            html_escaped(planned.revision->path));
        for (std::size_t i = 0; i < planned.steps.size(); ++i) {
            text += step_text(planned.steps[i], i + 1, planned.steps.size());
        }
    }
    return text + "</body>\n</html>\n";
}

}  // namespace schemist::cli
