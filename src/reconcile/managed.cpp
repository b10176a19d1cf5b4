#include "reconcile/managed.hpp"

#include <algorithm>
#include <array>

namespace schemist {
namespace {

template <class T>
void exchange(std::vector<T>& all, const std::vector<T>& old_part, const std::vector<T>& new_part) {
    std::erase_if(all,
                  [&](const T& object) { return std::ranges::find(old_part, object) != old_part.end(); });
    all.insert(all.end(), new_part.begin(), new_part.end());
}

}  // namespace

void Managed::add(const Schema& made) {
    for_each_list(made, [&](const auto& list) {
        for (const auto& object : list) {
            made_.insert(reference_of(object));
        }
    });
}

Schema Managed::part_of(const Schema& live) const {
    Schema part = live;
    for_each_list(part, [&](auto& list) {
        std::erase_if(list, [&](const auto& object) {
            if constexpr (requires { object.owned_by; }) {
                if (object.owned_by && has_table(object.owned_by->table)) {
                    return false;
                }
            }
            if constexpr (requires { object.table; }) {
                return !has_relation(object.table);
            } else {
                return !made_.contains(reference_of(object));
            }
        });
    });
    return part;
}

Schema Managed::with_part(const Schema& live, const Schema& part) const {
    const Schema old_part = part_of(live);
    Schema result = live;
    Schema::fields([&](const char*, auto list) { exchange(result.*list, old_part.*list, part.*list); });
    sort(result);
    return result;
}

bool Managed::has_relation(const Name& name) const {
    return std::ranges::any_of(std::array{Kind::table, Kind::view, Kind::materialized_view}, [&](Kind kind) {
        return made_.contains({kind, name, {}});
    });
}

}  // namespace schemist
