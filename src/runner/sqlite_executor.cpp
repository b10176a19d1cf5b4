#include "runner/executor.hpp"
#include "runner/executors.hpp"

#include <schemist/error.hpp>

#include <thread>

#include <fmt/format.h>

namespace schemist {

namespace {

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
        if (foreign_keys_) {
            try {
                connection_.query("PRAGMA foreign_keys = ON");
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

    std::optional<std::string> lock_holder() override { return std::nullopt; }
    void release() noexcept override {}
    // VACUUM, ATTACH and pragmas: they are done, or they are not.
    bool can_repeat_alone() const override { return true; }
    std::string leftovers() override { return {}; }

  private:
    // A table that is rebuilt must neither cascade into its children nor have its references renamed.
    void prepare() {
        if (!prepared_) {
            foreign_keys_ = connection_.query("PRAGMA foreign_keys").integer(0, 0) != 0;
            connection_.query("PRAGMA foreign_keys = OFF");
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
};

}  // namespace

std::unique_ptr<Executor> make_sqlite_executor(Connection& connection, const JournalTable& table,
                                               const ExecutorOptions& options) {
    return std::make_unique<SqliteExecutor>(connection, table, options);
}

}  // namespace schemist
