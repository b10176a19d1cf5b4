#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/proposals.hpp"
#include "schema/json.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::vector<Proposal> proposals = make_proposals(invocation, history, Purpose::compare);
    bool agree = true;
    Json json = Json::object();
    for (const Proposal& proposal : proposals) {
        agree = agree && proposal.empty();
        if (invocation.json()) {
            json[std::string(to_string(proposal.dialect))] = Json::parse(to_json(proposal.changes));
            continue;
        }
        for (const Change& change : proposal.changes) {
            invocation.annotate(AnnotationLevel::error, "",
                                fmt::format("no revision for {} makes what the models say: {}",
                                            to_string(proposal.dialect), describe(change)));
            invocation.output().result(
                fmt::format("{}: {}\n", to_string(proposal.dialect), describe(change)));
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"agree", agree}, {"changes", json}});
    } else if (agree) {
        invocation.output().note("the models and the revisions agree");
    } else {
        invocation.output().note(
            "the models say what no revision makes yet; next: schemist revision --autogenerate -m ...");
    }
    return agree ? 0 : static_cast<int>(ExitCode::pending);
}

}  // namespace

const Command check_command{
    "check",
    "Exit 0 if the models and the revisions agree, 8 if a revision is missing",
    {{"--against", OptionForm::value, "Compare with the structure of this database instead"},
     {"--rename", OptionForm::values, "old=new: a table or column was renamed"}},
    run,
    "schemist check"};

}  // namespace schemist::cli
