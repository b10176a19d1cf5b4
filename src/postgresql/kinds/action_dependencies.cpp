// What an action of a change waits for, and what waits for it, as the server knows what uses what.

#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/differences.hpp"
#include "postgresql/kinds/rebuild.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

namespace schemist::postgresql {
namespace {

bool is_relation(Kind kind) {
    return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view ||
           kind == Kind::sequence;
}

// Types, and those that they are made of.
template <class UsedBy>
std::set<Reference> types_among(std::vector<Reference> used, UsedBy&& used_by) {
    std::set<Reference> types;
    while (!used.empty()) {
        const Reference one = used.back();
        used.pop_back();
        if (nature_of(one.kind) == Nature::type && types.insert(one).second) {
            const std::vector<Reference>& parts = used_by(one);
            used.insert(used.end(), parts.begin(), parts.end());
        }
    }
    return types;
}

bool contains(const std::vector<Reference>& list, const Reference& object) {
    return std::ranges::find(list, object) != list.end();
}

// What a column without a default or an expression uses: its type.
std::vector<Reference> used_by_column_alone(std::vector<Reference> used, const Object& object) {
    const Column* column = std::get_if<Column>(&object);
    if (column != nullptr && !column->default_expression && !column->generated) {
        std::erase_if(used, [&](const Reference& reference) {
            const bool has_name = reference.kind == Kind::domain || reference.kind == Kind::composite_type ||
                                  reference.kind == Kind::table;
            if (reference.kind == Kind::enum_type) {
                return column->type.substr(0, column->type.find("[]")) != qualified(reference.name);
            }
            return has_name ? !is_of_type(*column, reference) : nature_of(reference.kind) != Nature::type;
        });
    }
    return used;
}

}  // namespace

bool is_called_by_types(Kind kind) {
    return kind == Kind::function || kind == Kind::aggregate || kind == Kind::sql_operator ||
           kind == Kind::operator_class || kind == Kind::operator_family || kind == Kind::cast ||
           kind == Kind::transform;
}

// A table is published only while it is logged.
void Differences::wait_for_persistence(DdlAction& action) const {
    const auto add = [&](std::vector<Reference>& references) {
        for (const Reference& used : std::vector<Reference>(references)) {
            if (used.kind == Kind::table || used.kind == Kind::column) {
                append(references, changed_persistence(used.name));
            }
        }
    };
    add(action.needs);
    add(action.frees);
}

void Differences::add_dependencies(const Change& change, DdlAction& action) const {
    follow_parents(change, action);
    // A table leaves its type before that, or the one that it goes over to, is altered.
    const std::vector<Reference> left = change.object.kind == Kind::table && change.action == Action::alter
                                            ? action.frees
                                            : std::vector<Reference>{};
    if (is_relation(change.object.kind)) {
        const auto add_name = [&](std::vector<Reference>& references) {
            if (contains(references, change.object)) {
                references.push_back(relation_name(change.object.name));
            }
        };
        add_name(action.creates);
        add_name(action.drops);
    }
    // Whoever uses it does so under either name.
    if (change.action == Action::rename) {
        return;
    }
    const auto uses_after = [&](const Reference& object) {
        return used_by_column_alone(used_by_bare(change, object, change.after, used_after(object)),
                                    change.after);
    };
    const auto uses_before = [&](const Reference& object) {
        return used_by_column_alone(used_by_bare(change, object, change.before, used_before(object)),
                                    change.before);
    };
    for (const Reference& object : action.creates) {
        append(action.needs, uses_after(object));
    }
    for (const Reference& object : action.drops) {
        append(action.frees, uses_before(object));
    }
    if (change.action == Action::alter) {
        const std::vector<Reference> after = uses_after(change.object);
        append(action.needs, after);
        for (const Reference& used : uses_before(change.object)) {
            const bool was_left = change.object.kind == Kind::table && used.kind == Kind::composite_type;
            if (!contains(after, used) && !was_left) {
                action.frees.push_back(used);
            }
        }
    }
    for (Reference& used : action.needs) {
        if (change.object.kind == Kind::function && used.kind == Kind::base_type &&
            contains(used_after(change.object), used) && contains(used_after(used), change.object)) {
            used = announced(used.name);
        }
    }
    const auto itself = [&](const std::vector<Reference>& own) {
        return [&](const Reference& used) {
            const bool of_own_table =
                used.kind == Kind::column && contains(own, {Kind::table, used.name, {}});
            return of_own_table || contains(own, used);
        };
    };
    std::erase_if(action.needs, [&](const Reference& needed) {
        return contains(left, needed) || (!left.empty() && nature_of(needed.kind) == Nature::type);
    });
    if (is_moved(change.object) || is_made_anew(change.object)) {
        std::erase_if(action.frees, [&](const Reference& freed) { return is_made_anew(freed); });
    }
    if (change.object.kind == Kind::publication) {
        wait_for_persistence(action);
    }
    // What it uses before and after stays, and is altered first.
    if (change.action == Action::alter) {
        std::erase_if(action.frees, [&](const Reference& freed) {
            return nature_of(freed.kind) == Nature::type && !is_dropped(freed) &&
                   contains(action.needs, freed);
        });
    }
    // Nor does the server alter what the type of a column is made of.
    if (change.object.kind == Kind::column || change.object.kind == Kind::table) {
        const std::set<Reference> after = types_among(
            action.needs, [&](const Reference& type) -> const auto& { return used_after(type); });
        for (const Reference& type : types_among(
                 action.frees, [&](const Reference& type) -> const auto& { return used_before(type); })) {
            if (!after.contains(type) && !is_made_anew(type)) {
                action.frees.push_back(type);
            }
        }
    }
    // The others may use an old type as long as it is there.
    for (Reference& freed : action.frees) {
        const bool stays_for_a_while = (freed.kind == Kind::enum_type && is_altered_enum(freed.name)) ||
                                       (change.action == Action::drop && is_made_anew(freed));
        if (stays_for_a_while && freed.part.empty() && !is_called_by_types(change.object.kind) &&
            freed != change.object) {
            freed.part = "old";
        }
    }
    // As long as another function of the name is there, it may be unclear which is called.
    for (const Reference& used : action.needs) {
        if (used.kind == Kind::function) {
            append(action.prefers, dropped_overloads(used.name));
        }
    }
    wait_for_rows(change, *this, action);
    std::erase_if(action.needs, itself(action.creates));
    std::erase_if(action.frees, itself(action.drops));
    connect_rest(change, action);
}

}  // namespace schemist::postgresql
