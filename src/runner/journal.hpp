#pragma once
// The journal: the table in the target database that says what was applied.

#include "schema/name.hpp"

#include <schemist/connection.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

enum class JournalStatus {
    applied,
    running,    // an upgrade of several steps that stands between two of them
    reverting,  // a downgrade that does
};

std::string_view to_string(JournalStatus status);

struct JournalRow {
    std::string id;
    std::int64_t sequence = 0;  // the order in which revisions were applied
    std::vector<std::string> parents;
    std::string message;
    std::string checksum;
    std::size_t step = 0;  // how many are done
    std::size_t steps = 1;
    JournalStatus status = JournalStatus::applied;
    // The number of the step whose statement runs outside of a transaction just now, or ran when the process
    // died; else 0.
    std::size_t in_flight = 0;
    std::string run_id;
    std::string applied_by;
    std::string version;
    std::string started_at;  // UTC, ISO 8601
    std::string finished_at;
    // Of the revisions that were squashed into this one after they were applied here: they are parts of it now.
    std::vector<JournalRow> parts{};

    bool operator==(const JournalRow&) const = default;
};

struct Journal {
    bool exists = false;
    std::vector<JournalRow> rows;  // in the order in which they were applied

    const JournalRow* find(std::string_view id) const;
    // Replaces the row of the same id, or adds it at the end.
    void put(JournalRow row);
    void erase(std::string_view id);
    std::int64_t next_sequence() const;
    // Equal texts: the same revisions are at the same step.
    std::string fingerprint() const;
};

// The SQL for one journal table, as text without a semicolon at its end.
class JournalTable {
  public:
    JournalTable(DialectName dialect, Name name);

    DialectName dialect() const { return dialect_; }
    const Name& name() const { return name_; }
    // As it is written in SQL.
    const std::string& quoted() const { return quoted_; }

    std::string create() const;
    std::string create_schema() const;  // empty when none is needed
    std::string select() const;
    std::string select_fingerprint() const;  // PostgreSQL only: the fingerprint's SHA-256
    // Inserts the row, or replaces that of the same id. The times are the server's.
    std::string put(const JournalRow& row) const;
    // With its parts.
    std::string erase(const JournalRow& row) const;

    std::string literal(std::string_view text) const;

  private:
    DialectName dialect_;
    Name name_;
    std::string quoted_;
};

// One query, also when the table is not there. Not inside of a transaction.
Journal read_journal(Connection& connection, const JournalTable& table);

}  // namespace schemist
