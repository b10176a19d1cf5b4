#include "postgresql/kinds/foreign_options.hpp"

#include "postgresql/sql.hpp"

#include <vector>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string written(std::string_view action, const StorageParameters::value_type& option) {
    return fmt::format("{}{} {}", action, quote_identifier(option.first), quote_literal(option.second));
}

std::vector<std::string> names(const StorageParameters& options) {
    std::vector<std::string> found;
    for (const auto& [name, value] : options) {
        found.push_back(name);
    }
    return found;
}

// The order that ADD and DROP alone lead to.
std::vector<std::string> names_after(const StorageParameters& before, const StorageParameters& after) {
    std::vector<std::string> found;
    for (const auto& [name, value] : before) {
        if (after.contains(name)) {
            found.push_back(name);
        }
    }
    for (const auto& [name, value] : after) {
        if (!before.contains(name)) {
            found.push_back(name);
        }
    }
    return found;
}

}  // namespace

std::string options_without_secrets(std::string_view column) {
    return fmt::format(
        "ARRAY(SELECT u.text FROM unnest({}) WITH ORDINALITY u(text, place) WHERE split_part(u.text, '=', 1) "
        "!~* 'passw|passphrase|secret|token|credential|private_?key|api_?key|access_?key' ORDER BY u.place)",
        column);
}

std::string options_clause(const StorageParameters& options) {
    std::vector<std::string> parts;
    for (const auto& option : options) {
        parts.push_back(written("", option));
    }
    return parts.empty() ? std::string() : fmt::format(" OPTIONS ({})", join(parts, ", "));
}

std::string changed_options(const StorageParameters& before, const StorageParameters& after) {
    if (before == after) {
        return {};
    }
    const bool anew = names_after(before, after) != names(after);
    std::vector<std::string> parts;
    for (const auto& [name, value] : before) {
        if (anew || !after.contains(name)) {
            parts.push_back("DROP " + quote_identifier(name));
        }
    }
    for (const auto& option : after) {
        if (const auto old = before.find(option.first); anew || old == before.end()) {
            parts.push_back(written("ADD ", option));
        } else if (old->second != option.second) {
            parts.push_back(written("SET ", option));
        }
    }
    return fmt::format(" OPTIONS ({})", join(parts, ", "));
}

}  // namespace schemist::postgresql
