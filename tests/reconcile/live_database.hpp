#pragma once
// A live database of either backend with a history of three revisions: notes, their tags, and a column.

#include "history/graph.hpp"
#include "reconcile/adopt.hpp"
#include "reconcile/verify.hpp"
#include "support/postgresql.hpp"

#include <schemist/connection.hpp>
#include <schemist/reporter.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace schemist::test {

// What was reported, one text each.
class Notes final : public Reporter {
  public:
    void info(std::string_view text) override { infos.emplace_back(text); }
    void warning(std::string_view text) override { warnings.emplace_back(text); }

    std::vector<std::string> infos;
    std::vector<std::string> warnings;
};

// A revision file: `up` holds SQL for both backends, or "-- postgresql" and "-- sqlite" lines before the SQL of each.
std::string revision_text(const std::string& id, const std::string& parents, const std::string& up,
                          const std::string& message = "about");
History history_of(const std::vector<std::string>& texts);

class LiveDatabase {
  public:
    explicit LiveDatabase(DialectName dialect, const std::string& script = {});

    // a1 makes notes, b2 tags, c3 the column notes.pinned.
    static History history();

    DialectName name() const { return dialect_; }
    const Dialect& dialect() const;
    Connection& connection();
    std::unique_ptr<Connection> connect() const;  // a further one, on PostgreSQL
    bool is_postgresql() const { return dialect_ == DialectName::postgresql; }
    std::string pg_dump() const { return postgresql_->dump(); }

    // Applies revisions, and forgets that it did. Twenty notes are in the table then.
    void build(const History& history, const std::string& target);
    void run(const std::string& script);
    void forget_journal();
    std::int64_t count(const std::string& from);

    AdoptSettings adopt_settings() const;
    AdoptReport adopt(const History& history, const AdoptSettings& settings);
    AdoptReport adopt(const History& history) { return adopt(history, adopt_settings()); }
    VerifyReport verify(const History& history);
    RunReport upgrade(const History& history, const std::string& target = "heads");

    // "a1 b2": what the journal says; "" when there is none.
    std::string journal();
    bool has_journal();

    Notes notes;

  private:
    MakeScratch make_scratch() const;

    DialectName dialect_;
    std::optional<TestDatabase> postgresql_;
    std::unique_ptr<Connection> sqlite_;
};

}  // namespace schemist::test
