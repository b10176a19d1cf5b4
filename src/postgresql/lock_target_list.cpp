#include "postgresql/lock_target_list.hpp"

#include "postgresql/sql.hpp"

#include <algorithm>
#include <array>

namespace schemist::postgresql {
namespace {

constexpr std::array<std::string_view, 5> mode_names{"SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
                                                     "EXCLUSIVE", "ACCESS EXCLUSIVE"};

}  // namespace

std::string quoted_name(std::span<const std::string> parts) {
    std::string name;
    for (const std::string& part : parts) {
        name += (name.empty() ? "" : ".") + quote_identifier(part);
    }
    return name;
}

std::string quoted_name(const PgQuery__RangeVar& relation) {
    std::vector<std::string> parts{relation.relname};
    if (*relation.schemaname != '\0') {
        parts.insert(parts.begin(), relation.schemaname);
    }
    return quoted_name(parts);
}

void TargetList::add(const std::string& relation, int mode, Reach reach, std::string part) {
    if (relation.empty() || mode < share_update_exclusive || mode > access_exclusive ||
        created_.contains(relation)) {
        return;
    }
    const std::string_view name = mode_names[static_cast<std::size_t>(mode - share_update_exclusive)];
    LockTarget target{relation, std::string(name), reach, std::move(part)};
    if (std::ranges::find(found_, target) == found_.end()) {
        found_.push_back(std::move(target));
    }
}

void TargetList::add_all(const PgQuery__RangeVar& relation, int mode) {
    add(quoted_name(relation), mode, relation.inh != 0 ? Reach::descendants : Reach::itself);
}

void TargetList::add_referenced(PgQuery__Node* const* constraints, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (constraints[i]->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
            constraints[i]->constraint->pktable != nullptr) {
            add(quoted_name(*constraints[i]->constraint->pktable), share_row_exclusive);
        }
    }
}

}  // namespace schemist::postgresql
