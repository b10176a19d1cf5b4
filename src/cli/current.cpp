#include "cli/current.hpp"

#include <schemist/error.hpp>

namespace schemist::cli {

std::vector<std::string> current_of_database(Invocation& invocation, const History& history) {
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    if (report.current.empty()) {
        throw Error("no revision is applied")
            .at(connection->description())
            .state("nothing was changed")
            .hint("`schemist status` shows what the journal says")
            .exit_code(ExitCode::configuration);
    }
    return report.current;
}

}  // namespace schemist::cli
