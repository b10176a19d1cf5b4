#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/losses.hpp"
#include "cli/new_revision.hpp"
#include "cli/proposals.hpp"
#include "config/connect.hpp"
#include "reconcile/squash.hpp"
#include "schema/json.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

namespace files = std::filesystem;

Revision new_revision(const Invocation& invocation, const History& history,
                      const std::vector<Proposal>& proposals) {
    Revision revision = begin_revision(invocation, history, parents_of_next(invocation, history));
    for (const DialectName dialect : invocation.dialects()) {
        const auto proposal = std::ranges::find(proposals, dialect, &Proposal::dialect);
        const bool found = proposal != proposals.end();
        revision.sections.push_back(
            section_of(found ? with_loss_notes(proposal->upgrade) : Plan{}, Direction::upgrade, dialect));
        revision.sections.push_back(
            section_of(found ? proposal->downgrade : Plan{}, Direction::downgrade, dialect));
    }
    return revision;
}

std::string schema_file_text(const Proposal& proposal) {
    return fmt::format(
        "-- The structure at head for {}, written by `schemist revision --autogenerate`.\n"
        "-- It is there to be read and compared, and is not run.\n\n{}",
        to_string(proposal.dialect), proposal.schema_script);
}

std::unique_ptr<Connection> live_database(const Invocation& invocation, DialectName dialect) {
    const std::string against = invocation.arguments().value("against");
    if (against.empty() || dialect_of(parse_url(against)).name() != dialect) {
        return nullptr;
    }
    return schemist::connect(parse_url(against), ConnectionPurpose::inspection);
}

std::vector<std::string> losses(const Invocation& invocation, const std::vector<Proposal>& proposals) {
    std::vector<std::string> lines;
    for (const Proposal& proposal : proposals) {
        if (proposal.upgrade.loses_data()) {
            const auto database = live_database(invocation, proposal.dialect);
            for (const std::string& line : loss_lines(proposal.upgrade, database.get())) {
                lines.push_back(fmt::format("{}: {}", to_string(proposal.dialect), line));
            }
        }
    }
    return lines;
}

// What a revision loses is said by whoever writes it, not found out by whoever applies it.
void require_consent(Invocation& invocation, const std::vector<Proposal>& proposals) {
    const std::vector<std::string> lines = losses(invocation, proposals);
    if (lines.empty()) {
        return;
    }
    Output& output = invocation.output();
    const std::string list = fmt::format("\n    {}", fmt::join(lines, "\n    "));
    if (invocation.arguments().has("allow-data-loss")) {
        output.warning("this revision loses data:" + list);
        return;
    }
    if (output.can_ask() &&
        output.ask("this revision would lose data:" + list + "\nWrite it all the same?")) {
        return;
    }
    throw Error(fmt::format("this revision would lose data:{}", list))
        .at("revision --autogenerate")
        .state("no file was written")
        .hint(
            "add --allow-data-loss if that is meant; if something is only called otherwise, say so with "
            "--rename")
        .exit_code(ExitCode::loses_data);
}

void report_candidates(Output& output, const std::vector<Proposal>& proposals) {
    for (const Proposal& proposal : proposals) {
        for (const Rename& candidate : proposal.candidates) {
            output.warning(fmt::format(
                "{}: this looks like `{}`, and is taken for a drop and a create. If it is a rename, say "
                "--rename {}",
                to_string(proposal.dialect), to_string(candidate), to_option(candidate)));
        }
    }
}

void print_changes(Output& output, const std::vector<Proposal>& proposals) {
    for (const Proposal& proposal : proposals) {
        for (const Change& change : proposal.changes) {
            output.note(fmt::format("  {}: {}", to_string(proposal.dialect), describe(change)));
        }
    }
}

Json changes_json(const std::vector<Proposal>& proposals) {
    Json json = Json::object();
    for (const Proposal& proposal : proposals) {
        json[std::string(to_string(proposal.dialect))] = Json::parse(to_json(proposal.changes));
    }
    return json;
}

int nothing_changed(Invocation& invocation) {
    if (invocation.json()) {
        print_json(invocation.output(), {{"created", nullptr}, {"changes", Json::object()}});
    } else {
        invocation.output().note(
            "nothing changed: the models and the revisions agree; no file was written "
            "(--empty writes one all the same)");
    }
    return 0;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const bool automatic = invocation.arguments().has("autogenerate");
    std::vector<Proposal> proposals;
    if (automatic) {
        proposals = make_proposals(invocation, history, Purpose::generate);
        if (std::ranges::all_of(proposals, &Proposal::empty) && !invocation.arguments().has("empty")) {
            return nothing_changed(invocation);
        }
    }
    report_candidates(invocation.output(), proposals);
    require_consent(invocation, proposals);
    const Revision revision = new_revision(invocation, history, proposals);
    if (invocation.arguments().has("sql")) {
        invocation.output().result(revision_text(invocation, revision));
        return 0;
    }
    const files::path folder = invocation.migrations_path().lexically_normal();
    const files::path path = write_revision_file(invocation, revision);
    for (const Proposal& proposal : proposals) {
        write_file(folder / fmt::format("schema.{}.sql", to_string(proposal.dialect)),
                   schema_file_text(proposal));
    }
    if (invocation.json()) {
        print_json(invocation.output(),
                   {{"created", path.string()}, {"id", revision.id}, {"changes", changes_json(proposals)}});
    } else {
        invocation.output().result(fmt::format("made {}\n", path.string()));
        print_changes(invocation.output(), proposals);
    }
    return 0;
}

}  // namespace

const Command revision_command{
    "revision",
    "Write a new revision file, by hand or from the models",
    {{"-m,--message", OptionForm::value, "What it does, in a few words"},
     {"--autogenerate", OptionForm::flag,
      "Write what leads from the revisions to the models, proven on scratch"},
     {"--empty", OptionForm::flag, "With --autogenerate: write a file also when nothing changed"},
     {"--allow-data-loss", OptionForm::flag,
      "With --autogenerate: write it also when it loses rows or values"},
     {"--rename", OptionForm::values,
      "old=new: table=new, table.column=new, view=new, type.value=new, ...; may be given several times"},
     {"--against", OptionForm::value, "Start from the structure of this database instead of the revisions"},
     {"--head", OptionForm::value, "What to revise: a head, label@head, or base for a new line"},
     {"--splice", OptionForm::flag, "Allow a --head that is revised already, and begin a branch there"},
     {"--branch-label", OptionForm::values, "A name for the branch that begins here"},
     {"--depends-on", OptionForm::values,
      "An id or label that must be applied before; may be given several times"},
     {"--rev-id", OptionForm::value, "The id, instead of a random one"},
     {"--sql", OptionForm::flag, "Print the file instead of writing it"}},
    run,
    "schemist revision --autogenerate -m \"add notes\""};

}  // namespace schemist::cli
