#include "runner/applied_by.hpp"

#include <array>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace schemist {
namespace {

std::string user_at_host() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const passwd* user = getpwuid(geteuid());
    return fmt::format("{}@{}", user == nullptr ? std::to_string(geteuid()) : user->pw_name, host.data());
}

}  // namespace

std::string applied_by(const RunOptions& options) {
    static const std::string us = user_at_host();
    return options.applied_by.empty() ? us : options.applied_by;
}

}  // namespace schemist
