// How an application opens its database.

#include "config/connect.hpp"

#include <schemist/database.hpp>

namespace schemist {

Database Database::open(const std::string& url) {
    const EnvironmentVariables environment = environment_of_process();
    const Url found =
        url.empty() ? resolve_url({}, load_config({}, environment), environment) : parse_url(url);
    return Database(connect(found, ConnectionPurpose::application));
}

}  // namespace schemist
