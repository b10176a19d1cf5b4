#pragma once
// The addresses of a host, asked for so that the wait can be ended: libpq's own look-up cannot.

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace schemist::postgresql {

// Whether it is a name that has to be looked up: no address, no folder of a socket, not several at once.
bool is_host_name(const std::string& host);

// In the order in which they should be tried; nothing when there is no answer in time. Throws Error: as connect_failure()
// when there is no such name, interrupted when it was to stop.
std::optional<std::vector<std::string>> addresses_of(const std::string& host,
                                                     std::chrono::milliseconds longest,
                                                     const std::stop_token& stop);

}  // namespace schemist::postgresql
