#pragma once
// Names of types and enumerators, cut out of what the compiler calls a function that is instantiated with
// them.

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace schemist::detail {

constexpr bool is_name_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' ||
           static_cast<unsigned char>(character) >= 0x80;
}

// The last name in "... value.content)}]" or "... = chat::Message]".
constexpr std::string_view last_name(std::string_view text) {
    std::size_t end = text.size();
    while (end > 0 && !is_name_character(text[end - 1])) {
        --end;
    }
    std::size_t begin = end;
    while (begin > 0 && is_name_character(text[begin - 1])) {
        --begin;
    }
    return text.substr(begin, end - begin);
}

template <class T>
consteval auto pretty_type() {
    return std::string_view(__PRETTY_FUNCTION__);
}

// Empty for an instance of a template, whose name is not one that a table could have.
template <class T>
consteval std::string_view unqualified_type_name() {
    constexpr std::string_view text = pretty_type<T>();
    return text[text.size() - 2] == '>' ? std::string_view() : last_name(text);
}

template <auto... Values>
consteval auto pretty_values() {
    return std::string_view(__PRETTY_FUNCTION__);
}

inline constexpr std::size_t enumerators_probed = 64;
inline constexpr std::size_t too_many_enumerators = 1000;
inline constexpr std::size_t enumerators_with_gaps = 1001;

struct EnumeratorNames {
    std::array<std::string_view, enumerators_probed + 1> names{};
    std::size_t count = 0;
};

// Both compilers write "{ns::E::first, ..., (ns::E)7}": a value without an enumerator is a cast.
template <class E, std::size_t... Values>
consteval EnumeratorNames probe_enumerators(std::index_sequence<Values...>) {
    constexpr std::string_view text = pretty_values<static_cast<E>(Values)...>();
    EnumeratorNames result;
    std::size_t begin = text.rfind(" = ") + 4;
    std::size_t known = 0;
    for (std::size_t value = 0; value < sizeof...(Values); ++value) {
        const std::size_t comma = text.find(", ", begin);
        const std::size_t end = comma == std::string_view::npos ? text.size() : comma;
        if (text[begin] != '(') {
            if (known != value) {
                result.count = enumerators_with_gaps;
                return result;
            }
            result.names[known++] = last_name(text.substr(begin, end - begin));
        }
        begin = end + 2;
    }
    result.count = known > enumerators_probed ? too_many_enumerators : known;
    return result;
}

template <class E>
inline constexpr EnumeratorNames probed_enumerators =
    probe_enumerators<E>(std::make_index_sequence<enumerators_probed + 1>());

template <class E>
consteval std::size_t enumerator_count() {
    return probed_enumerators<E>.count;
}

constexpr std::string_view without_trailing_underscore(std::string_view name) {
    return name.size() > 1 && name.back() == '_' ? name.substr(0, name.size() - 1) : name;
}

template <class E>
consteval auto enumerator_names() {
    constexpr std::size_t count = enumerator_count<E>() <= enumerators_probed ? enumerator_count<E>() : 0;
    std::array<std::string_view, count> names{};
    for (std::size_t index = 0; index < count; ++index) {
        names[index] = without_trailing_underscore(probed_enumerators<E>.names[index]);
    }
    return names;
}

}  // namespace schemist::detail
