#include "schema/name.hpp"

#include <array>
#include <utility>

namespace schemist {

std::string to_string(const Name& name) {
    return name.schema.empty() || name.schema == "public" ? name.name : name.schema + "." + name.name;
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
