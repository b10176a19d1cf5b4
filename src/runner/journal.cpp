#include "runner/journal.hpp"

#include "schema/text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

constexpr std::string_view columns =
    "id, sequence, parents, message, checksum, step, steps, status, in_flight, run_id, applied_by, version";

std::string quote_identifier(std::string_view identifier) {
    std::string result = "\"";
    for (const char c : identifier) {
        result += c == '"' ? "\"\"" : std::string(1, c);
    }
    return result + "\"";
}

JournalStatus status_of(std::string_view text) {
    for (const JournalStatus status :
         {JournalStatus::applied, JournalStatus::running, JournalStatus::reverting}) {
        if (text == to_string(status)) {
            return status;
        }
    }
    throw Error(
        fmt::format("the journal has the status '{}', which this version of Schemist does not know", text))
        .state("nothing was changed")
        .hint("use the newer Schemist that wrote it")
        .exit_code(ExitCode::newer);
}

// "2026-11-21 06:00:00.123456+01" as "2026-11-21T05:00:00.123Z"; another text as it is, such as that of another DateStyle.
std::string in_utc(const std::string& text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    double second = 0;
    char sign = 0;
    int offset_hours = 0;
    int offset_minutes = 0;
    const int read = std::sscanf(text.c_str(), "%d-%u-%u %d:%d:%lf%c%d:%d", &year, &month, &day, &hour,
                                 &minute, &second, &sign, &offset_hours, &offset_minutes);
    if (read < 8 || (sign != '+' && sign != '-')) {
        return text;
    }
    using namespace std::chrono;
    const minutes offset = hours(offset_hours) + minutes(offset_minutes);
    const auto local = sys_days(std::chrono::year(year) / month / day) + hours(hour) + minutes(minute) +
                       round<milliseconds>(duration<double>(second));
    const auto utc = sign == '+' ? local - offset : local + offset;
    const auto date = floor<days>(utc);
    const year_month_day calendar(date);
    const hh_mm_ss time(utc - date);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(calendar.year()),
                       static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

JournalRow read_row(const Rows& rows, std::size_t row) {
    JournalRow result;
    result.id = rows.text(row, 0);
    result.sequence = rows.integer(row, 1);
    result.parents = comma_list(rows.text(row, 2));
    result.message = rows.text(row, 3);
    result.checksum = rows.text(row, 4);
    result.step = static_cast<std::size_t>(rows.integer(row, 5));
    result.steps = static_cast<std::size_t>(rows.integer(row, 6));
    result.status = status_of(rows.text(row, 7));
    result.in_flight = static_cast<std::size_t>(rows.integer(row, 8));
    result.run_id = rows.text(row, 9);
    result.applied_by = rows.text(row, 10);
    result.version = rows.text(row, 11);
    result.started_at = in_utc(rows.text(row, 12));
    result.finished_at = in_utc(rows.text(row, 13));
    return result;
}

bool says_no_such_table(const Error& error, DialectName dialect) {
    return dialect == DialectName::postgresql
               ? error.sqlstate() == "42P01"
               : error.what_failed().find("no such table") != std::string::npos;
}

}  // namespace

std::string_view to_string(JournalStatus status) {
    constexpr std::array<std::string_view, 3> names{"applied", "running", "reverting"};
    return names[static_cast<std::size_t>(status)];
}

const JournalRow* Journal::find(std::string_view id) const {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const JournalRow& row) { return row.id == id; });
    return found == rows.end() ? nullptr : &*found;
}

void Journal::put(JournalRow row) {
    exists = true;
    for (JournalRow& other : rows) {
        if (other.id == row.id) {
            other = std::move(row);
            return;
        }
    }
    rows.push_back(std::move(row));
}

void Journal::erase(std::string_view id) {
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const JournalRow& row) { return row.id == id; }),
               rows.end());
}

std::int64_t Journal::next_sequence() const {
    std::int64_t last = 0;
    for (const JournalRow& row : rows) {
        last = std::max(last, row.sequence);
        for (const JournalRow& part : row.parts) {
            last = std::max(last, part.sequence);
        }
    }
    return last + 1;
}

std::string Journal::fingerprint() const {
    std::vector<const JournalRow*> all;
    for (const JournalRow& row : rows) {
        all.push_back(&row);
        std::ranges::transform(row.parts, std::back_inserter(all),
                               [](const JournalRow& part) { return &part; });
    }
    std::ranges::stable_sort(all, {}, &JournalRow::sequence);
    std::string result;
    for (const JournalRow* row : all) {
        fmt::format_to(std::back_inserter(result), "{}{}:{}:{}:{}", result.empty() ? "" : ",", row->id,
                       to_string(row->status), row->step, row->in_flight);
    }
    return result;
}

