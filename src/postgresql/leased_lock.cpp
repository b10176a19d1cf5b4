#include "postgresql/leased_lock.hpp"

#include "postgresql/conninfo.hpp"

#include <schemist/error.hpp>

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace schemist::postgresql {
namespace {

// SHOW takes no snapshot: a SELECT here would make CREATE INDEX CONCURRENTLY wait for this transaction's end.
constexpr const char* heartbeat = "SHOW transaction_isolation";

// A heartbeat that is under way when the lock is released gets this long for its answer.
constexpr std::chrono::seconds patience_at_end{1};

// The server ended the connection for being idle too long, or for too long a transaction.
bool says_expired(std::string_view sqlstate) {
    return sqlstate == "25P03" || sqlstate == "25P04";
}

std::string lock_script(const LeaseSettings& settings, int server_version) {
    return fmt::format(
        "BEGIN ISOLATION LEVEL READ COMMITTED;\nSET LOCAL idle_in_transaction_session_timeout = {};\nSET "
        "LOCAL "
        "statement_timeout = 0;\nSET LOCAL lock_timeout = 0;\n{}SET LOCAL application_name = '{}';\nSELECT "
        "pg_try_advisory_xact_lock({}), pg_backend_pid()",
        settings.lease.count(), server_version >= 170000 ? "SET LOCAL transaction_timeout = 0;\n" : "",
        settings.application_name, lock_arguments(settings.key));
}

}  // namespace

std::string lock_arguments(const LockKey& key) {
    return fmt::format("{}, {}", static_cast<std::int32_t>(key.first), static_cast<std::int32_t>(key.second));
}

std::unique_ptr<LeasedLock> LeasedLock::try_take(Connection& connection, const LeaseSettings& settings,
                                                 std::function<void(const LockLoss&)> on_lost) {
    const Clock::time_point asked = Clock::now();
    const Rows rows = connection.run_script(lock_script(settings, connection.server_version()));
    if (rows.text(0, 0) != "t") {
        connection.run_script("ROLLBACK");
        return nullptr;
    }
    const bool direct = rows.integer(0, 1) == connection.process();
    return std::unique_ptr<LeasedLock>(
        new LeasedLock(connection, settings, direct, asked, std::move(on_lost)));
}

LeasedLock::LeasedLock(Connection& connection, const LeaseSettings& settings, bool direct,
                       Clock::time_point confirmed, std::function<void(const LockLoss&)> on_lost)
    : connection_(connection),
      lease_(settings.lease),
      direct_(direct),
      on_lost_(std::move(on_lost)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      confirmed_(confirmed) {
    if (wake_ < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    receiver_before_ = PQsetNoticeReceiver(
        connection_.native(),
        [](void* self, const PGresult* notice) {
            auto& lock = *static_cast<LeasedLock*>(self);
            const auto field = [&](int code) {
                const char* value = PQresultErrorField(notice, code);
                return std::string(value == nullptr ? "" : value);
            };
            lock.last_sqlstate_ = field(PG_DIAG_SQLSTATE);
            lock.last_message_ = field(PG_DIAG_MESSAGE_PRIMARY);
        },
        this);
    thread_ = std::thread([this] { watch(); });
}

LeasedLock::~LeasedLock() {
    {
        const std::lock_guard guard(mutex_);
        ending_ = true;
        ending_since_ = Clock::now();
    }
    wake();
    thread_.join();
    ::close(wake_);
    PQsetNoticeReceiver(connection_.native(), receiver_before_, &connection_);
    try {
        if (connection_.alive() && connection_.in_transaction()) {
            connection_.run_script("ROLLBACK");
        }
    } catch (...) {  // the lock goes with the connection
    }
}

std::optional<LockLoss> LeasedLock::loss() const {
    const std::lock_guard guard(mutex_);
    return loss_;
}

bool LeasedLock::confirm() {
    std::unique_lock guard(mutex_);
    while (!loss_ && Clock::now() - confirmed_ > lease_ / 3) {
        const Clock::time_point before = confirmed_;
        asked_ = true;
        wake();
        changed_.wait(guard, [&] { return loss_ || confirmed_ != before; });
    }
    return !loss_;
}

void LeasedLock::wake() const {
    const std::uint64_t one = 1;
    // A full counter wakes as well.
    static_cast<void>(::write(wake_, &one, sizeof one));
}

void LeasedLock::watch() {
    Clock::time_point next = Clock::now() + lease_ / 6;
    while (true) {
        const bool quiet = wait_for_input(next);
        bool beat_now = Clock::now() >= next;
        {
            const std::lock_guard guard(mutex_);
            if (ending_) {
                return;
            }
            beat_now = beat_now || asked_;
            asked_ = false;
        }
        if ((!quiet && !read_input()) || (beat_now && !beat())) {
            return;
        }
        if (beat_now) {
            next = Clock::now() + lease_ / 6;
        }
    }
}

// True when there is nothing to read.
bool LeasedLock::wait_for_input(Clock::time_point until) {
    std::array<pollfd, 2> files{{{PQsocket(connection_.native()), POLLIN, 0}, {wake_, POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    ::poll(files.data(), files.size(), static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (files[1].revents != 0) {
        std::uint64_t count = 0;
        static_cast<void>(::read(wake_, &count, sizeof count));
    }
    return files[0].revents == 0;
}

// Nothing is expected but the end of the connection.
bool LeasedLock::read_input() {
    const bool read = PQconsumeInput(connection_.native()) != 0;
    PQisBusy(connection_.native());
    if (read && connection_.alive() && !says_expired(last_sqlstate_) &&
        last_sqlstate_.compare(0, 2, "57") != 0) {
        return true;
    }
    lose(last_message_.empty() ? PQerrorMessage(connection_.native()) : last_message_);
    return false;
}

bool LeasedLock::beat() {
    PGconn* const native = connection_.native();
    // An answer may be old when it is read: this process may have been stopped meanwhile.
    const Clock::time_point sent = Clock::now();
    const Clock::time_point deadline = sent + lease_ / 4;
    if (PQsendQuery(native, heartbeat) == 0) {
        lose(PQerrorMessage(native));
        return false;
    }
    bool complete = false;
    while (!complete) {
        while (PQisBusy(native) != 0) {
            if (Clock::now() >= deadline) {
                // The answer may still come, and would be taken for that of another question.
                connection_.abandon();
                lose(fmt::format("no answer within {} ms", (lease_ / 4).count()));
                return false;
            }
            if (!wait_for_input(deadline) && PQconsumeInput(native) == 0) {
                lose(last_message_.empty() ? PQerrorMessage(native) : last_message_);
                return false;
            }
            const std::lock_guard guard(mutex_);
            if (ending_ && Clock::now() > ending_since_ + patience_at_end) {
                connection_.abandon();
                return false;
            }
        }
        PGresult* const result = PQgetResult(native);
        if (result != nullptr && PQresultStatus(result) != PGRES_TUPLES_OK) {
            const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
            const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
            last_sqlstate_ = last_sqlstate_.empty() && sqlstate != nullptr ? sqlstate : last_sqlstate_;
            last_message_ = last_message_.empty() && message != nullptr ? message : last_message_;
        }
        complete = result == nullptr;
        PQclear(result);
    }
    if (PQtransactionStatus(native) != PQTRANS_INTRANS) {
        lose(last_message_.empty() ? "its transaction has ended" : last_message_);
        return false;
    }
    const std::lock_guard guard(mutex_);
    confirmed_ = sent;
    changed_.notify_all();
    return true;
}

void LeasedLock::lose(std::string reason) {
    while (!reason.empty() && (reason.back() == '\n' || reason.back() == ' ')) {
        reason.pop_back();
    }
    const char* password = PQpass(connection_.native());
    LockLoss loss{mask(reason, password == nullptr ? "" : password), says_expired(last_sqlstate_)};
    {
        const std::lock_guard guard(mutex_);
        loss.expired = loss.expired || Clock::now() - confirmed_ > lease_;
        loss_ = loss;
        changed_.notify_all();
    }
    on_lost_(loss);
}

}  // namespace schemist::postgresql
