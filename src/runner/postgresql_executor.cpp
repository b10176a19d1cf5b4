#include "history/checksum.hpp"
#include "runner/executor.hpp"
#include "runner/executors.hpp"

#include <schemist/error.hpp>

#include <charconv>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr std::string_view lock_is_busy = "SM001";
constexpr std::string_view journal_has_changed = "SM002";

// Two 32-bit keys, so that a holder can be found in pg_locks; the first says "Schemist", the second which
// journal.
struct LockKey {
    std::uint32_t first;
    std::uint32_t second;
};

std::uint32_t hash32(std::string_view text) {
    const std::string digest = sha256(text);
    std::uint32_t result = 0;
    std::from_chars(digest.data(), digest.data() + 8, result, 16);
    return result;
}

LockKey lock_key(const JournalTable& table) {
    return {hash32("schemist"), hash32(table.name().schema + "." + table.name().name)};
}

std::string arguments(const LockKey& key) {
    return fmt::format("{}, {}", static_cast<std::int32_t>(key.first), static_cast<std::int32_t>(key.second));
}

std::string raise(std::string_view message, std::string_view state) {
    return fmt::format("        RAISE EXCEPTION '{}' USING ERRCODE = '{}';\n", message, state);
}

// Runs inside of the step's own transaction, so whatever happens to this process, a step is never applied
// twice.
std::string guard(const JournalTable& table, const StepTransaction& transaction) {
    const std::string key = arguments(lock_key(table));
    const std::string changed =
        raise("schemist: the journal has changed since the run was planned", journal_has_changed);
    const std::string exists = fmt::format("to_regclass({})", table.literal(table.quoted()));
    std::string text =
        fmt::format("DO $schemist$\nBEGIN\n    IF NOT pg_try_advisory_xact_lock({}) THEN\n{}    END IF;\n",
                    key, raise("schemist: another process holds the lock", lock_is_busy));
    if (!transaction.expected.exists) {
        const std::string schema = table.create_schema();
        text += fmt::format("    IF {} IS NOT NULL THEN\n{}    END IF;\n{}{};\n", exists, changed,
                            schema.empty() ? "    " : "    " + schema + ";\n    ", table.create());
    } else {
        text += fmt::format("    IF {} IS NULL OR ({}) <> '{}' THEN\n{}    END IF;\n", exists,
                            table.select_fingerprint(), sha256(transaction.expected.fingerprint()), changed);
    }
    if (transaction.keep_lock) {
        text += fmt::format("    PERFORM pg_try_advisory_lock({});\n", key);
    }
    return text + "END\n$schemist$;\n";
}

// Sent before the step in the same message: BEGIN, RESET ALL, both timeouts and the guard.
constexpr std::size_t statements_before_step = 5;

// Where the step failed, in its own text.
std::optional<std::size_t> position_in(const RunStep& step, const Error& error, std::size_t begin,
                                       std::size_t statements_before) {
    if (error.position()) {
        const bool inside = *error.position() >= begin && *error.position() <= begin + step.text.size();
        return inside ? std::optional(*error.position() - begin) : std::nullopt;
    }
    const std::optional<std::size_t> number = error.statement();
    if (number && *number >= statements_before && *number - statements_before < step.statements.size()) {
        return step.statements[*number - statements_before].offset;
    }
    return std::nullopt;
}

class PostgresqlExecutor final : public Executor {
  public:
    PostgresqlExecutor(Connection& connection, const JournalTable& table, const ExecutorOptions& options)
        : connection_(connection), table_(table), options_(options) {}

    StepOutcome run(const StepTransaction& transaction) override {
        const GuardedScript script = postgresql_script(table_, transaction, options_);
        try {
            if (transaction.before || transaction.after) {
                run_in_parts(script, transaction);
            } else {
                run_script(script.begin + transaction.step.text + script.end, script.begin.size(),
                           transaction.step);
            }
        } catch (const Error& error) {
            roll_back(transaction);
            if (error.sqlstate() == lock_is_busy) {
                return StepOutcome::busy;
            }
            if (error.sqlstate() == journal_has_changed) {
                return StepOutcome::changed;
            }
            throw;
        } catch (...) {
            roll_back(transaction);
            throw;
        }
        if (transaction.keep_lock) {
            keeps_lock_ = true;
        } else {
            release();
        }
        return StepOutcome::done;
    }

