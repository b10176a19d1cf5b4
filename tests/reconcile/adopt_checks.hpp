#pragma once
// What the tests of adoption have in common.

#include "reconcile/live_database.hpp"
#include "support/errors.hpp"

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {

inline constexpr std::array both{DialectName::postgresql, DialectName::sqlite};

inline std::string joined(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, ", "));
}

// What must hold after every adoption, whatever was there before.
inline void check_at_head(LiveDatabase& live, const History& history) {
    live.upgrade(history);
    CHECK(live.journal() == "a1 b2 c3");
    CHECK(live.count("notes") == 20);
    CHECK(live.count("notes WHERE pinned = 0") == 20);
    live.run("INSERT INTO tags (id, note_id, name) VALUES (1, 1, 'x')");
    const VerifyReport report = live.verify(history);
    CHECK(report.script == "");
    CHECK(report.is_clean());
}

}  // namespace schemist::test
