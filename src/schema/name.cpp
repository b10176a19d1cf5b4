#include "schema/name.hpp"

#include <array>
#include <utility>

namespace schemist {

std::string to_string(const Name& name) {
    return name.schema.empty() || name.schema == "public" ? name.name : name.schema + "." + name.name;
}

std::string_view cut(std::string_view text, std::size_t length) {
    if (text.size() <= length) {
        return text;
    }
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
        --length;
    }
    return text.substr(0, length);
}

std::string generated_name(std::string_view table, std::string_view column, std::string_view label) {
    const std::size_t available = longest_name - label.size() - (column.empty() ? 1 : 2);
    std::size_t first = table.size();
    std::size_t second = column.size();
    while (first + second > available) {
        --(first > second ? first : second);
    }
    std::string name(cut(table, first));
    name += '_';
    if (!column.empty()) {
        name += cut(column, second);
        name += '_';
    }
    return name += label;
}

std::string_view to_string(Kind kind) {
    constexpr std::array words{
#define SCHEMIST_WORDS(kind, words, ...) std::string_view(words),
        SCHEMIST_KINDS(SCHEMIST_WORDS, SCHEMIST_WORDS)
#undef SCHEMIST_WORDS
    };
    return words.at(static_cast<std::size_t>(kind));
}

std::string to_string(const Reference& reference) {
    std::string text(to_string(reference.kind));
    text += ' ';
    text += to_string(reference.name);
    if (!reference.part.empty()) {
        const bool is_signature = reference.part.front() == '(';
        text += is_signature ? "" : ".";
        text += reference.part;
    }
    return text;
}

}  // namespace schemist
