#include <schemist/database.hpp>
#include <schemist/error.hpp>

namespace schemist {

// A savepoint of one name hides an older one of the same name until it is released, so that one name does for
// all.
constexpr std::string_view savepoint = "schemist_transaction";

Transaction::Transaction(Database& database)
    : connection_(database.connection()), nested_(connection_.in_transaction()) {
    if (nested_) {
        connection_.run_script(std::string("SAVEPOINT ").append(savepoint));
    } else {
        // SQLite: a transaction that begins by reading may find no way to write later.
        connection_.run_script(connection_.dialect() == DialectName::sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
    }
}

Transaction::~Transaction() {
    try {
        rollback();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the connection is lost, and the transaction with it
    }
}

void Transaction::commit() {
    if (!open_) {
        throw Error("the transaction has ended already")
            .hint("end a transaction once, by commit() or rollback()")
            .exit_code(ExitCode::internal);
    }
    if (nested_) {
        connection_.run_script(std::string("RELEASE SAVEPOINT ").append(savepoint));
    } else {
        // PostgreSQL takes COMMIT after a failed statement for ROLLBACK, without an error; SELECT makes it
        // one.
        connection_.run_script(connection_.dialect() == DialectName::sqlite ? "COMMIT" : "SELECT 1; COMMIT");
    }
    open_ = false;
}

void Transaction::rollback() {
    if (!open_) {
        return;
    }
    open_ = false;
    if (!connection_.in_transaction()) {  // SQLite ends it itself after some errors
        return;
    }
    if (nested_) {
        const std::string name(savepoint);
        connection_.run_script("ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name);
    } else {
        connection_.run_script("ROLLBACK");
    }
}

}  // namespace schemist
