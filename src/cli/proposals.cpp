#include "cli/proposals.hpp"

#include "config/connect.hpp"
#include "diff/diff.hpp"
#include "history/target.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

// The renames that --rename names and, where a person can be asked, those that are confirmed.
class RenameDecisions {
  public:
    RenameDecisions(Invocation& invocation, Purpose purpose) : invocation_(invocation), purpose_(purpose) {}

    std::vector<Rename> decide(const Schema& from, const Schema& to) {
        std::vector<Rename> renames;
        const std::vector<std::string> texts = invocation_.arguments().values("rename");
        for (const std::string& text : texts) {
            renames.push_back(parse_rename(text, from, to));
        }
        for (std::size_t i = 0; i < texts.size(); ++i) {
            std::vector<Rename> others = renames;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            if (rename_changes(from, to, others).size() != rename_changes(from, to, renames).size()) {
                effective_.insert(texts[i]);
            }
        }
        if (purpose_ == Purpose::generate && invocation_.output().can_ask()) {
            // A table first: once it is renamed, its columns are alike by themselves.
            for (bool asked = true; asked;) {
                asked = ask_next(from, to, renames);
            }
        }
        return renames;
    }

    // A rename that renames nothing in any dialect is a mistake in its words.
    void require_all_effective() const {
        for (const std::string& text : invocation_.arguments().values("rename")) {
            if (!effective_.contains(text)) {
                throw Error(
                    fmt::format("'{}' renames nothing: the old name must be there and the new one not, "
                                "and the models must have the new one and not the old",
                                text))
                    .at("--rename")
                    .state("nothing was written")
                    .hint("compare it with what `schemist check` lists")
                    .exit_code(ExitCode::configuration);
            }
        }
    }

  private:
    bool ask_next(const Schema& from, const Schema& to, std::vector<Rename>& renames) {
        const Schema renamed = with_renames(from, rename_changes(from, to, renames));
        for (const Rename& candidate : rename_candidates(renamed, to)) {
            if (answer(candidate)) {
                renames.push_back(candidate);
                return true;
            }
        }
        return false;
    }

    // Asked once for all dialects.
    bool answer(const Rename& candidate) {
        const std::string question = to_string(candidate);
        const auto known = std::ranges::find(answers_, question, &std::pair<std::string, bool>::first);
        if (known != answers_.end()) {
            return known->second;
        }
        const bool yes = invocation_.output().ask(fmt::format("{}? (no: its data is dropped)", question));
        answers_.emplace_back(question, yes);
        return yes;
    }

    Invocation& invocation_;
    Purpose purpose_;
    std::vector<std::pair<std::string, bool>> answers_;
    std::set<std::string> effective_;
};

// The live structure, without what is neither declared nor made by a revision: that is somebody else's.
Schema managed_part(Schema live, const Schema& made, const Schema& desired) {
    Schema managed = live;
    Schema::fields([&](const char*, auto list) {
        std::erase_if(managed.*list, [&](const auto& object) {
            if constexpr (requires { object.owned_by; }) {
                const bool on_managed_table =
                    object.owned_by && (made.find_table(object.owned_by->table) != nullptr ||
                                        desired.find_table(object.owned_by->table) != nullptr);
                if (on_managed_table) {
                    return false;
                }
            }
            const auto has = [&](const Schema& schema) {
                return std::ranges::any_of(schema.*list, [&](const auto& other) {
                    return reference_of(other) == reference_of(object);
                });
            };
            return !has(made) && !has(desired);
        });
    });
    return managed;
}

// Without the types and namespaces of external tables, which are there already.
Schema without_those_of(Schema live, const Schema& external) {
    std::erase_if(live.enum_types, [&](const EnumType& type) {
        return std::ranges::find(external.enum_types, type.name, &EnumType::name) !=
               external.enum_types.end();
    });
    std::erase_if(live.namespaces, [&](const Namespace& space) {
        return std::ranges::find(external.namespaces, space.name, &Namespace::name) !=
               external.namespaces.end();
    });
    return live;
}

std::vector<std::string> head_ids(const History& history) {
    std::vector<std::string> ids;
    for (const History::Index index : history.heads()) {
        ids.push_back(history[index].id);
    }
    return ids;
}

// What is there when the new revision runs: what it revises, and what it depends on.
std::vector<std::string> needed_by_next(const Invocation& invocation, const History& history) {
    std::vector<std::string> needed = parents_of_next(invocation, history);
    for (const std::string& name : invocation.arguments().values("depends-on")) {
        const std::vector<std::string> ids = named_revisions(history, name);
        needed.insert(needed.end(), ids.begin(), ids.end());
    }
    return needed;
}

