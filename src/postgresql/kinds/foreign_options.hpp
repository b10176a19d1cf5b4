#pragma once
// OPTIONS of what has to do with foreign data, without those that hold a secret.

#include "schema/storage_parameters.hpp"

#include <string>
#include <string_view>

namespace schemist::postgresql {

// An SQL expression for the array of options, without those whose names say that they hold a secret: what is not read
// gets into no file, is no difference, and is not taken away.
std::string options_without_secrets(std::string_view column);

// " OPTIONS (host 'h', port '1')", or nothing.
std::string options_clause(const StorageParameters& options);

// " OPTIONS (ADD ..., SET ..., DROP ...)", or nothing. An option keeps its place as long as it is there, so that all are set
// anew where the order would be another.
std::string changed_options(const StorageParameters& before, const StorageParameters& after);

}  // namespace schemist::postgresql