    void run_alone(const RunStep& step) override { run_script(step.text, 0, step); }

    std::optional<std::string> lock_holder() override {
        const LockKey key = lock_key(table_);
        const Rows rows = connection_.run_script(fmt::format(
            "SELECT l.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), "
            "coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))::bigint, "
            "0), "
            "coalesce(a.state, '') FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = {} AND l.objid = "
            "{} "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1",
            key.first, key.second));
        if (rows.empty()) {
            return std::nullopt;
        }
        return fmt::format("process {} ({}, user {}), {} for {} s", rows.text(0, 0), rows.text(0, 1),
                           rows.text(0, 2), rows.text(0, 4), rows.text(0, 3));
    }

    void release() noexcept override {
        if (!keeps_lock_) {
            return;
        }
        keeps_lock_ = false;
        try {
            connection_.run_script(fmt::format("SELECT pg_advisory_unlock({})", arguments(lock_key(table_))));
        } catch (...) {  // the server releases it when the connection ends
        }
    }

    bool can_repeat_alone() const override { return false; }

    std::string leftovers() override {
        const Rows rows = connection_.run_script(
            "SELECT string_agg(indexrelid::regclass::text, ', ' ORDER BY 1) FROM pg_index WHERE NOT "
            "indisvalid");
        return rows.empty() || is_null(rows.rows[0][0])
                   ? std::string{}
                   : fmt::format("not valid now, and to be dropped before it runs again: index {}",
                                 rows.text(0, 0));
    }

  private:
    void run_script(const std::string& script, std::size_t begin, const RunStep& step) {
        try {
            connection_.run_script(script);
        } catch (const Error& error) {
            const std::size_t before = begin > 0 ? statements_before_step : 0;
            const std::optional<std::size_t> position = position_in(step, error, begin, before);
            if (!position && error.statement() && *error.statement() < before) {
                throw with_position(error, std::nullopt)
                    .at("journal " + table_.name().schema + "." + table_.name().name)
                    .hint(
                        "grant CREATE on its schema to this user, or keep it in another with "
                        "SCHEMIST_JOURNAL_SCHEMA");
            }
            throw with_position(error, position);
        }
    }

    void run_in_parts(const GuardedScript& script, const StepTransaction& transaction) {
        connection_.run_script(script.begin);
        if (transaction.before) {
            transaction.before(connection_);
        }
        run_script(transaction.step.text, 0, transaction.step);
        if (transaction.after) {
            transaction.after(connection_);
        }
        if (!connection_.in_transaction()) {
            throw Error("a data migration ended the transaction").hint("remove COMMIT and ROLLBACK from it");
        }
        connection_.run_script(script.end);
    }

    void roll_back(const StepTransaction& transaction) noexcept {
        try {
            if (connection_.alive() && connection_.in_transaction()) {
                connection_.run_script("ROLLBACK");
                // A lock of the session outlives its transaction.
                keeps_lock_ = keeps_lock_ || transaction.keep_lock;
                release();
            }
        } catch (...) {  // the server rolls back when the connection ends
        }
    }

    Connection& connection_;
    const JournalTable& table_;
    ExecutorOptions options_;
    bool keeps_lock_ = false;
};

}  // namespace

GuardedScript postgresql_script(const JournalTable& table, const StepTransaction& transaction,
                                const ExecutorOptions& options) {
    // What an earlier step has set for the session (a dump sets the search path) must not depend on who ran it.
    return {fmt::format(
                "BEGIN ISOLATION LEVEL READ COMMITTED;\nRESET ALL;\nSET LOCAL lock_timeout = {};\nSET LOCAL "
                "statement_timeout = "
                "{};\n{}",
                options.lock_timeout.count(), options.statement_timeout.count(), guard(table, transaction)),
            fmt::format("\n;\n{};\nCOMMIT;\n", transaction.journal_sql)};
}

std::unique_ptr<Executor> make_postgresql_executor(Connection& connection, const JournalTable& table,
                                                   const ExecutorOptions& options) {
    return std::make_unique<PostgresqlExecutor>(connection, table, options);
}

}  // namespace schemist
