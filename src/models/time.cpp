// Times and dates as text. The calendar arithmetic is here since std::chrono::year ends at 32767, and the
// databases' do not.

#include <schemist/codec.hpp>
#include <schemist/error.hpp>
#include <schemist/types.hpp>

#include <array>
#include <optional>

#include <fmt/format.h>

namespace schemist {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;

struct Civil {
    std::int64_t year;  // 0 is 1 BC
    int month;
    int day;
};

// Howard Hinnant's algorithms: days of the proleptic Gregorian calendar since 1970-01-01.
std::int64_t days_of(const Civil& civil) {
    const std::int64_t year = civil.year - (civil.month <= 2 ? 1 : 0);
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year =
        (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

Civil civil_of(std::int64_t since_1970) {
    const std::int64_t shifted = since_1970 + 719468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const std::int64_t day_of_era = shifted - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int shifted_month = static_cast<int>((5 * day_of_year + 2) / 153);
    const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
            static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

int days_in_month(std::int64_t year, int month) {
    constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : lengths[static_cast<std::size_t>(month - 1)];
}

constexpr std::string_view forever = "infinity";
constexpr std::string_view since_ever = "-infinity";

// A year before 1 is written as PostgreSQL does: 44 BC is -43 and "0044-... BC".
std::string date_text(const Civil& civil) {
    return fmt::format("{:04}-{:02}-{:02}", civil.year > 0 ? civil.year : 1 - civil.year, civil.month,
                       civil.day);
}

std::string_view era_text(const Civil& civil) {
    return civil.year > 0 ? "" : " BC";
}

std::string moment_text(microseconds since_1970, std::string_view zone) {
    if (since_1970 == microseconds::max()) {
        return std::string(forever);
    }
    if (since_1970 == microseconds::min()) {
        return std::string(since_ever);
    }
    const auto day = floor<days>(since_1970);
    const std::int64_t in_day = (since_1970 - day).count();
    const Civil civil = civil_of(day.count());
    return fmt::format("{}T{:02}:{:02}:{:02}.{:06}{}{}", date_text(civil), in_day / 3'600'000'000,
                       in_day / 60'000'000 % 60, in_day / 1'000'000 % 60, in_day % 1'000'000, zone,
                       era_text(civil));
}

// Reads from the front of a text; every function says whether it found what it was asked for.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    bool take(char character) {
        if (rest_.empty() || rest_.front() != character) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    bool take(std::string_view word) {
        if (!rest_.starts_with(word)) {
            return false;
        }
        rest_.remove_prefix(word.size());
        return true;
    }
    std::optional<int> number(std::size_t fewest, std::size_t most) {
        std::size_t length = 0;
        int value = 0;
        while (length < most && length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9') {
            value = value * 10 + (rest_[length++] - '0');
        }
        if (length < fewest) {
            return std::nullopt;
        }
        rest_.remove_prefix(length);
        return value;
    }
    // Digits behind a point, as microseconds; what is finer is cut off.
    std::optional<int> fraction() {
        int value = 0;
        std::size_t length = 0;
        for (; length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9'; ++length) {
            value = length < 6 ? value * 10 + (rest_[length] - '0') : value;
        }
        rest_.remove_prefix(length);
        for (std::size_t digits = length; digits < 6; ++digits) {
            value *= 10;
        }
        return length == 0 ? std::nullopt : std::optional(value);
    }

  private:
    std::string_view rest_;
};

std::optional<Civil> read_date(Reader& reader) {
    const auto year = reader.number(4, 7);
    const bool first = reader.take('-');
    const auto month = reader.number(2, 2);
    const bool second = reader.take('-');
    const auto day = reader.number(2, 2);
    if (!year || !first || !month || !second || !day || *month < 1 || *month > 12 || *day < 1) {
        return std::nullopt;
    }
    return Civil{*year, *month, *day};
}

std::optional<std::int64_t> read_time_of_day(Reader& reader) {
    const auto hour = reader.number(2, 2);
    if (!hour || !reader.take(':')) {
        return std::nullopt;
    }
    const auto minute = reader.number(2, 2);
    const auto second = reader.take(':') ? reader.number(2, 2) : std::optional(0);
    const auto fraction = reader.take('.') ? reader.fraction() : std::optional(0);
    if (!minute || !second || !fraction || *hour > 24 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    return ((*hour * std::int64_t{60} + *minute) * 60 + *second) * 1'000'000 + *fraction;
}

// Microseconds to take away for UTC.
std::optional<std::int64_t> read_offset(Reader& reader) {
    if (reader.take('Z') || reader.take('z')) {
        return 0;
    }
    const bool east = reader.take('+');
    if (!east && !reader.take('-')) {
        return 0;
    }
    const auto hours = reader.number(2, 2);
    reader.take(':');
    const int minutes = reader.number(2, 2).value_or(0);
    const int seconds = reader.take(':') ? reader.number(2, 2).value_or(60) : 0;
    if (!hours || minutes > 59 || seconds > 59) {
        return std::nullopt;
    }
    const std::int64_t offset = ((*hours * std::int64_t{60} + minutes) * 60 + seconds) * 1'000'000;
    return east ? offset : -offset;
}

// The era decides the length of February, and stands at the end.
std::optional<std::int64_t> finish_date(Reader& reader, Civil civil) {
    if (reader.take(" BC")) {
        civil.year = 1 - civil.year;
    }
    if (!reader.done() || civil.day > days_in_month(civil.year, civil.month)) {
        return std::nullopt;
    }
    return days_of(civil);
}

[[noreturn]] void fail(std::string_view text, std::string_view expected) {
    throw Error(fmt::format("'{}' is not {}", text, expected))
        .hint("write it as ISO 8601, for example 2026-11-20T12:41:07Z; PostgreSQL must use DateStyle ISO")
        .exit_code(ExitCode::configuration);
}

microseconds parse_moment(std::string_view text, bool with_offset) {
    if (text == forever) {
        return microseconds::max();
    }
    if (text == since_ever) {
        return microseconds::min();
    }
    Reader reader(text);
    const auto civil = read_date(reader);
    std::optional<std::int64_t> time_of_day = 0;
    if (civil && (reader.take('T') || reader.take('t') || (!text.ends_with(" BC") && reader.take(' ')) ||
                  (text.ends_with(" BC") && text.size() > 14 && reader.take(' ')))) {
        time_of_day = read_time_of_day(reader);
    }
    const auto offset = with_offset ? read_offset(reader) : std::optional<std::int64_t>(0);
    constexpr std::int64_t last_year = 294'000;  // beyond, 64 bits of microseconds end
    if (!civil || !time_of_day || !offset || civil->year > last_year) {
        fail(text, with_offset ? "a timestamp" : "a timestamp without a time zone");
    }
    const auto day = finish_date(reader, *civil);
    if (!day) {
        fail(text, with_offset ? "a timestamp" : "a timestamp without a time zone");
    }
    return microseconds(*day * 86'400'000'000 + *time_of_day - *offset);
}

}  // namespace

Timestamp current_time() {
    return floor<microseconds>(std::chrono::system_clock::now());
}

std::string to_string(Timestamp timestamp) {
    return moment_text(timestamp.time_since_epoch(), "Z");
}

std::string to_string(LocalTimestamp timestamp) {
    return moment_text(timestamp.time_since_epoch(), "");
}

std::string to_string(Date date) {
    if (date == Date::max()) {
        return std::string(forever);
    }
    if (date == Date::min()) {
        return std::string(since_ever);
    }
    const Civil civil = civil_of(date.time_since_epoch().count());
    return date_text(civil).append(era_text(civil));
}

Timestamp parse_timestamp(std::string_view text) {
    return Timestamp(parse_moment(text, true));
}

LocalTimestamp parse_local_timestamp(std::string_view text) {
    return LocalTimestamp(parse_moment(text, false));
}

Date parse_date(std::string_view text) {
    if (text == forever) {
        return Date::max();
    }
    if (text == since_ever) {
        return Date::min();
    }
    Reader reader(text);
    const auto civil = read_date(reader);
    const auto day = civil ? finish_date(reader, *civil) : std::nullopt;
    if (!day) {
        fail(text, "a date");
    }
    return Date(days(*day));
}

namespace detail {
namespace {

// As text, times sort like times only while the year has four digits.
template <class Time>
Value encode(Time time, DialectName dialect) {
    std::string text = to_string(time);
    const bool infinite = text == forever || text == since_ever;
    if (dialect == DialectName::sqlite && !infinite && (text[4] != '-' || text.ends_with(" BC"))) {
        throw Error(fmt::format("SQLite cannot keep {}: only the years 1 to 9999", text))
            .hint("store a time within them, or NULL by an empty std::optional")
            .exit_code(ExitCode::configuration);
    }
    return text;
}

}  // namespace

Value encode_time(Timestamp timestamp, DialectName dialect) {
    return encode(timestamp, dialect);
}

Value encode_time(LocalTimestamp timestamp, DialectName dialect) {
    return encode(timestamp, dialect);
}

Value encode_time(Date date, DialectName dialect) {
    return encode(date, dialect);
}

}  // namespace detail
}  // namespace schemist
