#include "schema/name.hpp"

#include <array>
#include <utility>

namespace schemist {

std::string to_string(const Name& name) {
    return name.schema.empty() || name.schema == "public" ? name.name : name.schema + "." + name.name;
}

std::string_view to_string(Kind kind) {
    constexpr std::array<std::string_view, 13> words{"schema",
                                                     "enum type",
                                                     "sequence",
                                                     "table",
                                                     "column",
                                                     "primary key",
                                                     "unique constraint",
                                                     "check",
                                                     "exclusion constraint",
                                                     "foreign key",
                                                     "index",
                                                     "view",
                                                     "trigger"};
    return words.at(static_cast<std::size_t>(kind));
}

std::string to_string(const Reference& reference) {
    std::string text(to_string(reference.kind));
    text += ' ';
    text += to_string(reference.name);
    if (!reference.part.empty()) {
        text += '.';
        text += reference.part;
    }
    return text;
}

}  // namespace schemist
