#include "cli/commands.hpp"
#include "cli/project.hpp"
#include "models/json.hpp"

#include <schemist/error.hpp>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    if (invocation.models().empty()) {
        throw Error("this program was built without models")
            .hint("run the project's own tool, whose main function calls schemist::run(argc, argv, models)")
            .exit_code(ExitCode::configuration);
    }
    invocation.output().result(to_json(invocation.models()));
    return 0;
}

}  // namespace

const Command models_command{"models",
                             "Print the program's models as JSON, for [models] command of another schemist",
                             {},
                             run,
                             "./build/my_tool models >models.json"};

}  // namespace schemist::cli
