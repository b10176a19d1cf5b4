#pragma once
// The text that PostgreSQL gets for one transactional step.

#include "runner/executor.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace schemist {

// SQLSTATEs that the guard raises.
inline constexpr std::string_view lock_is_busy = "SM001";
inline constexpr std::string_view journal_has_changed = "SM002";

// The keys of the advisory locks: the first says "Schemist", the second which journal. `lock` is held for a whole
// run, `step` by the transaction or the session that changes something.
struct LockKeys {
    std::uint32_t first = 0;
    std::uint32_t lock = 0;
    std::uint32_t step = 0;
};

LockKeys lock_keys(const JournalTable& table);

// Statements that are sent before the step's own in one message.
inline constexpr std::size_t statements_before_step = 5;

// "schemist:RUN", which the connection with the lock shows to everybody.
std::string application_name(std::string_view run_id);
// "schemist:RUN:REVISION:STEP", at most as long as the server shows.
std::string application_name(std::string_view run_id, std::string_view revision, std::size_t step);

}  // namespace schemist
