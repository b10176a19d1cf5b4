#pragma once
/// \file
/// A member's type without its C++ type: one table of functions for each type, whatever the number of members.

#include <schemist/codec.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

namespace schemist {

/// All that Schemist knows of a member's type, without its C++ type. There is one for each type, not for each
/// member.
struct MemberType {
    TypeKind kind = TypeKind::other;  ///< for an array, of its elements
    bool nullable = false;
    bool array = false;
    bool stored = true;
    std::size_t length = 0;  ///< of a Varchar; 0: no limit
    std::int64_t least = 0;  ///< of an integer
    std::uint64_t most = 0;  ///< of an integer
    const EnumLabels* enumeration = nullptr;
    SqlType (*type)() = nullptr;
    const void* (*held)(const void* member) =
        nullptr;  ///< what an optional holds, if anything; else the member
    Value (*encode_held)(const void* held, DialectName dialect) = nullptr;
    void (*decode)(const Value& value, DialectName dialect, void* member) = nullptr;
    bool (*less)(const void* left,
                 const void* right) = nullptr;  ///< of what is held; null when it has no order

    Value encode(const void* member, DialectName dialect) const {
        const void* present = held(member);
        return present == nullptr ? Value() : encode_held(present, dialect);
    }
};

namespace detail {

// Stricter than the language: no number from a truth value or the reverse, and no fraction lost.
template <class Given, class T>
concept usable_as = std::is_convertible_v<const Given&, T> &&
    (std::same_as<Given, bool> == std::same_as<T, bool>)&&!(std::floating_point<Given> && std::integral<T>);

[[noreturn]] void fail_out_of_range(std::int64_t value);

template <class T, class Given>
T converted(const Given& given) {
    if constexpr (integer_number<T> && integer_number<Given>) {
        if (!std::in_range<T>(given)) {
            fail_out_of_range(static_cast<std::int64_t>(given));
        }
    }
    return static_cast<T>(given);
}

template <class T>
inline constexpr bool is_ordered = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class Clock, class Duration>
inline constexpr bool is_ordered<std::chrono::time_point<Clock, Duration>> = true;
template <int Precision, int Scale>
inline constexpr bool is_ordered<Numeric<Precision, Scale>> = true;

[[noreturn]] void fail_unexpected_null();

template <class M>
struct Erased {
    using T = typename Unwrapped<M>::Type;

    static const void* held(const void* member) {
        if constexpr (Unwrapped<M>::nullable) {
            const M& optional = *static_cast<const M*>(member);
            return optional ? &*optional : nullptr;
        } else {
            return member;
        }
    }
    static Value encode_held(const void* held, DialectName dialect) {
        return Codec<T>::encode(*static_cast<const T*>(held), dialect);
    }
    static void decode(const Value& value, DialectName dialect, void* member) {
        M& target = *static_cast<M*>(member);
        if (!is_null(value)) {
            target = Codec<T>::decode(value, dialect);
        } else if constexpr (Unwrapped<M>::nullable) {
            target.reset();
        } else {
            fail_unexpected_null();
        }
    }
    static bool less(const void* left, const void* right) {
        return *static_cast<const T*>(left) < *static_cast<const T*>(right);
    }
};

template <class M>
constexpr MemberType make_member_type() {
    using T = typename Unwrapped<M>::Type;
    using E = typename Element<T>::Type;
    static_assert(has_codec<T>,
                  "this member's type has no SQL type: specialise schemist::Codec for it, derived from "
                  "schemist::NotStored when it is no column");
    MemberType result;
    if constexpr (!has_codec<T>) {
        return result;
    } else if constexpr (not_stored<T>) {
        result.stored = false;
    } else {
        result.nullable = Unwrapped<M>::nullable;
        result.array = Element<T>::array;
        if constexpr (requires { Codec<E>::kind; }) {
            result.kind = Codec<E>::kind;
        }
        if constexpr (requires { Codec<E>::length; }) {
            result.length = Codec<E>::length;
        }
        if constexpr (requires { Codec<E>::enumeration; }) {
            if constexpr (has_sound_enumerators<E>()) {
                result.enumeration = Codec<E>::enumeration;
            }
        }
        result.type = &Codec<T>::type;
        if constexpr (integer_number<T>) {
            result.least = std::numeric_limits<T>::min();
            result.most = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        }
        result.held = &Erased<M>::held;
        result.encode_held = &Erased<M>::encode_held;
        result.decode = &Erased<M>::decode;
        if constexpr (is_ordered<T>) {
            result.less = &Erased<M>::less;
        }
    }
    return result;
}

template <class M>
inline constexpr MemberType member_type = make_member_type<M>();

}  // namespace detail
}  // namespace schemist
