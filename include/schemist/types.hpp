#pragma once
/// \file
/// The types of columns that C++ itself does not have.

#include <schemist/connection.hpp>

#include <array>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace schemist {

/// A moment, in UTC and microseconds: `timestamptz`. `Timestamp::max()` and `Timestamp::min()` stand for the
/// database's `infinity` and `-infinity`.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// What a clock on the wall shows, in an unnamed time zone: `timestamp`.
using LocalTimestamp = std::chrono::local_time<std::chrono::microseconds>;
/// A day: `date`.
using Date = std::chrono::sys_days;

/// The present moment by this computer's clock. (`schemist::now` is the database's, as a default.)
Timestamp current_time();

/// ISO 8601 with microseconds: `2026-11-20T12:41:07.000000Z`; a LocalTimestamp has no `Z`.
/// \code
/// std::string text = schemist::to_string(schemist::current_time());
/// \endcode
std::string to_string(Timestamp timestamp);
std::string to_string(LocalTimestamp timestamp);
std::string to_string(Date date);

/// Reads ISO 8601 as people and both databases write it, with any offset from UTC. Throws Error.
Timestamp parse_timestamp(std::string_view text);
/// Like parse_timestamp, without an offset.
LocalTimestamp parse_local_timestamp(std::string_view text);
Date parse_date(std::string_view text);

/// JSON as text that is known to be valid. Schemist itself never looks into it.
/// \code
/// Json settings = Json::parse(R"({"theme": "dark"})");
/// \endcode
class Json {
  public:
    /// JSON's `null`.
    Json() = default;

    static Json object() { return Json("{}"); }
    static Json array() { return Json("[]"); }
    /// Throws Error when the text is no JSON, or holds `\u0000`, which no database takes.
    static Json parse(std::string_view text);

    /// As it was given, or as the database wrote it (`jsonb` sorts keys and changes white space).
    const std::string& text() const { return text_; }

    /// Whether both mean the same: white space and the order of keys do not count.
    friend bool operator==(const Json& left, const Json& right) {
        return left.text_ == right.text_ || equal(left, right);
    }

  private:
    explicit Json(std::string text) : text_(std::move(text)) {}
    static bool equal(const Json& left, const Json& right);

    std::string text_ = "null";
};

/// A UUID: `uuid` on PostgreSQL, 36 characters on SQLite.
class Uuid {
  public:
    using Data = std::array<std::uint8_t, 16>;

    /// All zero.
    constexpr Uuid() = default;
    constexpr explicit Uuid(const Data& data) : data_(data) {}

    /// Reads the usual form, with or without hyphens and braces. Throws Error.
    static Uuid parse(std::string_view text);
    /// A random one (version 4).
    static Uuid random();

    constexpr const Data& data() const { return data_; }
    /// `123e4567-e89b-12d3-a456-426614174000`
    std::string text() const;

    auto operator<=>(const Uuid&) const = default;

  private:
    Data data_{};
};

namespace detail {

std::string normalize_decimal(std::string_view text, int precision, int scale);
std::strong_ordering compare_decimals(std::string_view left, std::string_view right);

}  // namespace detail

/// An exact decimal number with so many digits, of which so many are behind the point: `numeric(10,2)`.
/// It holds text and does not calculate. On SQLite it is text, which cannot be compared as a number there.
/// \code
/// Numeric<10, 2> price("12.50");
/// \endcode
template <int Precision, int Scale = 0>
class Numeric {
    static_assert(Precision >= 1 && Precision <= 1000, "a Numeric has 1 to 1000 digits");
    static_assert(Scale >= 0 && Scale <= Precision,
                  "a Numeric cannot have more digits behind its point than in all");

  public:
    Numeric() : Numeric(0) {}
    /// Throws Error when the text is no number, or one that does not fit exactly.
    explicit Numeric(std::string_view text) : text_(detail::normalize_decimal(text, Precision, Scale)) {}
    template <std::integral Integer>
    Numeric(Integer value) : Numeric(std::string_view(std::to_string(value))) {}

    /// With all digits of its scale: `12.50`.
    const std::string& text() const { return text_; }

    bool operator==(const Numeric&) const = default;
    friend std::strong_ordering operator<=>(const Numeric& left, const Numeric& right) {
        return detail::compare_decimals(left.text_, right.text_);
    }

  private:
    std::string text_;
};

/// Text of at most so many characters: `varchar(100)`. The length is checked when a row is written.
template <std::size_t Length>
class Varchar : public std::string {
    static_assert(Length >= 1 && Length <= 10485760, "a Varchar holds 1 to 10485760 characters");

  public:
    using std::string::string;
    Varchar() = default;
    Varchar(std::string text) : std::string(std::move(text)) {}
};

}  // namespace schemist
