#pragma once
/// \file
/// How a C++ type becomes a column's type, and its values SQL values and back.

#include <schemist/connection.hpp>
#include <schemist/detail/names.hpp>
#include <schemist/types.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace schemist {

/// A column's type as SQL, on each backend.
struct SqlType {
    std::string postgresql;
    std::string sqlite;
};

/// The stored form of a type of your own. A specialisation has these three functions; `decode` must
/// understand what the backend gives (text on PostgreSQL, a storage class on SQLite), and throw Error when it
/// cannot.
/// \code
/// template <> struct schemist::Codec<Celsius> {
///     static SqlType type() { return {"double precision", "REAL"}; }
///     static Value encode(const Celsius& value, DialectName) { return value.degrees; }
///     static Celsius decode(const Value& v, DialectName d) { return {Codec<double>::decode(v, d)}; }
/// };
/// \endcode
template <class T>
struct Codec;

/// A member whose Codec is derived from this is no column.
/// \code
/// template <> struct schemist::Codec<RenderCache> : schemist::NotStored {};
/// \endcode
struct NotStored {};

enum class TypeKind {
    boolean,
    integer,
    floating,
    decimal,
    text,
    timestamp,
    local_timestamp,
    date,
    json,
    uuid,
    bytes,
    enumeration,
    other,
};

/// The names of an enum class and of its enumerators.
struct EnumLabels {
    std::string_view name;
    std::span<const std::string_view> labels;
};

namespace detail {

bool decode_boolean(const Value& value);
std::int64_t decode_integer(const Value& value, std::int64_t minimum, std::int64_t maximum);
std::uint64_t decode_unsigned(const Value& value);
Value encode_unsigned(std::uint64_t value, DialectName dialect);
Value encode_floating(double value, DialectName dialect);
double decode_double(const Value& value);
float decode_float(const Value& value);
std::string decode_text(const Value& value, std::string_view expected);
Bytes decode_bytes(const Value& value);
Value encode_array(std::span<const Value> elements, DialectName dialect);
std::vector<Value> decode_array(const Value& value, DialectName dialect);
std::size_t decode_label(const Value& value, const EnumLabels& labels);
[[noreturn]] void fail_unknown_label(const EnumLabels& labels, std::int64_t value);
Value encode_time(Timestamp timestamp, DialectName dialect);
Value encode_time(LocalTimestamp timestamp, DialectName dialect);
Value encode_time(Date date, DialectName dialect);
std::string array_type(std::string_view element);

template <class T, class... Others>
concept one_of = (std::same_as<T, Others> || ...);

template <class T>
concept integer_number = std::integral<T> && !one_of<T, bool, char, wchar_t, char8_t, char16_t, char32_t>;

template <class T>
concept enum_class = std::is_enum_v<T> && !std::convertible_to<T, int>;

SqlType integer_type(std::size_t size, bool is_unsigned);

template <enum_class E>
struct EnumNames {
    static constexpr auto names = enumerator_names<E>();
    static constexpr EnumLabels labels{unqualified_type_name<E>(), names};
};

template <enum_class E>
constexpr bool has_sound_enumerators() {
    constexpr std::size_t count = enumerator_count<E>();
    static_assert(
        count != 0,
        "an enum class that is a column needs enumerators with the values 0, 1, 2, ... without gaps");
    static_assert(
        count != too_many_enumerators,
        "an enum class that is a column may have at most 64 enumerators: specialise schemist::Codec for it");
    static_assert(count != enumerators_with_gaps,
                  "an enum class that is a column must have no gaps between its values: specialise "
                  "schemist::Codec for it");
    return count != 0 && count <= enumerators_probed;
}

}  // namespace detail

template <>
struct Codec<bool> {
    static constexpr TypeKind kind = TypeKind::boolean;
    static SqlType type() { return {"boolean", "BOOLEAN"}; }
    static Value encode(bool value, DialectName dialect) {
        return dialect == DialectName::postgresql ? Value(value) : Value(std::int64_t{value});
    }
    static bool decode(const Value& value, DialectName) { return detail::decode_boolean(value); }
};

