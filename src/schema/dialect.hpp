#pragma once
// What everything outside of the backends may know about one: how it reads a schema, how it writes a change
// as SQL, how it splits a script, and where it tries things out.

#include "schema/change.hpp"

#include <schemist/connection.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// Rows or values of the database that are gone once a statement has run.
struct Loss {
    Reference object;  // the table or column that held them
    std::string what;  // "all of its rows", for people

    bool operator==(const Loss&) const = default;
};

inline Loss loss_of_rows(const Name& table) {
    return {{Kind::table, table, {}}, "all of its rows"};
}

inline Loss loss_of(const Name& table, const Column& column) {
    return {{Kind::column, table, column.name}, "all of its values"};
}

// SQL that belongs together, and what its place in the order follows from:
// - what creates an object runs before what needs it, and after what drops another of the same reference;
// - what frees an object runs before what drops it.
// A table stands for its columns: whoever needs a column need not name the table too.
struct DdlAction {
    std::vector<std::string> statements;  // without semicolons
    std::vector<Reference> creates;
    std::vector<Reference> needs;  // must exist, in their new form, when it runs
    std::vector<Reference>
        frees;  // were used by the old definition, and are not used any more when it has run
    std::vector<Reference> drops;
    std::vector<Reference>
        prefers{};  // should be created or dropped before it, where nothing speaks against that
    std::vector<std::string> otherwise{};  // the statements to begin with where that is not so
    // What it makes, alters or drops, and what could be done by two actions, between which others can work:
    std::optional<Reference> divisible{};
    bool transactional = true;   // false: cannot run in a transaction
    bool commit_after = false;   // what follows and needs what this creates must be in another transaction
    std::vector<Loss> losses{};  // what is gone after it
    std::string note;            // a remark for the reviewer of the revision file, one line, or empty
};

// One statement of a script.
struct ScriptStatement {
    std::size_t offset;         // into the script, at its first token (leading comments are not part of it)
    std::size_t length;         // without the semicolon
    bool transactional = true;  // false: the server refuses it inside a transaction
    bool controls_transaction = false;  // BEGIN, COMMIT, ROLLBACK, ... : not allowed in a revision
    std::string refused{};              // why it is not allowed, and what to write instead; empty: it is
};

// What became of a statement that runs outside of transactions.
enum class Aftermath {
    took_effect,
    had_no_effect,  // it may run, or run again
    left_remains,   // half of it is there
    unknown,
};

struct LoneStatementState {
    Aftermath aftermath = Aftermath::unknown;
    std::string what{};                   // "index public.one is valid", for people
    std::vector<std::string> clean_up{};  // removes the remains; each statement to be run alone
    bool busy = false;                    // another connection is at it right now
    bool done_after_clean_up = false;     // the clean-up completes the statement rather than undoes it
    // It may run again whether it took effect or not, and what is there does not tell which (VACUUM): had_no_effect
    // then says nothing against its success.
    bool repeatable = false;
};

// A throwaway database, empty when made, gone when destroyed.
class Scratch {
  public:
    virtual ~Scratch() = default;
    virtual Connection& connection() = 0;
};

class Dialect {
  public:
    virtual ~Dialect() = default;

    virtual DialectName name() const = 0;

    // Reads the whole structure, in canonical form, in a fixed number of round trips; sorted. Objects of the
    // database's own and of extensions are left out, and so is the journal (`journal` names it).
    virtual Schema introspect(Connection& connection, const Name& journal) const = 0;

    // The SQL for these changes, which lead from one schema to the other; in no particular order. What is in `divided`
    // (see DdlAction::divisible) is done by two. Pure.
    virtual std::vector<DdlAction> actions(const Changes& changes, const Schema& from, const Schema& to,
                                           const std::set<Reference>& divided) const = 0;

    // Splits a script into its statements with the database's own rules. Throws Error with a position when it
    // cannot. Pure.
    virtual std::vector<ScriptStatement> split(std::string_view script) const = 0;

    // The script without its comments and with white space made equal, for checksums that tell edits of
    // comments from edits of SQL. Pure.
    virtual std::string without_comments(std::string_view script) const = 0;

    // An identifier as it must be written in SQL: quoted only where it needs to be.
    virtual std::string quote(std::string_view identifier) const = 0;
};

}  // namespace schemist
