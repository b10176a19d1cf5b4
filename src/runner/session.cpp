#include "runner/session.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/leased_lock.hpp"
#include "runner/postgresql_script.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist {

Session::Session(Connection& given, const JournalTable& table, const RunOptions& options, Watcher& watcher,
                 Reporter& reporter)
    : given_(given), table_(table), options_(options), watcher_(watcher), reporter_(reporter) {
    use(given_, false);
}

Session::~Session() {
    unlock();
    if (auto* native = dynamic_cast<postgresql::Connection*>(&given_)) {
        native->on_notice({});
    }
}

Connection& Session::connection() {
    return worker_ ? *worker_ : first();
}

Connection& Session::first() {
    return replacement_ ? *replacement_ : given_;
}

postgresql::Connection* Session::native_first() {
    return options_.connect && !starved_ ? dynamic_cast<postgresql::Connection*>(&first()) : nullptr;
}

void Session::use(Connection& connection, bool lock_is_held) {
    executor_ = make_executor(connection, table_,
                              {options_.lock_wait, options_.lock_timeout, options_.statement_timeout,
                               options_.lock_lease, lock_is_held});
    if (auto* native = dynamic_cast<postgresql::Connection*>(&connection)) {
        native->on_notice([this](const postgresql::Notice& notice) {
            const std::string text = "the server says: " + notice.text;
            notice.is_warning ? reporter_.warning(text) : reporter_.info("  " + text);
        });
    }
}

bool Session::try_lock() {
    postgresql::Connection* const native = native_first();
    if (native == nullptr) {
        ready_ = true;
        return true;
    }
    const LockKeys keys = lock_keys(table_);
    const postgresql::LeaseSettings settings{
        {keys.first, keys.lock}, options_.lock_lease, application_name(options_.run_id)};
    watcher_.lock_held();
    lock_ = postgresql::LeasedLock::try_take(
        *native, settings, [this](const postgresql::LockLoss& loss) { watcher_.lock_lost(loss.expired); });
    if (!lock_) {
        return false;
    }
    if (!open_worker()) {
        unlock();
        starved_ = true;
        reporter_.info("the pooler has no second connection to give: every step takes the lock for itself");
    }
    ready_ = true;
    return true;
}

// False when a pooler stands between and does not answer: it has nothing left for a second connection.
bool Session::open_worker() {
    worker_ = options_.connect(reporter_, true);
    use(*worker_, true);
    if (lock_->direct()) {
        return true;
    }
    try {
        const Watcher::Watched watched(watcher_, *worker_, Work::connecting, {});
        worker_->run_script("SELECT 1");
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool Session::confirm_lock() {
    if (!lock_ || lock_->confirm()) {
        return true;
    }
    const auto loss = lock_->loss();
    if (!loss->expired) {
        reporter_.info(fmt::format("the connection with the lock was lost: {}", loss->reason));
        return false;
    }
    throw Error(fmt::format("the lock was lost, since this process did not answer for {} s: {}",
                            std::chrono::duration_cast<std::chrono::seconds>(options_.lock_lease).count(),
                            loss->reason))
        .at(first().description())
        .state("what this run had applied stays applied")
        .hint("run the same command again; SCHEMIST_LOCK_LEASE allows for more")
        .exit_code(ExitCode::lock);
}

void Session::recover() {
    const bool lost = lock_ && lock_->loss();
    unlock();
    if (lost || !first().alive()) {
        replacement_ = options_.connect(reporter_, true);
    }
    use(first(), false);
}

void Session::unlock() noexcept {
    ready_ = false;
    executor_->release();
    lock_.reset();
    if (worker_) {
        use(first(), false);
        worker_.reset();
    }
}

}  // namespace schemist
