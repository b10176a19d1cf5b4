// How an application opens its database.

#include "config/connect.hpp"

#include <schemist/database.hpp>

namespace schemist {

Database Database::open(const std::string& url) {
    const EnvironmentVariables environment = environment_of_process();
    const Config config = load_config({}, environment);
    const Url found = url.empty() ? resolve_url({}, config, environment) : on_its_way(parse_url(url), config);
    return Database(connect(found, ConnectionPurpose::application));
}

}  // namespace schemist
