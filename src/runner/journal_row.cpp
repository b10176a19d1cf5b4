#include "runner/journal_row.hpp"

#include "runner/examine.hpp"
#include "runner/run_step.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

std::size_t steps_begun(const JournalRow& row) {
    return std::max(row.step, row.in_flight);
}

// A revision of these steps alone.
Revision beginning(const Revision& revision, std::size_t count, const Dialect& dialect) {
    RevisionSection section{Direction::upgrade, dialect.name(), {}, 0};
    const std::vector<RunStep> steps = run_steps(revision, Direction::upgrade, dialect);
    for (std::size_t i = 0; i < std::min(count, steps.size()); ++i) {
        section.steps.push_back({steps[i].text, 0});
    }
    Revision result;
    result.id = revision.id;
    result.sections.push_back(std::move(section));
    return result;
}

}  // namespace

JournalRow row_after(const Journal& journal, const Revision& revision, Direction direction, std::size_t step,
                     std::size_t steps, std::size_t in_flight, const Dialect& dialect) {
    const JournalRow* before = journal.find(revision.id);
    JournalRow row;
    row.id = revision.id;
    row.sequence = before == nullptr ? journal.next_sequence() : before->sequence;
    row.parents = revision.parents;
    row.message = revision.message;
    row.step = step;
    row.steps = steps;
    row.in_flight = in_flight;
    row.status = direction == Direction::downgrade ? JournalStatus::reverting
                 : step == steps                   ? JournalStatus::applied
                                                   : JournalStatus::running;
    row.checksum = row_checksum(row, revision, dialect);
    row.started_at = before == nullptr ? std::string{} : before->started_at;
    return row;
}

JournalRow applied_row(const Journal& journal, const Revision& revision, const Dialect& dialect) {
    const std::size_t steps = has_section(revision, Direction::upgrade, dialect.name())
                                  ? run_steps(revision, Direction::upgrade, dialect).size()
                                  : 1;
    return row_after(journal, revision, Direction::upgrade, steps, steps, 0, dialect);
}

std::string row_checksum(const JournalRow& row, const Revision& revision, const Dialect& dialect) {
    const WithoutComments plain = without_comments(dialect);
    return row.status == JournalStatus::running
               ? checksum(beginning(revision, steps_begun(row), dialect), dialect.name(), plain)
               : checksum(revision, dialect.name(), plain);
}

ChecksumMatch compare_checksum(const JournalRow& row, const Revision& revision, const Dialect& dialect) {
    // The file that was applied here is gone, and the squashed one was proven to do the same as all of them.
    if (row.status == JournalStatus::applied && !row.parts.empty()) {
        return ChecksumMatch::equal;
    }
    const ChecksumMatch whole =
        compare_checksum(row.checksum, revision, dialect.name(), without_comments(dialect));
    if (whole != ChecksumMatch::different || row.status != JournalStatus::running ||
        !has_section(revision, Direction::upgrade, dialect.name())) {
        return whole;
    }
    // What has begun must be as it was, and something must be left to do.
    const std::size_t begun = steps_begun(row);
    const std::size_t steps = run_steps(revision, Direction::upgrade, dialect).size();
    const bool goes_on = row.in_flight != 0 ? steps >= begun : steps > begun;
    return goes_on && row.checksum == row_checksum(row, revision, dialect) ? ChecksumMatch::equal
                                                                           : ChecksumMatch::different;
}

}  // namespace schemist