template <detail::integer_number Integer>
struct Codec<Integer> {
    static constexpr TypeKind kind = TypeKind::integer;
    static constexpr bool wide = std::is_unsigned_v<Integer> && sizeof(Integer) == 8;
    static SqlType type() { return detail::integer_type(sizeof(Integer), std::is_unsigned_v<Integer>); }
    static Value encode(Integer value, DialectName dialect) {
        if constexpr (wide) {
            return detail::encode_unsigned(value, dialect);
        } else {
            return std::int64_t{value};
        }
    }
    static Integer decode(const Value& value, DialectName) {
        if constexpr (wide) {
            return static_cast<Integer>(detail::decode_unsigned(value));
        } else {
            using Limits = std::numeric_limits<Integer>;
            return static_cast<Integer>(detail::decode_integer(value, Limits::min(), Limits::max()));
        }
    }
};

template <>
struct Codec<double> {
    static constexpr TypeKind kind = TypeKind::floating;
    static SqlType type() { return {"double precision", "REAL"}; }
    static Value encode(double value, DialectName dialect) { return detail::encode_floating(value, dialect); }
    static double decode(const Value& value, DialectName) { return detail::decode_double(value); }
};

template <>
struct Codec<float> {
    static constexpr TypeKind kind = TypeKind::floating;
    static SqlType type() { return {"real", "REAL"}; }
    static Value encode(float value, DialectName dialect) { return detail::encode_floating(value, dialect); }
    static float decode(const Value& value, DialectName) { return detail::decode_float(value); }
};

template <>
struct Codec<std::string> {
    static constexpr TypeKind kind = TypeKind::text;
    static SqlType type() { return {"text", "TEXT"}; }
    static Value encode(const std::string& value, DialectName) { return value; }
    static std::string decode(const Value& value, DialectName) { return detail::decode_text(value, "text"); }
};

template <std::size_t Length>
struct Codec<Varchar<Length>> : Codec<std::string> {
    static constexpr std::size_t length = Length;
    static Value encode(const Varchar<Length>& value, DialectName) {
        return static_cast<const std::string&>(value);
    }
    static Varchar<Length> decode(const Value& value, DialectName) {
        return detail::decode_text(value, "text");
    }
};

template <class Duration>
struct Codec<std::chrono::sys_time<Duration>> {
    static constexpr TypeKind kind = TypeKind::timestamp;
    static SqlType type() { return {"timestamp with time zone", "TIMESTAMP"}; }
    static Value encode(std::chrono::sys_time<Duration> value, DialectName dialect) {
        return detail::encode_time(std::chrono::floor<std::chrono::microseconds>(value), dialect);
    }
    static std::chrono::sys_time<Duration> decode(const Value& value, DialectName) {
        return std::chrono::floor<Duration>(parse_timestamp(detail::decode_text(value, "a timestamp")));
    }
};

template <>
struct Codec<LocalTimestamp> {
    static constexpr TypeKind kind = TypeKind::local_timestamp;
    static SqlType type() { return {"timestamp without time zone", "TIMESTAMP"}; }
    static Value encode(LocalTimestamp value, DialectName dialect) {
        return detail::encode_time(value, dialect);
    }
    static LocalTimestamp decode(const Value& value, DialectName) {
        return parse_local_timestamp(detail::decode_text(value, "a timestamp"));
    }
};

template <>
struct Codec<Date> {
    static constexpr TypeKind kind = TypeKind::date;
    static SqlType type() { return {"date", "DATE"}; }
    static Value encode(Date value, DialectName dialect) { return detail::encode_time(value, dialect); }
    static Date decode(const Value& value, DialectName) {
        return parse_date(detail::decode_text(value, "a date"));
    }
};

template <>
struct Codec<Json> {
    static constexpr TypeKind kind = TypeKind::json;
    static SqlType type() { return {"jsonb", "TEXT"}; }
    static Value encode(const Json& value, DialectName) { return value.text(); }
    static Json decode(const Value& value, DialectName) {
        return Json::parse(detail::decode_text(value, "JSON"));
    }
};

