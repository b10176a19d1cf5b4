#include "cli/diagram.hpp"

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/picture_text.hpp"
#include "cli/project.hpp"
#include "reconcile/workshop.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

Schema schema_to_draw(Invocation& invocation) {
    const std::string from = invocation.arguments().value("from");
    const DialectName dialect = invocation.dialect().name();
    if (from.empty() || from == "database") {
        const auto connection = invocation.connect();
        return invocation.dialect().introspect(*connection, invocation.journal(dialect));
    }
    if (from == "models") {
        return invocation.desired(dialect).schema;
    }
    if (from == "revisions") {
        const History history = invocation.history();
        Workshop workshop(invocation.dialect(), invocation.scratch(dialect), invocation.journal(dialect), {});
        invocation.replay(history, "heads", workshop, dialect);
        return workshop.read();
    }
    throw Error(fmt::format("a diagram cannot be drawn from '{}'", from))
        .at("--from")
        .hint("it is drawn from the database, the revisions or the models")
        .exit_code(ExitCode::configuration);
}

std::string drawn(const Arguments& arguments, const Schema& schema) {
    return arguments.has("html")      ? diagram_page(schema)
           : arguments.has("mermaid") ? diagram_mermaid(schema)
           : arguments.has("dot")     ? diagram_dot(schema)
                                      : svg_of(diagram_dot(schema));
}

int run(Invocation& invocation) {
    const std::string picture = drawn(invocation.arguments(), schema_to_draw(invocation));
    if (invocation.json()) {
        print_json(invocation.output(), {{"picture", picture}});
    } else {
        invocation.output().result(picture);
    }
    return 0;
}

}  // namespace

const Command diagram_command{
    "diagram",
    "Draw tables, columns and keys, as SVG if nothing else is asked for (needs Graphviz)",
    {{"--from", OptionForm::value, "database (default), revisions or models"},
     {"--html", OptionForm::flag,
      "Print a page that needs no other file and can be searched (needs Graphviz)"},
     {"--mermaid", OptionForm::flag, "Print a diagram for Mermaid"},
     {"--dot", OptionForm::flag, "Print a graph for Graphviz"}},
    run,
    "schemist diagram --from models --html >schema.html"};

}  // namespace schemist::cli
