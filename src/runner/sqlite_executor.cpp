#include "runner/executor.hpp"
#include "runner/executors.hpp"
#include "sqlite/lock_holder.hpp"

#include <schemist/error.hpp>

#include <thread>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr int longest_wait_inside = 250;  // milliseconds

bool is_busy(const Error& error) {
    return error.exit_code() == ExitCode::lock;
}

class SqliteExecutor final : public Executor {
  public:
    SqliteExecutor(Connection& connection, const JournalTable& table, const ExecutorOptions& options)
        : connection_(connection), table_(table), options_(options) {}

    SqliteExecutor(const SqliteExecutor&) = delete;
    SqliteExecutor& operator=(const SqliteExecutor&) = delete;

    ~SqliteExecutor() override {
        if (prepared_) {
            try {
                connection_.query(fmt::format("PRAGMA busy_timeout = {}", busy_timeout_));
                connection_.query(foreign_keys_ ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
            } catch (...) {  // the connection is of no use any more, and says so to its owner
            }
        }
    }

    StepOutcome run(const StepTransaction& transaction) override {
        prepare();
        try {
            connection_.query("BEGIN IMMEDIATE");
        } catch (const Error& error) {
            if (is_busy(error)) {
                return StepOutcome::busy;
            }
            throw;
        }
        try {
            const Journal journal = read_journal(connection_, table_);
            if (journal.exists != transaction.expected.exists ||
                journal.fingerprint() != transaction.expected.fingerprint()) {
                roll_back();
                return StepOutcome::changed;
            }
            run_inside(transaction);
        } catch (...) {
            roll_back();
            throw;
        }
        connection_.query("PRAGMA legacy_alter_table = OFF");
        return StepOutcome::done;
    }

    void run_alone(const RunStep& step) override {
        prepare();
        run_statements(step);
    }

    // VACUUM, ATTACH and pragmas: they are done, or they are not, and may be done again.
    LoneStatementState examine_alone(const RunStep&) override { return {Aftermath::had_no_effect}; }

    std::optional<std::string> lock_holder() override {
        const Rows rows = connection_.query("SELECT file FROM pragma_database_list WHERE name = 'main'");
        return rows.empty() ? std::nullopt : sqlite::write_lock_holder(rows.text(0, 0));
    }

    std::optional<std::string> still_at_work(std::string_view) override { return std::nullopt; }
    std::string blockers(const RunStep&) override { return {}; }
    void release() noexcept override {}

  private:
    // A table that is rebuilt must neither cascade into its children nor have its references renamed.
    void prepare() {
        if (!prepared_) {
            foreign_keys_ = connection_.query("PRAGMA foreign_keys").integer(0, 0) != 0;
            connection_.query("PRAGMA foreign_keys = OFF");
            // Those who wait inside of SQLite cannot be told to stop, nor say for whom they wait.
            busy_timeout_ = connection_.query("PRAGMA busy_timeout").integer(0, 0);
            connection_.query(fmt::format("PRAGMA busy_timeout = {}", longest_wait_inside));
            prepared_ = true;
        }
        connection_.query("PRAGMA legacy_alter_table = OFF");
    }

    void run_inside(const StepTransaction& transaction) {
        if (!transaction.expected.exists) {
            connection_.query(table_.create());
        }
        if (transaction.before) {
            transaction.before(connection_);
        }
        run_statements(transaction.step);
        if (transaction.after) {
            transaction.after(connection_);
        }
        if (!connection_.in_transaction()) {
            throw Error("a data migration ended the transaction").hint("remove COMMIT and ROLLBACK from it");
        }
        check_foreign_keys();
        connection_.run_script(transaction.journal_sql);
        commit();
    }

    void run_statements(const RunStep& step) {
        for (const ScriptStatement& statement : step.statements) {
            try {
                connection_.run_script(
                    std::string_view(step.text).substr(statement.offset, statement.length));
            } catch (const Error& error) {
                throw with_position(error, statement.offset + error.position().value_or(0));
            }
        }
    }

    void check_foreign_keys() {
        const Rows rows = connection_.query("PRAGMA foreign_key_check");
        if (rows.empty()) {
            return;
        }
        const std::string rowid = is_null(rows.rows[0][1]) ? "without a rowid" : "rowid " + rows.text(0, 1);
        throw Error(fmt::format("{} row{} would refer to nothing: table {}, {}, refers to {}{}", rows.size(),
                                rows.size() == 1 ? "" : "s", rows.text(0, 0), rowid, rows.text(0, 2),
                                rows.size() == 1 ? "" : ", and others"))
            .hint(
                "PRAGMA foreign_key_check lists what is there already; repair the rows, or let the revision "
                "do it");
    }

    // With a rollback journal a reader can keep a commit waiting; the transaction is still whole then.
    void commit() {
        const auto deadline = std::chrono::steady_clock::now() + options_.lock_wait;
        while (true) {
            try {
                connection_.query("COMMIT");
                return;
            } catch (const Error& error) {
                if (!is_busy(error) || std::chrono::steady_clock::now() > deadline) {
                    throw;
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        }
    }

    void roll_back() noexcept {
        try {
            if (connection_.in_transaction()) {
                connection_.query("ROLLBACK");
            }
        } catch (...) {  // SQLite rolls back by itself when the file is opened again
        }
    }

    Connection& connection_;
    const JournalTable& table_;
    ExecutorOptions options_;
    bool prepared_ = false;
    bool foreign_keys_ = false;
    std::int64_t busy_timeout_ = 0;
};

}  // namespace

std::unique_ptr<Executor> make_sqlite_executor(Connection& connection, const JournalTable& table,
                                               const ExecutorOptions& options) {
    return std::make_unique<SqliteExecutor>(connection, table, options);
}

}  // namespace schemist
