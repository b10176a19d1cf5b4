#include "postgresql/connection.hpp"
#include "postgresql/lone_statement.hpp"
#include "postgresql/table_locks.hpp"
#include "postgresql/views_in_the_way.hpp"
#include "runner/executor.hpp"
#include "runner/executors.hpp"
#include "runner/postgresql_script.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

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
        : connection_(connection), table_(table), options_(options), keys_(lock_keys(table)) {}

    StepOutcome run(const StepTransaction& transaction) override {
        const GuardedScript script = postgresql_script(table_, transaction, options_, is_direct());
        try {
            run_around_views(script, transaction);
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

    LoneStatementState examine_alone(const RunStep& step) override {
        return postgresql::examine_lone_statement(connection_, step.text);
    }

    std::optional<std::string> lock_holder() override {
        const Rows rows = connection_.run_script(fmt::format(
            "SELECT l.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), "
            "coalesce(host(a.client_addr), 'this computer'), "
            "coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))::bigint, "
            "0), "
            "(SELECT split_part(w.application_name, ':', 3) || ', step ' || split_part(w.application_name, "
            "':', 4) "
            "|| ': ' || left(regexp_replace(w.query, '\\s+', ' ', 'g'), 60) FROM pg_stat_activity w WHERE "
            "a.application_name LIKE 'schemist:%' AND w.application_name LIKE a.application_name || ':%' AND "
            "w.state <> 'idle' LIMIT 1) "
            "FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = {0} AND l.objid "
            "IN ({1}, "
            "{2}) AND l.pid <> pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname "
            "= "
            "current_database()) ORDER BY l.objid = {2} LIMIT 1",
            keys_.first, options_.lock_is_held ? keys_.step : keys_.lock, keys_.step));
        if (rows.empty()) {
            return std::nullopt;
        }
        return fmt::format("process {} ({}, user {}, from {}) for {} s{}", rows.text(0, 0), rows.text(0, 1),
                           rows.text(0, 2), rows.text(0, 3), rows.text(0, 4),
                           is_null(rows.rows[0][5]) ? "" : ", now at revision " + rows.text(0, 5));
    }

    // With a pooler between, nothing but the name tells: the statement's connection holds no lock there.
    std::optional<std::string> still_at_work(std::string_view run_id) override {
        const Rows rows = connection_.run_script(fmt::format(
            "SELECT pid, coalesce(extract(epoch FROM clock_timestamp() - query_start)::bigint, 0) FROM "
            "pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND "
            "((application_name LIKE {2} AND state <> 'idle') OR pid IN (SELECT pid FROM pg_locks WHERE "
            "locktype = "
            "'advisory' AND granted AND objsubid = 2 AND classid = {0} AND objid = {1})) LIMIT 1",
            keys_.first, keys_.step, table_.literal(application_name(run_id) + ":%")));
        if (rows.empty()) {
            return std::nullopt;
        }
        return fmt::format("process {} of run {}, which works on without it for {} s", rows.text(0, 0),
                           run_id, rows.text(0, 1));
    }

    std::string blockers(const RunStep& step) override {
        std::vector<std::string> found;
        for (const postgresql::Blocker& blocker : postgresql::blockers(
                 connection_, postgresql::lock_targets(step.text), std::chrono::milliseconds(0))) {
            found.push_back(blocker.who);
        }
        return fmt::format("{}", fmt::join(found, "; "));
    }

    void release() noexcept override {
        if (!keeps_lock_) {
            return;
        }
        keeps_lock_ = false;
        try {
            connection_.run_script(
                fmt::format("SELECT pg_advisory_unlock({}) WHERE {}; RESET ALL", step_key(), is_direct()));
        } catch (...) {  // the server releases it when the connection ends
        }
    }

  private:
    std::string step_key() const {
        return fmt::format("{}, {}", static_cast<std::int32_t>(keys_.first),
                           static_cast<std::int32_t>(keys_.step));
    }

    // In SQL. A lock or a setting of the session would stay with a connection of the pooler's.
    std::string is_direct() const {
        const auto* native = dynamic_cast<const postgresql::Connection*>(&connection_);
        return native == nullptr ? "true" : fmt::format("pg_backend_pid() = {}", native->process());
    }

    // A pooler that works by transactions keeps the application's name for its client, so that it may be set.
    std::string prepare_for_alone(const StepTransaction& transaction) const {
        if (!transaction.keep_lock) {
            return {};
        }
        return fmt::format(
            "SELECT set_config('application_name', {}, false);\n"
            "SELECT set_config('lock_timeout', '0', false), set_config('statement_timeout', '{}', false) "
            "WHERE "
            "{};\n",
            table_.literal(transaction.application_name), options_.statement_timeout.count(), is_direct());
    }

    void run_script(const std::string& script, std::size_t begin, const RunStep& step,
                    std::size_t statements = statements_before_step) {
        try {
            connection_.run_script(script);
        } catch (const Error& error) {
            const std::size_t before = begin > 0 ? statements : 0;
            const std::optional<std::size_t> position = position_in(step, error, begin, before);
            if (!position && error.statement() &&
                *error.statement() < std::min(before, statements_before_step) &&
                error.sqlstate() != table_is_in_use) {
                throw with_position(error, std::nullopt)
                    .at("journal " + table_.name().schema + "." + table_.name().name)
                    .hint(
                        "grant CREATE on its schema to this user, or keep it in another with "
                        "SCHEMIST_JOURNAL_SCHEMA");
            }
            throw with_position(error, position);
        }
    }

    // A view that no revision knows may use a column that gets another type. The server names one at a time.
    void run_around_views(const GuardedScript& script, const StepTransaction& transaction) {
        postgresql::StandingViews standing;
        std::set<std::string> in_the_way;
        std::optional<Error> first;
        for (bool done = false; !done;) {
            try {
                run_with(script, transaction, standing);
                done = true;
            } catch (const Error& error) {
                const std::string view = postgresql::view_in_the_way(error);
                // A column that is gone, say.
                const bool cannot_be_put_back =
                    !standing.empty() && !error.position() && error.sqlstate().starts_with("42");
                if (view.empty() && !cannot_be_put_back) {
                    throw;
                }
                roll_back(transaction);
                const bool is_new = !view.empty() && in_the_way.insert(view).second;
                if (!first) {
                    first = error;
                }
                standing = is_new ? postgresql::standing_views(connection_, in_the_way)
                                  : postgresql::StandingViews{};
                if (standing.empty()) {
                    throw first->hint(
                        fmt::format("drop {} {} before, and make {} again after, in the revision or by hand",
                                    in_the_way.size() == 1 ? "the view" : "the views",
                                    fmt::join(in_the_way, ", "), in_the_way.size() == 1 ? "it" : "them"));
                }
            }
        }
        if (!standing.empty() && transaction.tell) {
            transaction.tell(fmt::format("{} stood in the way, and {} taken down and put back",
                                         fmt::join(standing.names, ", "),
                                         standing.names.size() == 1 ? "was" : "were"));
        }
    }

    void run_with(const GuardedScript& script, const StepTransaction& transaction,
                  const postgresql::StandingViews& standing) {
        // Definitions are printed for this path.
        constexpr std::string_view path = "SET LOCAL search_path = public;\n";
        GuardedScript around = script;
        std::size_t statements = statements_before_step;
        if (!standing.empty()) {
            around.begin += fmt::format("{};\n", fmt::join(standing.drops, ";\n"));
            around.end = fmt::format("\n;\n{}{};\n{}", path, fmt::join(standing.creates, ";\n"), script.end);
            statements += standing.drops.size();
        }
        if (transaction.before || transaction.after) {
            run_in_parts(around, transaction);
        } else {
            run_script(around.begin + transaction.step.text + around.end + prepare_for_alone(transaction),
                       around.begin.size(), transaction.step, statements);
        }
    }

    void run_in_parts(const GuardedScript& script, const StepTransaction& transaction) {
        run_script(script.begin, script.begin.size(), transaction.step);
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
    LockKeys keys_;
    bool keeps_lock_ = false;
};

}  // namespace

std::unique_ptr<Executor> make_postgresql_executor(Connection& connection, const JournalTable& table,
                                                   const ExecutorOptions& options) {
    return std::make_unique<PostgresqlExecutor>(connection, table, options);
}

}  // namespace schemist
