#pragma once
// What libpq is told to connect to: a URL or a keyword string, with Schemist's defaults, and never shown with
// its password.

#include <map>
#include <string>
#include <string_view>

namespace schemist::postgresql {

// libpq's own keywords ("host", "dbname", ...) and their values.
using ConnectionOptions = std::map<std::string, std::string>;

// Throws Error (configuration) for a text that libpq does not understand, and for a URL whose password is not
// percent-encoded: libpq would take a piece of it for a host name and repeat it in its messages.
ConnectionOptions parse_connection_options(const std::string& conninfo_or_url);

// Adds keepalives, a connect timeout and the application's name where neither the text nor the environment
// says otherwise.
void add_defaults(ConnectionOptions& options);

// The message with every occurrence of the password made unreadable, also where it is percent-encoded or quoted.
std::string mask(std::string_view message, std::string_view password);

}  // namespace schemist::postgresql