// The models describe what all branches make together; the new revision is run where only its own may be.
void require_no_other_branch(Invocation& invocation, const History& history, const Proposal& proposal,
                             const Schema& external) {
    const Dialect& dialect = invocation.dialect(proposal.dialect);
    Workshop workshop(dialect, invocation.scratch(proposal.dialect), invocation.journal(proposal.dialect),
                      names_of(external));
    workshop.run(creation(external, dialect));
    const std::vector<std::string> needed = needed_by_next(invocation, history);
    for (const std::string& revision : needed) {
        invocation.replay(history, revision, workshop, proposal.dialect);
    }
    try {
        workshop.run(proposal.upgrade);
    } catch (const Error& error) {
        throw Error(fmt::format("the new revision needs what another branch makes: {}", error.what_failed()))
            .at(fmt::format("autogenerate for {}", to_string(proposal.dialect)))
            .state("no file was written")
            .hint(fmt::format("it would stand on {}: name the others that it needs with --depends-on, or "
                              "another --head, or join the branches with `schemist merge`",
                              needed.empty() ? "nothing" : fmt::format("{}", fmt::join(needed, ", "))))
            .sqlstate(error.sqlstate())
            .exit_code(ExitCode::mismatch);
    }
}

Proposal make_proposal(Invocation& invocation, const History& history, DialectName name, Purpose purpose,
                       RenameDecisions& decisions) {
    const Dialect& dialect = invocation.dialect(name);
    const DesiredSchema desired = invocation.desired(name);
    const std::string against = invocation.arguments().value("against");
    const auto replay = [&](Workshop& workshop) { invocation.replay(history, "heads", workshop, name); };
    const auto copy_live = [&](Workshop& workshop) {
        const auto connection = schemist::connect(parse_url(against), ConnectionPurpose::inspection);
        Workshop made(dialect, invocation.scratch(name), invocation.journal(name),
                      names_of(desired.external));
        made.run(creation(desired.external, dialect));
        replay(made);
        const Schema live = managed_part(dialect.introspect(*connection, invocation.journal(name)),
                                         made.read(), desired.schema);
        workshop.run(creation(without_those_of(live, desired.external), dialect));
    };
    AutogenerateSettings settings{
        .dialect = dialect,
        .make_scratch = invocation.scratch(name),
        .journal = invocation.journal(name),
        .prepare = replay,
        .decide_renames = [&](const Schema& from, const Schema& to) { return decisions.decide(from, to); }};
    if (!against.empty()) {
        settings.prepare = copy_live;
    }
    Proposal proposal = autogenerate(desired, settings);
    if (purpose == Purpose::generate && !proposal.empty() &&
        needed_by_next(invocation, history) != head_ids(history)) {
        require_no_other_branch(invocation, history, proposal, desired.external);
    }
    return proposal;
}

}  // namespace

std::vector<std::string> parents_of_next(const Invocation& invocation, const History& history) {
    const std::string head = invocation.arguments().value("head");
    if (!head.empty() && head != "head") {
        const std::vector<std::string> named = named_revisions(history, head);
        if (named.size() > 1) {
            throw Error(
                fmt::format("'{}' names {} revisions: {}", head, named.size(), fmt::join(named, ", ")))
                .at("--head")
                .state("nothing was written")
                .hint("name one of them; `schemist merge` joins several")
                .exit_code(ExitCode::configuration);
        }
        return named;
    }
    std::vector<std::string> heads = head_ids(history);
    if (heads.size() > 1) {
        throw Error(fmt::format("there are several heads: {}", fmt::join(heads, ", ")))
            .at(invocation.migrations_path().lexically_normal().string())
            .state("nothing was written")
            .hint("say which one the new revision revises with --head ID, or join them with `schemist merge`")
            .exit_code(ExitCode::mismatch);
    }
    return heads;
}

std::vector<Proposal> make_proposals(Invocation& invocation, const History& history, Purpose purpose) {
    if (!invocation.has_models()) {
        throw Error("there are no models to compare with")
            .at("[models]")
            .hint(
                "set command, files or database under [models] in schemist.toml, or run the project's own "
                "tool "
                "(docs/getting-started.md)")
            .exit_code(ExitCode::configuration);
    }
    if (purpose == Purpose::generate) {
        parents_of_next(invocation, history);
    }
    RenameDecisions decisions(invocation, purpose);
    std::vector<Proposal> proposals;
    const std::string against = invocation.arguments().value("against");
    for (const DialectName name : invocation.dialects()) {
        if (against.empty() || dialect_of(parse_url(against)).name() == name) {
            proposals.push_back(make_proposal(invocation, history, name, purpose, decisions));
        }
    }
    decisions.require_all_effective();
    return proposals;
}

}  // namespace schemist::cli