JournalTable::JournalTable(DialectName dialect, Name name) : dialect_(dialect), name_(std::move(name)) {
    if (dialect_ == DialectName::sqlite) {
        name_.schema.clear();
    } else if (name_.schema.empty()) {
        name_.schema = "public";
    }
    quoted_ =
        (name_.schema.empty() ? "" : quote_identifier(name_.schema) + ".") + quote_identifier(name_.name);
}

std::string JournalTable::literal(std::string_view text) const {
    const bool escape = dialect_ == DialectName::postgresql && text.find('\\') != std::string_view::npos;
    std::string result = escape ? "E'" : "'";
    for (const char c : text) {
        result += c == '\'' || (escape && c == '\\') ? std::string(2, c) : std::string(1, c);
    }
    return result + "'";
}

std::string JournalTable::create() const {
    const std::string_view time = dialect_ == DialectName::postgresql ? "timestamptz" : "text";
    return fmt::format(
        "CREATE TABLE {} (id text NOT NULL PRIMARY KEY, sequence bigint NOT NULL UNIQUE, parents text NOT "
        "NULL, "
        "message text NOT NULL, checksum text NOT NULL, step integer NOT NULL, steps integer NOT NULL, "
        "status text NOT NULL CHECK (status IN ('applied', 'running', 'reverting')), in_flight integer NOT "
        "NULL, "
        "run_id text NOT NULL, applied_by text NOT NULL, version text NOT NULL, started_at {} NOT NULL, "
        "finished_at {})",
        quoted_, time, time);
}

std::string JournalTable::create_schema() const {
    return name_.schema.empty() || name_.schema == "public"
               ? std::string{}
               : fmt::format("CREATE SCHEMA IF NOT EXISTS {}", quote_identifier(name_.schema));
}

// Nothing is called and nothing sorted: for a run with nothing to do, that would be a good part of the server's work.
std::string JournalTable::select() const {
    return fmt::format("SELECT {}, started_at, finished_at FROM {}", columns, quoted_);
}

std::string JournalTable::select_fingerprint() const {
    return fmt::format(
        "SELECT encode(sha256(convert_to(coalesce(string_agg(id || ':' || status || ':' || step || ':' || "
        "in_flight, ',' "
        "ORDER BY sequence), ''), 'UTF8')), 'hex') FROM {}",
        quoted_);
}

std::string JournalTable::put(const JournalRow& row) const {
    const bool postgresql = dialect_ == DialectName::postgresql;
    const std::string_view begun = postgresql ? "now()" : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
    const std::string_view ended = row.status != JournalStatus::applied ? "NULL"
                                   : postgresql                         ? "clock_timestamp()"
                                                                        : begun;
    const std::string started = row.started_at.empty() ? std::string(begun) : literal(row.started_at);
    return fmt::format(
        "INSERT INTO {} ({}, started_at, finished_at) VALUES ({}, {}, {}, {}, {}, {}, {}, '{}', {}, {}, {}, "
        "{}, {}, {}) "
        "ON CONFLICT (id) DO UPDATE SET checksum = excluded.checksum, step = excluded.step, steps = "
        "excluded.steps, "
        "status = excluded.status, in_flight = excluded.in_flight, run_id = excluded.run_id, "
        "applied_by = excluded.applied_by, version = excluded.version, finished_at = excluded.finished_at",
        quoted_, columns, literal(row.id), row.sequence,
        literal(fmt::format("{}", fmt::join(row.parents, ","))), literal(row.message), literal(row.checksum),
        row.step, row.steps, to_string(row.status), row.in_flight, literal(row.run_id),
        literal(row.applied_by), literal(row.version), started, ended);
}

std::string JournalTable::erase(const JournalRow& row) const {
    std::string ids = literal(row.id);
    for (const JournalRow& part : row.parts) {
        ids += ", " + literal(part.id);
    }
    return fmt::format("DELETE FROM {} WHERE id IN ({})", quoted_, ids);
}

Journal read_journal(Connection& connection, const JournalTable& table) {
    Journal journal;
    try {
        const Rows rows = connection.run_script(table.select());
        journal.exists = true;
        journal.rows.reserve(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            journal.rows.push_back(read_row(rows, i));
        }
        std::ranges::sort(journal.rows, {}, &JournalRow::sequence);
    } catch (const Error& error) {
        if (error.sqlstate() == "42501") {
            throw Error("the journal may not be read: " + error.what_failed())
                .at("journal " + table.name().schema + "." + table.name().name)
                .state("nothing was changed")
                .hint(
                    "connect as its owner, or grant this user SELECT, INSERT, UPDATE and DELETE on it and "
                    "USAGE on its "
                    "schema")
                .sqlstate(error.sqlstate())
                .exit_code(ExitCode::configuration);
        }
        if (!says_no_such_table(error, table.dialect())) {
            throw;
        }
    }
    return journal;
}

}  // namespace schemist
