// Changes that would have to wait for themselves, done by two actions each: a table's check calls a function that takes its
// rows, so that the table comes first, the function then, and the check last.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/differences.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace schemist::postgresql {
namespace {

// What holds nothing, and is cheap to make anew.
bool can_be_replaced(Kind kind) {
    return kind == Kind::function || kind == Kind::aggregate || kind == Kind::view || kind == Kind::rule ||
           kind == Kind::trigger || kind == Kind::policy;
}

Column without_default(Column column) {
    column.default_expression.reset();
    return column;
}

Domain bare(Domain domain) {
    domain.default_expression.clear();
    domain.constraints.clear();
    return domain;
}

bool has_more(const Object& object) {
    const Domain* domain = std::get_if<Domain>(&object);
    return domain != nullptr && !(bare(*domain) == *domain);
}

bool has_same(const Domain& domain, const DomainConstraint& constraint) {
    return std::ranges::any_of(domain.constraints, [&](const DomainConstraint& other) {
        return other.name == constraint.name && other.definition == constraint.definition;
    });
}

// What is left of the domain when all is taken away that the other has not.
Domain without_what_goes(Domain domain, const Domain& other) {
    std::erase_if(domain.constraints,
                  [&](const DomainConstraint& constraint) { return !has_same(other, constraint); });
    if (domain.default_expression != other.default_expression) {
        domain.default_expression.clear();
    }
    return domain;
}

bool is_type(const Reference& used) {
    return nature_of(used.kind) == Nature::type || nature_of(used.kind) == Nature::ground;
}

// Columns of arrays or composite types with the domain are made when that is complete: the server adds no constraint to it
// later.
Reference rest_of(const Name& domain) {
    return {Kind::domain, domain, "rest"};
}

// And those that go, go before.
Reference old_users_of(const Name& domain) {
    return {Kind::domain, domain, "old users"};
}

template <class Part>
void add_parts(Kind kind, const Name& table, const std::vector<Part>& bare, const std::vector<Part>& all,
               Action action, Changes& changes) {
    for (const Part& one : all) {
        if (std::ranges::find(bare, one) == bare.end()) {
            Change change{action, part(kind, table, one.name), {}, {}};
            (action == Action::create ? change.after : change.before) = one;
            changes.push_back(std::move(change));
        }
    }
}

// Whether the change of what is divided goes to more rather than to less.
bool adds(const Change& change) {
    if (change.action != Action::alter) {
        return change.action == Action::create;
    }
    if (const auto* domain = std::get_if<Domain>(&change.before)) {
        return without_what_goes(*domain, std::get<Domain>(change.after)) == *domain;
    }
    if (const auto* table = std::get_if<TableStructure>(&change.before)) {
        const auto& after = std::get<TableStructure>(change.after);
        return table->clustered_on != after.clustered_on ? table->clustered_on.empty()
                                                         : table->replica_identity_index.empty();
    }
    const auto* column = std::get_if<Column>(&change.before);
    return column != nullptr && !column->default_expression;
}

// What leads from the bare table to all of it, or back.
void add_rest(const TableStructure& bare, const TableStructure& all, Action action, Changes& changes) {
    const auto add_alteration = [&](const Reference& object, const Object& without, const Object& with) {
        const bool is_made = action == Action::create;
        changes.push_back({Action::alter, object, is_made ? without : with, is_made ? with : without});
    };
    for (std::size_t i = 0; i < all.columns.size(); ++i) {
        if (!(bare.columns[i] == all.columns[i])) {
            add_alteration(part(Kind::column, all.name, all.columns[i].name), bare.columns[i],
                           all.columns[i]);
        }
    }
    add_parts(Kind::check, all.name, bare.checks, all.checks, action, changes);
    add_parts(Kind::exclusion, all.name, bare.exclusions, all.exclusions, action, changes);
    add_parts(Kind::index, all.name, bare.indexes, all.indexes, action, changes);
    if (bare.clustered_on != all.clustered_on || bare.replica_identity_index != all.replica_identity_index) {
        TableStructure marked = bare;
        marked.clustered_on = all.clustered_on;
        marked.replica_identity_index = all.replica_identity_index;
        marked.replica_identity = all.replica_identity;
        add_alteration({Kind::table, all.name, {}}, bare, marked);
    }
}

}  // namespace

