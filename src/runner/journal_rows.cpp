// What the journal is told, and what of a revision it speaks of.

#include "runner/applied_by.hpp"
#include "runner/journal_row.hpp"
#include "runner/run.hpp"

#include <schemist/version.hpp>

#include <fmt/format.h>

namespace schemist {

JournalRow Run::row_for(const Revision& revision, Direction direction, std::size_t done,
                        std::size_t in_flight) const {
    const std::size_t count = compiled_.at(compiled_key(revision, direction)).size();
    JournalRow row = row_after(journal_, revision, direction, done, count, in_flight, dialect_);
    row.run_id = options_.run_id;
    row.applied_by = applied_by(options_);
    row.version = version;
    const JournalRow* before = journal_.find(revision.id);
    row.parts = before == nullptr ? std::vector<JournalRow>{} : before->parts;
    return row;
}

std::string Run::journal_sql(const JournalRow& row, Direction direction, bool last) const {
    return direction == Direction::downgrade && last ? table_.erase(row) : table_.put(row);
}

void Run::remember(const JournalRow& row, Direction direction, bool last) {
    journal_.exists = true;
    if (direction == Direction::downgrade && last) {
        journal_.erase(row.id);
    } else {
        journal_.put(row);
    }
}

std::string Run::compiled_key(const Revision& revision, Direction direction) {
    return fmt::format("{} {}", to_string(direction), revision.id);
}

const std::vector<RunStep>& Run::steps(const Revision& revision, Direction direction) {
    const std::string key = compiled_key(revision, direction);
    const auto found = compiled_.find(key);
    return found != compiled_.end()
               ? found->second
               : compiled_.emplace(key, run_steps(revision, direction, dialect_)).first->second;
}

Run::Place Run::place_of(const Revision& revision, Direction direction, std::size_t number) {
    const std::vector<RunStep>& all = steps(revision, direction);
    return {revision, direction, number, all.at(number - 1), all.size()};
}

}  // namespace schemist
