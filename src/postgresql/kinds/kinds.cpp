#include "postgresql/kinds/definitions.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {

namespace {

// In their order, though each behind those whose objects its readers look up.
std::vector<KindOfObject> in_order_of_reading(std::vector<KindOfObject> left) {
    std::vector<KindOfObject> ordered;
    const auto is_read = [&](Kind kind) {
        return std::ranges::find(ordered, kind, &KindOfObject::kind) != ordered.end();
    };
    while (!left.empty()) {
        const auto next = std::ranges::find_if(
            left, [&](const KindOfObject& kind) { return std::ranges::all_of(kind.reads_after, is_read); });
        ordered.push_back(std::move(*next));
        left.erase(next);
    }
    return ordered;
}

}  // namespace

const std::vector<KindOfObject>& kinds() {
#define SCHEMIST_KIND_OBJECT(name, ...) name##_kind(),
    static const std::vector<KindOfObject> all =
        in_order_of_reading({SCHEMIST_KINDS(SCHEMIST_KIND_OBJECT, SCHEMIST_KIND_OBJECT)});
#undef SCHEMIST_KIND_OBJECT
    return all;
}

const KindOfObject& kind_of_object(Kind kind) {
    const auto found = std::ranges::find(kinds(), kind, &KindOfObject::kind);
    if (found == kinds().end()) {
        throw Error(fmt::format("PostgreSQL's backend knows no {}", to_string(kind)))
            .exit_code(ExitCode::internal);
    }
    return *found;
}

}  // namespace schemist::postgresql
