#pragma once
// One run: a way through the history, step by step, until nothing is left to do.

#include "runner/executor.hpp"
#include "runner/runner.hpp"

#include <functional>
#include <map>
#include <random>

namespace schemist {

class Run {
  public:
    Run(Connection& connection, const Dialect& dialect, const History& history, const RunOptions& options,
        Reporter& reporter);

    RunReport upgrade(std::string_view target);
    RunReport downgrade(std::string_view target);
    StampReport stamp(std::string_view target, bool purge);

  private:
    using Clock = std::chrono::steady_clock;
    // What is to be done with the journal as it is now; called again when another process has changed it.
    using MakePath = std::function<std::vector<std::string>()>;

    RunReport follow(Direction direction, const MakePath& make_path);
    // False when the journal has changed, and a new path is needed.
    bool run_revision(const Revision& revision, Direction direction);
    StepOutcome run_step(const Revision& revision, Direction direction, std::size_t number);
    StepOutcome run_alone(const Revision& revision, Direction direction, std::size_t number,
                          const RunStep& step);
    void take_back_intent(const std::string& id, const std::optional<JournalRow>& before) noexcept;
    StepOutcome commit(const JournalRow& row, const RunStep& step, Direction direction, bool last,
                       bool keep_lock);
    // False when the statement may run; true when it was dealt with, and the path is to be made anew.
    bool resolve_interrupted(const JournalRow& row, const Revision& revision, Direction direction);

    JournalRow row_for(const Revision& revision, Direction direction, std::size_t done,
                       std::size_t in_flight) const;
    void remember(const JournalRow& row, Direction direction, bool last);
    std::string journal_sql(const JournalRow& row, Direction direction, bool last) const;
    const std::vector<RunStep>& steps(const Revision& revision, Direction direction);
    const DataMigration* data_migration(const Revision& revision) const;

    void read();
    void wait_for_lock();
    void pause(const std::string& holder);
    [[noreturn]] void fail(const Error& error, const Revision& revision, Direction direction,
                           std::size_t number, const RunStep& step);
    std::string state_after_failure(const Revision& revision, Direction direction, std::size_t number,
                                    bool transactional) const;

    Connection& connection_;
    const Dialect& dialect_;
    const History& history_;
    RunOptions options_;
    Reporter& reporter_;
    JournalTable table_;
    std::unique_ptr<Executor> executor_;
    Journal journal_;
    RunReport report_;
    std::map<std::string, std::vector<RunStep>> compiled_;
    // Set while the lock is waited for.
    std::optional<Clock::time_point> waiting_since_;
    Clock::time_point last_word_{};
    std::chrono::milliseconds delay_{};
    std::minstd_rand random_;
};

}  // namespace schemist