template <class Part>
bool Differences::can_be_added_later(const Name& table, const Part& one, const Uses& uses) {
    if constexpr (std::is_same_v<Part, Column>) {
        if (!one.default_expression) {
            return false;
        }
    } else if constexpr (requires { one.inherited; }) {
        if (one.inherited) {
            return false;
        }
    }
    return uses_more_than_types(uses, part(kind_of<Part>, table, one.name));
}

bool Differences::uses_more_than_types(const Uses& uses, const Reference& object) {
    const auto found = uses.find(object);
    return found != uses.end() && std::ranges::any_of(found->second, [&](const Reference& used) {
               const bool is_own = is_part_of_table(object.kind) && used.name == object.name &&
                                   (used.kind == Kind::table || used.kind == Kind::column);
               return !is_type(used) && used.kind != Kind::sequence && !is_own;
           });
}

MaterializedView Differences::bare(const MaterializedView& view, const Uses& uses) {
    MaterializedView result = view;
    std::erase_if(result.indexes, [&](const Index& index) {
        return index.name != view.clustered_on &&
               uses_more_than_types(uses, part(Kind::index, view.name, index.name));
    });
    return result;
}

TableStructure Differences::bare(const TableStructure& table, const Uses& uses) {
    TableStructure result = table;
    for (Column& column : result.columns) {
        if (can_be_added_later(table.name, column, uses)) {
            column.default_expression.reset();
        }
    }
    const auto erase = [&](auto& parts) {
        std::erase_if(parts, [&](const auto& one) { return can_be_added_later(table.name, one, uses); });
    };
    erase(result.checks);
    erase(result.exclusions);
    erase(result.indexes);
    const auto is_among = [](const TableStructure& one, const std::string& name) {
        return std::ranges::find(one.indexes, name, &Index::name) != one.indexes.end() ||
               std::ranges::find(one.exclusions, name, &ExclusionConstraint::name) != one.exclusions.end();
    };
    const auto is_gone = [&](const std::string& name) {
        return is_among(table, name) && !is_among(result, name);
    };
    if (is_gone(result.clustered_on)) {
        result.clustered_on.clear();
    }
    if (is_gone(result.replica_identity_index)) {
        result.replica_identity_index.clear();
        result.replica_identity.clear();
    }
    return result;
}

// Without making the bare table, since this is asked of every table.
bool Differences::is_divisible(const TableStructure& table, const Uses& uses) {
    const auto has_one = [&](const auto& parts) {
        return std::ranges::any_of(
            parts, [&](const auto& one) { return can_be_added_later(table.name, one, uses); });
    };
    return has_one(table.columns) || has_one(table.checks) || has_one(table.exclusions) ||
           has_one(table.indexes);
}

bool Differences::is_divisible(const Change& change) const {
    if (divided_.contains(change.object)) {
        return false;
    }
    if (change.object.kind == Kind::domain) {
        return (has_more(change.before) || has_more(change.after)) &&
               (uses_more_than_types(uses_before_, change.object) ||
                uses_more_than_types(uses_after_, change.object));
    }
    if (can_be_replaced(change.object.kind)) {
        return change.action == Action::alter;
    }
    if (change.action != Action::create && change.action != Action::drop) {
        return false;
    }
    const bool is_made = change.action == Action::create;
    const Object& whole = is_made ? change.after : change.before;
    const Uses& uses = is_made ? uses_after_ : uses_before_;
    if (const auto* column = std::get_if<Column>(&whole)) {
        return column->default_expression && uses_more_than_types(uses, change.object);
    }
    const auto* table = std::get_if<TableStructure>(&whole);
    const auto* view = std::get_if<MaterializedView>(&whole);
    return (table != nullptr && is_divisible(*table, uses)) ||
           (view != nullptr && bare(*view, uses).indexes.size() < view->indexes.size());
}

