#include "runner/postgresql_script.hpp"

#include "history/checksum.hpp"
#include "postgresql/table_locks.hpp"

#include <charconv>

#include <fmt/format.h>

namespace schemist {

namespace {

// A transaction that is younger ends soon enough: the step may queue behind it.
constexpr std::chrono::milliseconds young{200};

// Below are the server's own catalogues.
constexpr int first_normal_object = 16384;

std::uint32_t hash32(std::string_view text) {
    const std::string digest = sha256(text);
    std::uint32_t result = 0;
    std::from_chars(digest.data(), digest.data() + 8, result, 16);
    return result;
}

std::string arguments(std::uint32_t first, std::uint32_t second) {
    return fmt::format("{}, {}", static_cast<std::int32_t>(first), static_cast<std::int32_t>(second));
}

std::string raise(std::string_view message, std::string_view state) {
    return fmt::format("        RAISE EXCEPTION '{}' USING ERRCODE = '{}';\n", message, state);
}

std::string take_locks(const LockKeys& keys, const ExecutorOptions& options) {
    const std::string step = fmt::format("pg_try_advisory_xact_lock({})", arguments(keys.first, keys.step));
    const std::string lock = options.lock_is_held ? std::string{}
                                                  : fmt::format("pg_try_advisory_xact_lock({}) AND ",
                                                                arguments(keys.first, keys.lock));
    return fmt::format("    IF NOT ({}{}) THEN\n{}    END IF;\n", lock, step,
                       raise("schemist: another process holds the lock", lock_is_busy));
}

std::string compare_journal(const JournalTable& table, const Journal& expected) {
    const std::string changed =
        raise("schemist: the journal has changed since the run was planned", journal_has_changed);
    const std::string exists = fmt::format("to_regclass({})", table.literal(table.quoted()));
    if (expected.exists) {
        return fmt::format("    IF {} IS NULL OR ({}) <> '{}' THEN\n{}    END IF;\n", exists,
                           table.select_fingerprint(), sha256(expected.fingerprint()), changed);
    }
    const std::string schema = table.create_schema();
    return fmt::format("    IF {} IS NOT NULL THEN\n{}    END IF;\n{}{};\n", exists, changed,
                       schema.empty() ? "    " : "    " + schema + ";\n    ", table.create());
}

std::string look_at_tables(const StepTransaction& transaction) {
    const std::vector<postgresql::LockTarget> targets = transaction.look_first
                                                            ? postgresql::lock_targets(transaction.step.text)
                                                            : std::vector<postgresql::LockTarget>{};
    if (targets.empty()) {
        return {};
    }
    // To plan the whole question takes longer than many a step; most often nobody has anything in use.
    return fmt::format(
        "    IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND relation >= {} AND pid IS "
        "DISTINCT "
        "FROM pg_backend_pid()) THEN\n"
        "        SELECT string_agg(who, '; ') INTO blockers FROM ({}) AS blocker;\n"
        "        IF blockers IS NOT NULL THEN\n"
        "            RAISE EXCEPTION 'in use: %', blockers USING ERRCODE = '{}';\n        END IF;\n    END "
        "IF;\n",
        first_normal_object, postgresql::blockers_query(targets, young), table_is_in_use);
}

// Runs inside of the step's own transaction, so whatever happens to this process, a step is never applied
// twice.
std::string guard(const JournalTable& table, const StepTransaction& transaction,
                  const ExecutorOptions& options, std::string_view is_direct) {
    // What a dead client's transaction holds must not be held for ever. Some platforms cannot look after the
    // client while a statement runs, and older versions do not know the last setting.
    std::string text = fmt::format(
        "DO $schemist$\nDECLARE\n    blockers text;\nBEGIN\n"
        "    PERFORM set_config('idle_in_transaction_session_timeout', '{}', true), "
        "set_config('application_name', {}, true);\n"
        "    BEGIN\n        PERFORM set_config('client_connection_check_interval', '5s', true), "
        "set_config('tcp_keepalives_idle', '10', true), set_config('tcp_keepalives_interval', '5', true), "
        "set_config('tcp_keepalives_count', '3', true), set_config('tcp_user_timeout', '20s', true);\n"
        "    EXCEPTION WHEN OTHERS THEN NULL;\n    END;\n"
        "    IF current_setting('server_version_num')::integer >= 170000 THEN\n"
        "        PERFORM set_config('transaction_timeout', '0', true);\n    END IF;\n",
        options.lease.count(),
        table.literal(transaction.application_name.empty() ? "schemist" : transaction.application_name));
    text += take_locks(lock_keys(table), options);
    text += compare_journal(table, transaction.expected);
    text += look_at_tables(transaction);
    if (transaction.keep_lock) {
        const LockKeys keys = lock_keys(table);
        text += fmt::format("    PERFORM pg_try_advisory_lock({}) WHERE {};\n",
                            arguments(keys.first, keys.step), is_direct);
    }
    return text + "END\n$schemist$;\n";
}

// Others are to wait no longer than the limit because of a step, and need a moment to be woken when it gives up.
std::chrono::milliseconds given_up_after(std::chrono::milliseconds limit) {
    return limit - std::min(limit / 10, std::chrono::milliseconds(50));
}

}  // namespace

LockKeys lock_keys(const JournalTable& table) {
    const std::uint32_t lock = hash32(table.name().schema + "." + table.name().name);
    return {hash32("schemist"), lock, lock + 1};
}

std::string application_name(std::string_view run_id) {
    return fmt::format("schemist:{}", run_id);
}

std::string application_name(std::string_view run_id, std::string_view revision, std::size_t step) {
    constexpr std::size_t shown_by_server = 63;
    const std::string begin = fmt::format("schemist:{}:", run_id);
    const std::string end = fmt::format(":{}", step);
    const std::size_t left = shown_by_server - std::min(shown_by_server, begin.size() + end.size());
    return fmt::format("{}{}{}", begin, revision.substr(0, left), end);
}

GuardedScript postgresql_script(const JournalTable& table, const StepTransaction& transaction,
                                const ExecutorOptions& options, std::string_view is_direct) {
    // What an earlier step has set for the session (a dump sets the search path) must not depend on who ran it,
    // and what this one sets must not be left to others that a pooler lends the same connection.
    return {fmt::format(
                "BEGIN ISOLATION LEVEL READ COMMITTED;\nRESET ALL;\nSET LOCAL lock_timeout = {};\nSET LOCAL "
                "statement_timeout = {};\n{}",
                given_up_after(options.lock_timeout).count(), options.statement_timeout.count(),
                guard(table, transaction, options, is_direct)),
            fmt::format("\n;\nRESET SESSION AUTHORIZATION;\nRESET ROLE;\nRESET ALL;\nSET LOCAL "
                        "statement_timeout = {};\n{};\nCOMMIT;\n",
                        options.statement_timeout.count(), transaction.journal_sql)};
}

}  // namespace schemist
