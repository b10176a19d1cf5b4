#pragma once
// The kind `security_label`.

#include <string>

namespace schemist {

struct SecurityLabel {
    std::string name;      // of the two that follow, for people
    std::string provider;  // unquoted
    std::string object;    // as written in SQL after ON
    std::string label;

    bool operator==(const SecurityLabel&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &SecurityLabel::name);
        visit("provider", &SecurityLabel::provider);
        visit("object", &SecurityLabel::object);
        visit("label", &SecurityLabel::label);
    }
};

}  // namespace schemist
