#include "runner/examine.hpp"

#include "history/target.hpp"
#include "runner/journal_row.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

WithoutComments without_comments(const Dialect& dialect) {
    return [&dialect](std::string_view script) { return dialect.without_comments(script); };
}

Journal gathered(Journal journal, const History& history) {
    std::vector<JournalRow> rows;
    std::vector<JournalRow> parts;
    const auto is_part = [&](const JournalRow& row) {
        const auto whole = history.replacement_of(row.id);
        const JournalRow* found = whole ? journal.find(history[*whole].id) : nullptr;
        return found != nullptr && found->status != JournalStatus::running;
    };
    for (const JournalRow& row : journal.rows) {
        (is_part(row) ? parts : rows).push_back(row);
    }
    for (JournalRow& part : parts) {
        const std::string& whole = history[*history.replacement_of(part.id)].id;
        std::ranges::find(rows, whole, &JournalRow::id)->parts.push_back(std::move(part));
    }
    journal.rows = std::move(rows);
    return journal;
}

std::vector<std::string> applied_ids(const Journal& journal, const History& history) {
    std::vector<std::string> result;
    for (const JournalRow& row : journal.rows) {
        if (row.status == JournalStatus::applied && history.find(row.id) != nullptr) {
            result.push_back(row.id);
        }
    }
    return result;
}

StatusReport examine(const Journal& journal, const Dialect& dialect, const History& history) {
    StatusReport report;
    report.journal_exists = journal.exists;
    report.applied = journal.rows;
    for (const JournalRow& row : journal.rows) {
        if (row.status != JournalStatus::applied || row.in_flight != 0) {
            report.interrupted.push_back(row);
        }
        const Revision* revision = history.find(row.id);
        if (revision == nullptr) {
            report.unknown.push_back(row.id);
            continue;
        }
        switch (compare_checksum(row, *revision, dialect)) {
            case ChecksumMatch::equal:
                break;
            case ChecksumMatch::comments_only:
                report.edited_comments.push_back(row.id);
                break;
            case ChecksumMatch::different:
                report.edited.push_back(row.id);
        }
    }
    const std::vector<std::string> applied = applied_ids(journal, history);
    report.heads = history.head_ids();
    report.pending = upgrade_path(history, applied, report.heads);
    report.current = current_heads(history, applied);
    report.installation = installation_of(journal);
    return report;
}

void refuse_edited(const Journal& journal, const Dialect& dialect, const History& history,
                   Reporter& reporter) {
    for (const JournalRow& row : journal.rows) {
        const Revision* revision = history.find(row.id);
        if (revision == nullptr) {
            continue;
        }
        const ChecksumMatch match = compare_checksum(row, *revision, dialect);
        if (match == ChecksumMatch::comments_only) {
            reporter.warning(
                fmt::format("{}: revision {} was edited after it was applied, but its upgrade does the same",
                            revision->path, revision->id));
        } else if (match == ChecksumMatch::different) {
            const std::string now = row_checksum(row, *revision, dialect);
            throw Error(
                fmt::format(
                    "revision {} was edited after it was applied on {}: the SQL that was applied has the "
                    "checksum {}, the SQL of the file has {}",
                    row.id, row.started_at, row.checksum.substr(row.checksum.rfind(':') + 1, 12),
                    now.substr(now.rfind(':') + 1, 12)))
                .at(revision->path)
                .state("nothing was changed")
                .hint(row.status == JournalStatus::running
                          ? "restore the steps that are done as they were; only those after them can be "
                            "corrected"
                          : "restore the file and write a new revision for the difference; if the database "
                            "has it already, accept the file with `schemist stamp`")
                .exit_code(ExitCode::mismatch);
        }
    }
}

void refuse_partly_squashed(std::span<const JournalRow> rows, const History& history) {
    for (std::size_t i = rows.size(); i-- > 0;) {
        const JournalRow& row = rows[i];
        if (const auto whole = history.replacement_of(row.id)) {
            const Revision& revision = history[*whole];
            throw Error(
                fmt::format("the database is at {}, which was squashed into {}: a part of that is applied",
                            row.id, revision.id))
                .at(revision.path)
                .state("nothing was changed")
                .hint(fmt::format("upgrade it to {} with the files, or the program, from before the squash",
                                  revision.id))
                .exit_code(ExitCode::mismatch);
        }
    }
}

void refuse_unknown(const Journal& journal, const History& history, std::string_view what_was_to_be_done) {
    refuse_partly_squashed(journal.rows, history);
    std::vector<std::string> unknown;
    for (const JournalRow& row : journal.rows) {
        if (history.find(row.id) == nullptr) {
            unknown.push_back(row.message.empty() ? row.id : fmt::format("{} ({})", row.id, row.message));
        }
    }
    if (!unknown.empty()) {
        throw Error(fmt::format("{}: the database has {} revision{} that the files do not have: {}",
                                what_was_to_be_done, unknown.size(), unknown.size() == 1 ? "" : "s",
                                fmt::join(unknown, ", ")))
            .state("nothing was changed")
            .hint("use the files, or the program, of the newer version that applied them")
            .exit_code(ExitCode::newer);
    }
}

std::string installation_of(const Journal& journal) {
    const JournalRow* first = nullptr;
    const auto look_at = [&](const JournalRow& row) {
        first = first == nullptr || row.sequence < first->sequence ? &row : first;
    };
    for (const JournalRow& row : journal.rows) {
        look_at(row);
        std::ranges::for_each(row.parts, look_at);
    }
    return first == nullptr ? std::string{} : first->run_id;
}

StatusReport status(Connection& connection, const Dialect& dialect, const History& history,
                    const Name& journal) {
    return examine(gathered(read_journal(connection, JournalTable(dialect.name(), journal)), history),
                   dialect, history);
}

}  // namespace schemist