// Leaves the bare object, and adds what leads from that to all of it, or back.
void Differences::divide(Object& object, const Reference& reference, Action action, Changes& rest) const {
    const bool is_made = action == Action::create;
    const Uses& uses = is_made ? uses_after_ : uses_before_;
    const auto add_alteration = [&](const Object& all) {
        if (!(object == all)) {
            rest.push_back({Action::alter, reference, is_made ? object : all, is_made ? all : object});
        }
    };
    if (auto* table = std::get_if<TableStructure>(&object)) {
        const TableStructure all = std::exchange(*table, bare(*table, uses));
        add_rest(*table, all, action, rest);
    } else if (auto* view = std::get_if<MaterializedView>(&object)) {
        const MaterializedView all = std::exchange(*view, bare(*view, uses));
        add_parts(Kind::index, all.name, view->indexes, all.indexes, action, rest);
    } else if (auto* domain = std::get_if<Domain>(&object)) {
        const Object all = *domain;
        *domain = schemist::postgresql::bare(std::move(*domain));
        add_alteration(all);
    } else if (auto* column = std::get_if<Column>(&object)) {
        const Object all = *column;
        *column = without_default(std::move(*column));
        add_alteration(all);
    }
}

void Differences::divide(Changes& changes) const {
    if (divided_.empty()) {
        return;
    }
    Changes rest;
    for (Change& change : changes) {
        if (!divided_.contains(change.object)) {
            continue;
        }
        // Taken away first and added then.
        if (change.object.kind == Kind::domain && change.action == Action::alter &&
            !is_made_anew(change.object)) {
            const Domain& before = std::get<Domain>(change.before);
            const Object between = without_what_goes(before, std::get<Domain>(change.after));
            if (!(between == change.before) && !(between == change.after)) {
                rest.push_back({Action::alter, change.object, change.before, between});
                change.before = between;
            }
        } else {
            divide(change.before, change.object, Action::drop, rest);
            divide(change.after, change.object, Action::create, rest);
        }
    }
    changes.insert(changes.end(), rest.begin(), rest.end());
}

// Of a default or a constraint that the bare object has not.
bool Differences::is_rest(const Change& change) const {
    if (!divided_.contains(change.object) || change.action != Action::alter ||
        change.before == change.after) {
        return false;
    }
    return change.object.kind != Kind::domain || !is_made_anew(change.object) || has_more(change.before) ||
           has_more(change.after);
}

std::vector<Reference> Differences::used_by_bare(const Change& change, const Reference& object,
                                                 const Object& whole, std::vector<Reference> used) const {
    if (!divided_.contains(change.object) || is_rest(change)) {
        return used;
    }
    const Column* column = std::get_if<Column>(&whole);
    if (const auto* table = std::get_if<TableStructure>(&whole);
        table != nullptr && object.kind == Kind::column) {
        column = table->find_column(object.part);
    }
    const bool is_bare = std::holds_alternative<Domain>(whole) ||
                         (column != nullptr && !column->default_expression && !column->generated);
    std::erase_if(used, [&](const Reference& one) { return is_bare && !is_type(one); });
    return used;
}

// What is added to the bare object comes after it, and what is taken from all of it comes before that is dropped.
void Differences::connect_rest(const Change& change, DdlAction& action) const {
    if (divided_.empty()) {
        return;
    }
    const std::array wholes{change.object, Reference{Kind::table, change.object.name, {}},
                            Reference{Kind::materialized_view, change.object.name, {}}};
    const auto whole =
        std::ranges::find_if(wholes, [&](const Reference& object) { return divided_.contains(object); });
    const bool is_whole = whole != wholes.end() && *whole == change.object;
    if (whole != wholes.end() && (is_whole ? is_rest(change) : is_part_of_table(change.object.kind))) {
        std::erase(action.creates, *whole);
        std::erase(action.drops, *whole);
        if (adds(change)) {
            action.frees.clear();
            action.needs.push_back(*whole);
        } else {
            action.needs.clear();
            action.frees.push_back(*whole);
        }
        if (whole->kind == Kind::domain) {
            (adds(change) ? action.creates : action.drops).push_back(rest_of(whole->name));
            if (adds(change)) {
                action.drops.push_back(old_users_of(whole->name));
            }
        }
    } else if (nature_of(change.object.kind) == Nature::type ||
               nature_of(change.object.kind) == Nature::rows) {
        for (const Reference& used : action.needs) {
            if (used.kind == Kind::domain && divided_.contains(used) && used != change.object) {
                action.prefers.push_back(rest_of(used.name));
            }
        }
        for (const Reference& used : std::vector<Reference>(action.frees)) {
            if (used.kind == Kind::domain && divided_.contains(used) && used != change.object) {
                action.frees.push_back(old_users_of(used.name));
            }
        }
    }
}

}  // namespace schemist::postgresql
