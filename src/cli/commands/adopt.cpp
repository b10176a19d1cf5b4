#include "reconcile/adopt.hpp"

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/near_scratch.hpp"
#include "cli/project.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

std::map<std::string, std::string> mapping(const Arguments& arguments) {
    std::map<std::string, std::string> map;
    for (const std::string& text : arguments.values("map")) {
        const std::size_t sign = text.rfind('=');
        if (sign == std::string::npos || sign == 0 || sign + 1 == text.size() ||
            arguments.value("from").empty()) {
            throw Error(fmt::format("'{}' does not say what stands for what", text))
                .at("--map")
                .hint(
                    "write --from TOOL --map THEIRS=OURS: a migration of that tool, and the revision that "
                    "stands for it")
                .exit_code(ExitCode::configuration);
        }
        map[text.substr(0, sign)] = text.substr(sign + 1);
    }
    return map;
}

std::string listed(const History& history, const std::vector<std::string>& ids) {
    constexpr std::size_t most = 5;
    std::vector<std::string> texts;
    for (const std::string& id : std::span(ids).first(std::min(most, ids.size()))) {
        const std::string& message = history.find(id)->message;
        texts.push_back(message.empty() ? id : fmt::format("{} ({})", id, message));
    }
    return fmt::format("{}{}", fmt::join(texts, ", "),
                       ids.size() > most ? fmt::format(" and {} more", ids.size() - most) : "");
}

void print_json(Output& output, const AdoptReport& report, bool dry_run) {
    print_json(output, Json{{"outcome", to_string(report.outcome)},
                            {"dry_run", dry_run},
                            {"current", report.current},
                            {"stamped", report.stamped},
                            {"added", report.added},
                            {"sql", report.script},
                            {"kept", report.kept},
                            {"pending", report.pending},
                            {"found", report.found}});
}

void print_next(Output& output, const AdoptReport& report, const History& history) {
    if (report.pending.empty()) {
        output.note("nothing is pending");
    } else {
        output.note(fmt::format("next: `schemist upgrade head` runs {}", listed(history, report.pending)));
    }
}

void print_adopted(Output& output, const AdoptReport& report, const History& history, bool dry_run) {
    const bool exact = report.outcome == AdoptOutcome::recognised;
    output.note(fmt::format("{} {}", exact ? "the structure is that of" : "with what was missing it is at",
                            listed(history, report.current)));
    if (dry_run && !report.script.empty()) {
        output.result(report.script);
    }
    for (const std::string& object : report.added) {
        output.note(fmt::format("  {} {}", dry_run ? "to add:" : "added", object));
    }
    for (const std::string& object : report.kept) {
        output.note(fmt::format("  kept {}, which no revision makes so", object));
    }
    for (const std::string& id : report.stamped) {
        output.result(fmt::format("{}+ {}\n", dry_run ? "-- " : "", id));
    }
    if (dry_run) {
        output.note("nothing was changed: --dry-run");
    } else {
        print_next(output, report, history);
    }
}

void print(Output& output, const AdoptReport& report, const History& history, bool dry_run) {
    switch (report.outcome) {
        case AdoptOutcome::empty:
            output.note("nothing to adopt: the database is empty; next: schemist upgrade head");
            break;
        case AdoptOutcome::unrelated:
            output.note(
                "nothing to adopt: no table here is one that a revision makes; next: schemist upgrade head");
            break;
        case AdoptOutcome::has_journal:
            output.note("nothing to adopt: the journal says what is applied; see `schemist status`");
            break;
        case AdoptOutcome::recognised:
        case AdoptOutcome::completed:
            print_adopted(output, report, history, dry_run);
    }
}

int run(Invocation& invocation) {
    const Arguments& arguments = invocation.arguments();
    const History history = invocation.history();
    AdoptSettings settings;
    settings.map = mapping(arguments);
    settings.from = arguments.value("from");
    settings.policy = arguments.has("exact") ? AdoptPolicy::exact : AdoptPolicy::complete;
    settings.dry_run = arguments.has("dry-run");
    settings.run = invocation.run_options();
    const auto connection = invocation.connect_to_write();
    settings.make_scratch = scratch_near(invocation, *connection);
    const AdoptReport report =
        adopt(*connection, invocation.dialect(), history, settings, invocation.output());
    if (invocation.json()) {
        print_json(invocation.output(), report, settings.dry_run);
    } else {
        print(invocation.output(), report, history, settings.dry_run);
    }
    return 0;
}

}  // namespace

const Command adopt_command{
    "adopt",
    "Recognise which revision a database without a journal is at, and say so in a journal",
    {{"--dry-run", OptionForm::flag, "Only tell what would be done"},
     {"--exact", OptionForm::flag, "Add nothing: only a structure that is just that of a revision"},
     {"--from", OptionForm::value,
      "Take over from another tool: alembic, dbmate, django, flyway, golang-migrate, goose, "
      "liquibase, prisma, rails"},
     {"--map", OptionForm::values, "theirs=ours: the revision that stands for a migration of that tool"}},
    run,
    "schemist adopt --dry-run"};

}  // namespace schemist::cli
