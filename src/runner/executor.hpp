#pragma once
// How a step runs on one backend.

#include "runner/journal.hpp"
#include "runner/run_step.hpp"
#include "schema/dialect.hpp"

#include <schemist/connection.hpp>
#include <schemist/error.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace schemist {

enum class StepOutcome {
    done,
    busy,     // another process holds the lock; nothing was changed
    changed,  // the journal is not what was expected; nothing was changed
};

// What commits as one.
struct StepTransaction {
    const Journal& expected;
    const RunStep& step;
    std::string journal_sql;                       // what it writes into the journal
    std::function<void(Connection&)> before = {};  // C++ work, inside of the transaction
    std::function<void(Connection&)> after = {};
    // The lock stays held after the commit until the next transaction without this: for a statement that runs
    // alone.
    bool keep_lock = false;
    // Wait rather than queue for a table that others use: who queues makes everybody else wait too.
    bool look_first = false;
    // What the server shows as the application's name meanwhile.
    std::string application_name = {};
    // Called with what was done beside the step, for people.
    std::function<void(const std::string&)> tell = {};
};

struct ExecutorOptions {
    std::chrono::milliseconds lock_wait;
    std::chrono::milliseconds lock_timeout;
    std::chrono::milliseconds statement_timeout;
    // An open transaction of a process that does not answer any more is ended by the server after this time.
    std::chrono::milliseconds lease = std::chrono::seconds(60);
    // The run's lock is held on another connection; without one, every transaction takes it.
    bool lock_is_held = false;
};

// The SQLSTATE of the error when a table is in use and look_first is set.
inline constexpr std::string_view table_is_in_use = "SM003";

class Executor {
  public:
    virtual ~Executor() = default;

    // Throws Error when the step fails; it is rolled back then. A position in the error is one in the step's
    // text.
    virtual StepOutcome run(const StepTransaction& transaction) = 0;

    // A statement that cannot run in a transaction.
    virtual void run_alone(const RunStep& step) = 0;

    // What became of it, also when somebody else ran it long ago.
    virtual LoneStatementState examine_alone(const RunStep& step) = 0;

    // Who holds the lock, for people; nothing when it is free.
    virtual std::optional<std::string> lock_holder() = 0;

    // Whose server process still is at work for a run, though the run itself may be dead.
    virtual std::optional<std::string> still_at_work(std::string_view run_id) = 0;

    // Who uses the tables that the step needs for itself, for people, or empty.
    virtual std::string blockers(const RunStep& step) = 0;

    // Releases what keep_lock kept. Never throws: the connection may be gone, and the lock with it.
    virtual void release() noexcept = 0;
};

std::unique_ptr<Executor> make_executor(Connection& connection, const JournalTable& table,
                                        const ExecutorOptions& options);

// The whole script of a transactional step on PostgreSQL, and where the step's text begins in it.
struct GuardedScript {
    std::string begin;  // BEGIN, settings, lock, comparison of the journal
    std::string end;    // journal and COMMIT
};
// `is_direct` is SQL that is true when no pooler stands between.
GuardedScript postgresql_script(const JournalTable& table, const StepTransaction& transaction,
                                const ExecutorOptions& options, std::string_view is_direct = "true");

// The same error with another position, or without one.
Error with_position(const Error& error, std::optional<std::size_t> position);

}  // namespace schemist
