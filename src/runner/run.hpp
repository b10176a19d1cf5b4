#pragma once
// One run: a way through the history, step by step, until nothing is left to do.

#include "runner/executor.hpp"
#include "runner/runner.hpp"
#include "runner/session.hpp"
#include "runner/watcher.hpp"

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
    StampReport stamp(std::span<const std::string> targets, bool purge);
    JournalRow resolve(std::string_view id, Resolution resolution);

  private:
    using Clock = std::chrono::steady_clock;
    // What is to be done with the journal as it is now; called again when another process has changed it.
    using MakePath = std::function<std::vector<std::string>()>;
    // Where in the history the run is.
    struct Place {
        const Revision& revision;
        Direction direction;
        std::size_t number;
        const RunStep& step;
        std::size_t count;  // of the revision's steps

        bool last() const { return number == count; }
        std::string text() const;  // "step 2 of 3 of revision b"
    };

    // run.cpp: from path to path.
    RunReport follow(Direction direction, const MakePath& make_path);
    bool follow_once(const std::vector<std::string>& path, Direction direction);
    // False when the journal may have changed, and a new path is needed.
    bool run_revision(const Revision& revision, Direction direction);
    void refuse_data_of_squashed() const;

    // run_steps.cpp: one step, tried until it is known what became of it.
    StepOutcome run_step(const Place& place);
    // Of one step.
    struct Tries {
        Clock::time_point since;
        int looked = 0;  // and found its tables in use
        int failed = 0;  // because of others
    };
    StepOutcome try_step(const Place& place, const Tries& tries);
    bool looks_first(const Tries& tries) const;
    StepOutcome commit(const JournalRow& row, const RunStep& step, Direction direction, bool last);
    void add_data_migration(StepTransaction& transaction, const Place& place) const;
    bool is_lost(const Error& error);
    enum class Remedy { again, new_path };
    Remedy remedy(const Error& error, const Place& place, Tries& tries);
    void wait_for_others(const Error& error, const Place& place, Tries& tries);

    // run_alone.cpp: a statement outside of a transaction.
    StepOutcome run_alone(const Place& place);
    void run_until_settled(const Place& place, const std::optional<JournalRow>& before);
    void clean_up(const LoneStatementState& state, const Place& place);
    void take_back_intent(const std::string& id, const std::optional<JournalRow>& before) noexcept;
    // False when the statement may run; true when the path is to be made anew.
    bool settle_interrupted(const JournalRow& row, const Place& place);
    void mark_done(const Place& place);

    // resolve.cpp
    bool commit_resolution(const JournalRow& row, const Revision& revision, Direction direction,
                           Resolution resolution);

    // journal_rows.cpp: what the journal is told.
    JournalRow row_for(const Revision& revision, Direction direction, std::size_t done,
                       std::size_t in_flight) const;
    void remember(const JournalRow& row, Direction direction, bool last);
    std::string journal_sql(const JournalRow& row, Direction direction, bool last) const;
    static std::string compiled_key(const Revision& revision, Direction direction);
    const std::vector<RunStep>& steps(const Revision& revision, Direction direction);
    Place place_of(const Revision& revision, Direction direction, std::size_t number);

    // wait.cpp
    void read();
    void look_for_database(const Error& error, Clock::time_point since, int attempt);
    bool take_lock();
    void wait_for_lock();
    void pause(const std::string& holder);
    void sleep(std::chrono::milliseconds duration);
    void stop_if_asked() const;
    std::chrono::milliseconds with_jitter(std::chrono::milliseconds duration);
    // A step that costs its connection every time is the cause itself.
    static constexpr int most_losses = 3;

    // observe.cpp
    std::string observe();

    // failure.cpp
    [[noreturn]] void fail(const Error& error, const Place& place);
    [[noreturn]] void fail_stopped(const Place& place);
    std::string state_after_failure(const Place& place) const;
    std::string finished() const;

    const Dialect& dialect_;
    const History& history_;
    RunOptions options_;
    Reporter& reporter_;
    JournalTable table_;
    std::unique_ptr<Connection> observer_;  // of the watcher's thread, and so there for longer
    Watcher watcher_;
    Session session_;
    Journal journal_;
    RunReport report_;
    std::map<std::string, std::vector<RunStep>> compiled_;
    bool removed_remains_ = false;  // of the statement that ran alone last
    int losses_ = 0;                // of connections, since the last step that was done
    // Set while the lock is waited for.
    std::optional<Clock::time_point> waiting_since_;
    Clock::time_point last_word_{};
    std::chrono::milliseconds delay_{};
    std::minstd_rand random_;
};

}  // namespace schemist
