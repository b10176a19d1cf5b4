#include "reconcile/squash.hpp"

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/new_revision.hpp"
#include "history/squash.hpp"
#include "history/target.hpp"
#include "runner/run_step.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

namespace fs = std::filesystem;
using Indices = std::vector<History::Index>;

History::Index last_of(const Invocation& invocation, const History& history) {
    const std::string expression = invocation.arguments().value("revision");
    const std::vector<std::string> ids = named_revisions(history, expression);
    if (ids.size() != 1) {
        throw Error(fmt::format("'{}' names {} revisions, and one is squashed with all that it needs",
                                expression, ids.size()))
            .state("nothing was written")
            .hint("name one, as in `schemist squash head`")
            .exit_code(ExitCode::configuration);
    }
    return *history.index_of(ids.front());
}

// A project may write for two databases, and have begun with one.
bool is_for(const History& history, const Indices& revisions, DialectName dialect) {
    const auto without = std::ranges::find_if_not(revisions, [&](History::Index index) {
        return has_section(history[index], Direction::upgrade, dialect);
    });
    const bool some = std::ranges::any_of(revisions, [&](History::Index index) {
        return history[index].section(Direction::upgrade, dialect) != nullptr;
    });
    if (some && without != revisions.end()) {
        const Revision& revision = history[*without];
        throw Error(fmt::format("revision {} has no section for {}, and others have one", revision.id,
                                to_string(dialect)))
            .at(revision.path)
            .state("nothing was written")
            .hint("write it, or leave the dialect out of `dialects` in schemist.toml")
            .exit_code(ExitCode::configuration);
    }
    return some;
}

void add_sections(Invocation& invocation, const History& history, const Indices& revisions,
                  Revision& squashed) {
    const SquashWay way = invocation.arguments().has("join") ? SquashWay::joined : SquashWay::made_anew;
    std::vector<RevisionSection> sections;
    for (const DialectName name : invocation.dialects()) {
        if (!is_for(history, revisions, name)) {
            continue;
        }
        ReplaySettings settings{invocation.dialect(name), invocation.scratch(name), invocation.journal(name)};
        if (invocation.has_models()) {
            settings.external = invocation.desired(name).external;
        }
        const SquashedSections made = squash(history, revisions, squashed, way, settings);
        sections.push_back(made.upgrade);
        if (made.downgrade) {
            sections.push_back(*made.downgrade);
        } else {
            invocation.output().warning(fmt::format(
                "{}: there is no way back, since not all of the revisions have one", to_string(name)));
        }
    }
    squashed.sections = std::move(sections);
}

// Gives the paths of the files that are gone.
std::vector<std::string> replace_files(const Invocation& invocation, const History& history,
                                       const Indices& revisions, const Revision& squashed,
                                       const fs::path& path) {
    write_file(path, revision_text(invocation, squashed));
    const fs::path folder = invocation.migrations_path();
    std::vector<std::string> removed;
    for (const History::Index index : revisions) {
        const fs::path name = fs::path(history[index].path).filename();
        if (name != path.filename()) {
            fs::remove(folder / name);
            removed.push_back(history[index].path);
        }
    }
    run_after_revision(invocation.config(), path);
    return removed;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const Indices revisions = squashed_with(history, last_of(invocation, history));
    Revision squashed = squashed_revision(history, revisions);
    const std::string message = invocation.arguments().value("message");
    squashed.message = message.empty() ? squashed.message : message;
    // What the files say afterwards is looked through before one of them is touched.
    const History after = with_squashed(history, squashed);
    add_sections(invocation, history, revisions, squashed);
    Output& output = invocation.output();
    if (invocation.arguments().has("sql")) {
        output.result(revision_text(invocation, squashed));
        return 0;
    }
    const fs::path path = new_revision_path(invocation, squashed);
    const std::vector<std::string> removed = replace_files(invocation, history, revisions, squashed, path);
    if (invocation.json()) {
        print_json(output, {{"created", path.string()},
                            {"id", squashed.id},
                            {"replaces", squashed.replaces},
                            {"removed", removed}});
        return 0;
    }
    output.result(fmt::format("made {}\n", path.string()));
    for (const std::string& one : removed) {
        output.result(fmt::format("removed {}\n", one));
    }
    output.note(
        fmt::format("{} revisions are one, and {} stand in the files. A database that has {} goes on from "
                    "there; one that has only some of them must be upgraded to it with the files as they "
                    "were",
                    revisions.size(), after.size(), squashed.id));
    return 0;
}

}  // namespace

const Command squash_command{
    "squash",
    "Make one revision of a revision and all that it needs, proven on scratch to do the same",
    {{"revision", OptionForm::positional, "The last one: an id or its beginning, head, label@head", true},
     {"-m,--message", OptionForm::value, "What it does (default: what the last one does)"},
     {"--join", OptionForm::flag, "Keep their SQL, one after the other, instead of writing what they make"},
     {"--sql", OptionForm::flag, "Print the file instead of writing it"}},
    run,
    "schemist squash head -m \"begin with version 2\""};

}  // namespace schemist::cli
