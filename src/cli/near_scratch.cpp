#include "cli/near_scratch.hpp"

#include "config/environment.hpp"
#include "reconcile/near_scratch.hpp"

namespace schemist::cli {

MakeScratch scratch_near(Invocation& invocation, Connection& live) {
    return schemist::scratch_near(live, for_migrations(invocation.url(), environment_of_process()).conninfo(),
                                  invocation.config().scratch_postgresql);
}

}  // namespace schemist::cli
