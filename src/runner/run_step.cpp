#include "runner/run_step.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {

namespace {

[[noreturn]] void fail_missing(const Revision& revision, Direction direction, DialectName dialect) {
    const bool up = direction == Direction::upgrade;
    throw Error(fmt::format("revision {} has no section '-- {}: {}'{}", revision.id, to_string(direction),
                            to_string(dialect), up ? "" : ", so it cannot be taken back"))
        .at(revision.at(std::max<std::size_t>(1, revision.revision_line)))
        .state("nothing was changed")
        .hint(fmt::format(
            "write the section, or '-- {}: any' with nothing below it when there is nothing to do",
            to_string(direction)))
        .exit_code(up ? ExitCode::mismatch : ExitCode::failed);
}

std::vector<ScriptStatement> split(const Revision& revision, const RevisionStep& step,
                                   const Dialect& dialect) {
    RunStep whole{step.text, step.line, {}, true};
    try {
        return dialect.split(step.text);
    } catch (const Error& error) {
        throw Error(fmt::format("revision {}: {}", revision.id, error.what_failed()))
            .at(revision.at(whole.line_at(error.position().value_or(0))))
            .state("nothing was changed")
            .hint(error.hint().empty() ? "correct the SQL" : error.hint())
            .sqlstate(error.sqlstate())
            .exit_code(ExitCode::failed);
    }
}

void check_statements(const Revision& revision, const RevisionStep& step,
                      std::span<const ScriptStatement> statements) {
    RunStep whole{step.text, step.line, {}, true};
    for (const ScriptStatement& statement : statements) {
        if (!statement.controls_transaction && statement.refused.empty()) {
            continue;
        }
        const std::string_view text = std::string_view(step.text).substr(statement.offset, statement.length);
        const std::string_view first_line = text.substr(0, text.find('\n'));
        Error error(statement.controls_transaction
                        ? fmt::format("revision {} controls the transaction: {}", revision.id, first_line)
                        : fmt::format("revision {} cannot run this: {}", revision.id, first_line));
        throw error.at(revision.at(whole.line_at(statement.offset)))
            .state("nothing was changed")
            .hint(statement.controls_transaction
                      ? "remove the statement: every step is a transaction, and a line '-- step' ends one"
                      : statement.refused)
            .exit_code(ExitCode::failed);
    }
}

RunStep cut(const RevisionStep& step, std::span<const ScriptStatement> statements, bool transactional) {
    const std::size_t begin = statements.front().offset;
    const std::size_t end = statements.back().offset + statements.back().length;
    const auto lines =
        std::count(step.text.begin(), step.text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    RunStep result{
        step.text.substr(begin, end - begin), step.line + static_cast<std::size_t>(lines), {}, transactional};
    for (ScriptStatement statement : statements) {
        statement.offset -= begin;
        result.statements.push_back(statement);
    }
    return result;
}

}  // namespace

std::size_t RunStep::line_at(std::size_t offset) const {
    const std::size_t end = std::min(offset, text.size());
    return line + static_cast<std::size_t>(
                      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
}

bool has_section(const Revision& revision, Direction direction, DialectName dialect) {
    // A merge without any section only joins.
    const bool only_joins = revision.parents.size() > 1 && revision.sections.empty();
    return only_joins || revision.section(direction, dialect) != nullptr;
}

std::vector<RunStep> run_steps(const Revision& revision, Direction direction, const Dialect& dialect) {
    if (!has_section(revision, direction, dialect.name())) {
        fail_missing(revision, direction, dialect.name());
    }
    std::vector<RunStep> result;
    const RevisionSection* section = revision.section(direction, dialect.name());
    for (std::size_t i = 0; section != nullptr && i < section->steps.size(); ++i) {
        const RevisionStep& step = section->steps[i];
        const std::vector<ScriptStatement> statements = split(revision, step, dialect);
        check_statements(revision, step, statements);
        std::size_t begin = 0;
        while (begin < statements.size()) {
            std::size_t end = begin + 1;
            while (statements[begin].transactional && end < statements.size() &&
                   statements[end].transactional) {
                ++end;
            }
            result.push_back(cut(step, std::span(statements).subspan(begin, end - begin),
                                 statements[begin].transactional));
            begin = end;
        }
    }
    if (result.empty()) {
        result.push_back({{}, section == nullptr ? 1 : section->line, {}, true});
    }
    return result;
}

}  // namespace schemist
