#pragma once
// The environment variables of a process, or of a test.

#include <functional>
#include <optional>
#include <string>

namespace schemist {

// The value of a variable; nothing when it is not set or empty.
using EnvironmentVariables = std::function<std::optional<std::string>(const std::string& name)>;

EnvironmentVariables environment_of_process();

}  // namespace schemist
