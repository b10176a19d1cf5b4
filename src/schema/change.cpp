#include "schema/change.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace schemist {
namespace {

bool is_list_of_parts(std::string_view name) {
    constexpr std::array lists{
        std::string_view("columns"), std::string_view("primary_key"), std::string_view("unique_constraints"),
        std::string_view("checks"),  std::string_view("exclusions"),  std::string_view("foreign_keys"),
        std::string_view("indexes")};
    return std::ranges::find(lists, name) != lists.end();
}

// The names of the members in which two values of one kind differ, as fields() calls them.
struct DifferingFields {
    const Object& after;

    std::string operator()(std::monostate) const { return {}; }

    template <class T>
    std::string operator()(const T& before) const {
        const T* other = std::get_if<T>(&after);
        if (other == nullptr) {
            return {};
        }
        std::string names;
        T::fields([&](std::string_view name, auto member) {
            constexpr bool has_parts = requires {
                before.indexes;
            };
            const bool own = !has_parts || !is_list_of_parts(name);
            if (own && !(before.*member == other->*member)) {
                names += names.empty() ? "" : ", ";
                for (const char letter : name) {
                    names += letter == '_' ? ' ' : letter;
                }
            }
        });
        return names;
    }
};

struct NameOf {
    std::string operator()(std::monostate) const { return {}; }

    template <class T>
    std::string operator()(const T& value) const {
        if constexpr (std::is_same_v<decltype(value.name), Name>) {
            return to_string(value.name);
        } else {
            return value.name;
        }
    }
};

// Of an enum type it may be one value that is renamed.
std::string new_name(const Change& change) {
    const EnumType* before = std::get_if<EnumType>(&change.before);
    const EnumType* after = std::get_if<EnumType>(&change.after);
    if (before != nullptr && after != nullptr && !change.object.part.empty()) {
        const auto renamed = std::ranges::find_if(after->values, [&](const std::string& value) {
            return std::ranges::find(before->values, value) == before->values.end();
        });
        return renamed == after->values.end() ? std::string() : *renamed;
    }
    return std::visit(NameOf{}, change.after);
}

}  // namespace

std::string describe(const Change& change) {
    const bool part_of_table = is_part_of_table(change.object.kind);
    switch (change.action) {
        case Action::create:
            return (part_of_table ? "add " : "create ") + to_string(change.object);
        case Action::drop:
            return "drop " + to_string(change.object);
        case Action::rename:
            return "rename " + to_string(change.object) + " to " + new_name(change);
        case Action::alter:
            break;
    }
    const std::string fields = std::visit(DifferingFields{change.after}, change.before);
    return "alter " + to_string(change.object) + (fields.empty() ? "" : ": " + fields);
}

}  // namespace schemist
