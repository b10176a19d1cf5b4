#pragma once
/// \file
/// The one exception type of Schemist, and what a process ends with.

#include <cstddef>
#include <exception>
#include <optional>
#include <string>

namespace schemist {

/// What a command ends with. The command line itself ends with 128+n when signal n stopped it.
enum class ExitCode : int {
    success = 0,
    internal = 1,         ///< a fault of Schemist itself
    configuration = 2,    ///< configuration, authentication, permission, wrong usage
    unreachable = 3,      ///< the database could not be reached within the deadline
    lock = 4,             ///< the lock was not obtained, or was lost
    failed = 5,           ///< a migration failed and was rolled back; the state is clean
    needs_attention = 6,  ///< a statement outside of a transaction stopped half-way
    mismatch = 7,         ///< checksum, drift, damaged or contradictory history
    pending = 8,          ///< something is to be done, and the command was only to look
    newer = 9,            ///< the database is newer than the program
    loses_data = 10,      ///< rows or values would be lost, and nobody said that they may be
    interrupted = 128,    ///< stopped because somebody asked for it; 128+n for a signal n
};

/// A failure that ends an operation: what failed, where, what state the database is in, and what to do next.
///
/// Thrown at the place that knows these things; everything that is expected is a value instead.
/// \code
/// throw Error("the file has no '-- revision:' line")
///     .at("migrations/8f3c_add.sql:1")
///     .state("nothing was changed")
///     .hint("add the line, or move the file out of the migrations folder")
///     .exit_code(ExitCode::mismatch);
/// \endcode
class Error : public std::exception {
  public:
    explicit Error(std::string what_failed) : what_failed_(std::move(what_failed)) { compose(); }

    /// Where it failed: `file:line`, an object, a setting. Replaces what was said before.
    Error& at(std::string where) { return where_ = std::move(where), compose(); }
    /// What state the database is in now, for example "nothing was changed".
    Error& state(std::string state) { return state_ = std::move(state), compose(); }
    /// What to do next.
    Error& hint(std::string hint) { return hint_ = std::move(hint), compose(); }
    Error& exit_code(ExitCode code) { return code_ = code, *this; }
    /// The server's SQLSTATE, five characters, when a PostgreSQL server reported the failure.
    Error& sqlstate(std::string sqlstate) { return sqlstate_ = std::move(sqlstate), *this; }
    /// Offset in bytes into the SQL text that was sent, when the database named one.
    Error& position(std::size_t offset) { return position_ = offset, *this; }

    /// Which statement of the SQL text that was sent failed, from zero, when that is known.
    Error& statement(std::size_t index) { return statement_ = index, *this; }

    const std::string& what_failed() const { return what_failed_; }
    const std::string& where() const { return where_; }
    const std::string& state() const { return state_; }
    const std::string& hint() const { return hint_; }
    ExitCode exit_code() const { return code_; }
    const std::string& sqlstate() const { return sqlstate_; }
    std::optional<std::size_t> position() const { return position_; }
    std::optional<std::size_t> statement() const { return statement_; }

    /// All of it as text of one or more lines: `where: what failed`, then state and hint.
    const char* what() const noexcept override { return text_.c_str(); }

  private:
    Error& compose() {
        text_ = where_.empty() ? what_failed_ : where_ + ": " + what_failed_;
        if (!state_.empty()) {
            text_ += "\n  state: " + state_;
        }
        if (!hint_.empty()) {
            text_ += "\n  next: " + hint_;
        }
        return *this;
    }

    std::string what_failed_;
    std::string where_;
    std::string state_;
    std::string hint_;
    std::string sqlstate_;
    std::optional<std::size_t> position_;
    std::optional<std::size_t> statement_;
    ExitCode code_ = ExitCode::failed;
    std::string text_;
};

}  // namespace schemist