template <>
struct Codec<Uuid> {
    static constexpr TypeKind kind = TypeKind::uuid;
    static SqlType type() { return {"uuid", "TEXT"}; }
    static Value encode(const Uuid& value, DialectName) { return value.text(); }
    static Uuid decode(const Value& value, DialectName) {
        return Uuid::parse(detail::decode_text(value, "a UUID"));
    }
};

template <int Precision, int Scale>
struct Codec<Numeric<Precision, Scale>> {
    static constexpr TypeKind kind = TypeKind::decimal;
    static SqlType type() {
        return {"numeric(" + std::to_string(Precision) + "," + std::to_string(Scale) + ")", "TEXT"};
    }
    static Value encode(const Numeric<Precision, Scale>& value, DialectName) { return value.text(); }
    static Numeric<Precision, Scale> decode(const Value& value, DialectName) {
        return Numeric<Precision, Scale>(detail::decode_text(value, "a decimal number"));
    }
};

template <>
struct Codec<Bytes> {
    static constexpr TypeKind kind = TypeKind::bytes;
    static SqlType type() { return {"bytea", "BLOB"}; }
    static Value encode(const Bytes& value, DialectName) { return value; }
    static Bytes decode(const Value& value, DialectName) { return detail::decode_bytes(value); }
};

/// Stored by the enumerator's name, so that their order in C++ may change.
template <detail::enum_class E>
struct Codec<E> {
    static constexpr TypeKind kind = TypeKind::enumeration;
    static constexpr const EnumLabels* enumeration = &detail::EnumNames<E>::labels;
    static SqlType type() { return {"text", "TEXT"}; }
    static Value encode(E value, DialectName) {
        const auto index = static_cast<std::size_t>(value);
        if (index >= enumeration->labels.size()) {
            detail::fail_unknown_label(*enumeration, static_cast<std::int64_t>(value));
        }
        return std::string(enumeration->labels[index]);
    }
    static E decode(const Value& value, DialectName) {
        return static_cast<E>(detail::decode_label(value, *enumeration));
    }
};

namespace detail {

template <class T>
struct Unwrapped {
    using Type = T;
    static constexpr bool nullable = false;
};
template <class T>
struct Unwrapped<std::optional<T>> {
    using Type = T;
    static constexpr bool nullable = true;
};

template <class T>
struct Element {
    using Type = T;
    static constexpr bool array = false;
};
template <class T>
struct Element<std::vector<T>> {
    using Type = typename Unwrapped<T>::Type;
    static constexpr bool array = true;
};
template <>
struct Element<Bytes> {
    using Type = Bytes;
    static constexpr bool array = false;
};

template <class T>
concept has_codec = requires {
    sizeof(Codec<T>);
};

template <class T>
concept not_stored = has_codec<T> && std::derived_from<Codec<T>, NotStored>;

}  // namespace detail

/// A PostgreSQL array; JSON on SQLite. Its elements may be std::optional.
template <class T>
requires(detail::has_codec<typename detail::Unwrapped<T>::Type> &&
         !detail::Element<T>::array) struct Codec<std::vector<T>> {
    using ElementCodec = Codec<typename detail::Unwrapped<T>::Type>;

    static SqlType type() { return {detail::array_type(ElementCodec::type().postgresql), "TEXT"}; }
    static Value encode(const std::vector<T>& value, DialectName dialect) {
        std::vector<Value> elements;
        elements.reserve(value.size());
        for (const auto& element : value) {
            if constexpr (detail::Unwrapped<T>::nullable) {
                elements.push_back(element ? ElementCodec::encode(*element, dialect) : Value());
            } else {
                elements.push_back(ElementCodec::encode(element, dialect));
            }
        }
        return detail::encode_array(elements, dialect);
    }
    static std::vector<T> decode(const Value& value, DialectName dialect) {
        std::vector<T> result;
        for (const Value& element : detail::decode_array(value, dialect)) {
            if constexpr (detail::Unwrapped<T>::nullable) {
                result.push_back(is_null(element) ? T() : T(ElementCodec::decode(element, dialect)));
            } else {
                result.push_back(ElementCodec::decode(element, dialect));
            }
        }
        return result;
    }
};

}  // namespace schemist
