#include "diff/diff.hpp"

#include "cli/commands.hpp"
#include "cli/dump_files.hpp"
#include "cli/json.hpp"
#include "cli/losses.hpp"
#include "cli/project.hpp"
#include "schema/json.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

namespace fs = std::filesystem;

enum class Source { empty, models, history, database, files };

// What FROM or TO says.
struct Side {
    Source source;
    std::string text;  // the revision, URL or path
};

Side parse_side(const std::string& text) {
    constexpr std::string_view history = "history@";
    if (text == "empty") {
        return {Source::empty, {}};
    }
    if (text == "models") {
        return {Source::models, {}};
    }
    if (text == "history") {
        return {Source::history, "heads"};
    }
    if (text.starts_with(history)) {
        return {Source::history, text.substr(history.size())};
    }
    if (text.find("://") != std::string::npos) {
        return {Source::database, text};
    }
    if (fs::exists(text)) {
        return {Source::files, text};
    }
    throw Error(
        fmt::format("neither a database URL, an SQL file or folder, models, history nor empty: '{}'", text))
        .at("diff")
        .hint("write a URL with its scheme, or a path that is there")
        .exit_code(ExitCode::configuration);
}

std::optional<DialectName> dialect_of_side(const Side& side) {
    return side.source == Source::database ? std::optional(parse_url(side.text).dialect) : std::nullopt;
}

// Databases say it themselves; otherwise it is that of the project.
DialectName common_dialect(const Invocation& invocation, const Side& from, const Side& to) {
    const std::optional<DialectName> one = dialect_of_side(from);
    const std::optional<DialectName> other = dialect_of_side(to);
    if (one && other && *one != *other) {
        throw Error(fmt::format("the two sides are of different databases: {} and {}", to_string(*one),
                                to_string(*other)))
            .at("diff")
            .hint("compare two of one sort")
            .exit_code(ExitCode::configuration);
    }
    return one ? *one : other ? *other : invocation.dialects().front();
}

// Rows and lines that are meant for psql, as pg_dump writes them, are left out.
SqlScript read_script(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    bool inside_rows = false;
    for (std::string line; std::getline(file, line);) {
        const bool begins_rows = line.starts_with("COPY ") && line.ends_with(" FROM stdin;");
        inside_rows = begins_rows || (inside_rows && line != "\\.");
        text += inside_rows || line.starts_with("\\") ? "\n" : line + "\n";
    }
    return {path.string(), std::move(text)};
}

// A folder's files are taken in the order that `dump --split` wrote down, or in that of their names.
std::vector<SqlScript> read_scripts(const fs::path& path) {
    if (!fs::is_directory(path)) {
        return {read_script(path)};
    }
    std::vector<fs::path> files = load_order(path);
    if (!files.empty()) {
        std::vector<SqlScript> scripts;
        std::ranges::transform(files, std::back_inserter(scripts), read_script);
        return scripts;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
        if (entry.path().extension() == ".sql") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::vector<SqlScript> scripts;
    std::ranges::transform(files, std::back_inserter(scripts), read_script);
    return scripts;
}

// SQL runs in scratch; a database is only read.
Schema read_side(Invocation& invocation, const Side& side, DialectName name) {
    const Dialect& dialect = invocation.dialect(name);
    switch (side.source) {
        case Source::empty:
            return {};
        case Source::models:
            return invocation.desired(name).schema;
        case Source::database: {
            const auto connection = connect(parse_url(side.text), ConnectionPurpose::inspection);
            return dialect.introspect(*connection, invocation.journal(name));
        }
        case Source::history:
        case Source::files:
            break;
    }
    Workshop workshop(dialect, invocation.scratch(name), invocation.journal(name), {});
    if (side.source == Source::history) {
        invocation.replay(invocation.history(), side.text, workshop, name);
    } else {
        for (const SqlScript& script : read_scripts(side.text)) {
            workshop.run_script(script);
        }
    }
    return workshop.read();
}

Json to_json(const Plan& plan) {
    Json steps = Json::array();
    for (const Step& step : plan.steps) {
        steps.push_back({{"transactional", step.transactional}, {"statements", step.statements}});
    }
    return steps;
}

// How many rows there are is known where FROM is a database.
std::vector<std::string> losses(const Side& from, const Plan& plan) {
    if (!plan.loses_data() || from.source != Source::database) {
        return loss_lines(plan, nullptr);
    }
    return loss_lines(plan, connect(parse_url(from.text), ConnectionPurpose::inspection).get());
}

void print(Invocation& invocation, const Changes& changes, const Plan& plan,
           const std::vector<std::string>& losses) {
    Output& output = invocation.output();
    if (invocation.json()) {
        print_json(output, {{"agree", changes.empty()},
                            {"changes", Json::parse(schemist::to_json(changes))},
                            {"steps", to_json(plan)},
                            {"loses_data", plan.loses_data()},
                            {"losses", losses}});
        return;
    }
    if (invocation.arguments().has("summary")) {
        for (const Change& change : changes) {
            output.result(describe(change) + "\n");
        }
    } else {
        output.result(to_runnable_script(plan));
    }
    if (changes.empty()) {
        output.note("no difference");
    } else if (plan.loses_data()) {
        output.warning(fmt::format("this loses data:\n    {}", fmt::join(losses, "\n    ")));
    }
}

int run(Invocation& invocation) {
    const Side from = parse_side(invocation.arguments().value("from"));
    const Side to = parse_side(invocation.arguments().value("to"));
    const DialectName name = common_dialect(invocation, from, to);
    const Schema before = read_side(invocation, from, name);
    const Schema after = read_side(invocation, to, name);
    const Changes changes = diff(before, after);
    const Plan plan = make_plan(changes, before, after, invocation.dialect(name));
    print(invocation, changes, plan, losses(from, plan));
    const bool fails = invocation.arguments().has("check") && !changes.empty();
    return fails ? static_cast<int>(ExitCode::pending) : 0;
}

}  // namespace

const Command diff_command{
    "diff",
    "Print the SQL that turns one structure into another; run nothing on either",
    {{"from", OptionForm::positional,
      "A database URL, an SQL file or folder, models, history, history@REVISION or empty", true},
     {"to", OptionForm::positional, "The same: what it should become", true},
     {"--summary", OptionForm::flag, "One line for each change instead of SQL"},
     {"--check", OptionForm::flag, "Exit 8 if they differ"}},
    run,
    "schemist diff postgresql://localhost/app models"};

}  // namespace schemist::cli
