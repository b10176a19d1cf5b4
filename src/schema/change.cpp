#include "schema/change.hpp"

#include <type_traits>

namespace schemist {
namespace {

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
            constexpr bool is_part_of_table = std::is_same_v<T, TableStructure>;
            const bool own = !is_part_of_table || name == "comment" || name == "storage" ||
                             name == "unlogged" || name == "tablespace" || name == "strict" ||
                             name == "without_rowid";
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

}  // namespace

std::string describe(const Change& change) {
    const bool part_of_table = !change.object.part.empty() && change.object.kind != Kind::trigger;
    switch (change.action) {
        case Action::create:
            return (part_of_table ? "add " : "create ") + to_string(change.object);
        case Action::drop:
            return "drop " + to_string(change.object);
        case Action::rename:
            return "rename " + to_string(change.object) + " to " + std::visit(NameOf{}, change.after);
        case Action::alter:
            break;
    }
    const std::string fields = std::visit(DifferingFields{change.after}, change.before);
    return "alter " + to_string(change.object) + (fields.empty() ? "" : ": " + fields);
}

}  // namespace schemist
