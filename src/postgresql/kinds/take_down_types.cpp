// What is taken down for types that change.

#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/take_down.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

bool constrains_values(const Change& change) {
    const Domain* before = std::get_if<Domain>(&change.before);
    const Domain* after = std::get_if<Domain>(&change.after);
    return before != nullptr && after != nullptr &&
           ((after->not_null && !before->not_null) ||
            std::ranges::any_of(after->constraints, [&](const DomainConstraint& constraint) {
                return std::ranges::none_of(before->constraints, [&](const DomainConstraint& old) {
                    return old.name == constraint.name && old.definition == constraint.definition;
                });
            }));
}

// A function's defaults, and its body where that is kept as more than text.
bool has_expressions(const Object& object) {
    const Function* function = std::get_if<Function>(&object);
    return function != nullptr &&
           (function->defaults > 0 || (function->language == "sql" && !function->has_unread_body));
}

}  // namespace

// The server alters an attribute of a composite type only while no column is of it, and nothing else uses it but what takes or
// returns values of it.
bool TakeDown::retypes_attribute_in_use(const Change& change) const {
    const CompositeType* before = std::get_if<CompositeType>(&change.before);
    const CompositeType* after = std::get_if<CompositeType>(&change.after);
    if (before == nullptr || after == nullptr) {
        return false;
    }
    const bool retypes = std::ranges::any_of(before->attributes, [&](const Attribute& attribute) {
        const auto other = std::ranges::find(after->attributes, attribute.name, &Attribute::name);
        return other != after->attributes.end() &&
               (other->type != attribute.type || other->collation != attribute.collation);
    });
    return retypes && (has_values(change.object) || is_used_in_expressions(change.object));
}

// The server looks at the values of a domain where columns are of it, or of a domain over it, not where they are of arrays or
// rows of it.
bool TakeDown::constrains_parts_of_values(const Change& change) const {
    std::set<Reference> domains;
    if (constrains_values(change)) {
        domains.insert(change.object);
    }
    for (bool more = !domains.empty(); more;) {
        more = false;
        for (const auto& [user, used] : from_.dependencies.list) {
            if (!domains.contains(used)) {
                continue;
            }
            if (user.kind == Kind::domain) {
                more = domains.insert(user).second || more;
            } else if (user.kind == Kind::column) {
                const Object column = find_object(from_, user);
                if (column.index() != 0 && is_of_type(std::get<Column>(column), used) &&
                    std::get<Column>(column).type.ends_with("[]")) {
                    return true;
                }
            } else if (nature_of(user.kind) == Nature::type && has_values(user)) {
                return true;
            }
        }
    }
    return false;
}

std::set<Reference> TakeDown::types_made_of(const Reference& type) const {
    std::set<Reference> types{type};
    for (bool more = true; more;) {
        more = false;
        for (const auto& [user, used] : from_.dependencies.list) {
            const bool is_made_of_it = nature_of(user.kind) == Nature::type && types.contains(used);
            more = (is_made_of_it && types.insert(user).second) || more;
        }
    }
    return types;
}

// Columns are of it, or of types that are made of it.
bool TakeDown::has_values(const Reference& type) const {
    const std::set<Reference> types = types_made_of(type);
    return std::ranges::any_of(from_.dependencies.list, [&](const Dependency& dependency) {
        return dependency.user.kind == Kind::column && types.contains(dependency.used);
    });
}

bool TakeDown::is_used_in_expressions(const Reference& type) const {
    const std::set<Reference> types = types_made_of(type);
    return std::ranges::any_of(from_.dependencies.list, [&](const Dependency& dependency) {
        if (!types.contains(dependency.used)) {
            return false;
        }
        const Reference& user = dependency.user;
        const Object object = find_object(from_, user);
        if (const Domain* domain = std::get_if<Domain>(&object)) {
            return !domain->default_expression.empty() || !domain->constraints.empty();
        }
        const bool takes_values =
            is_called_by_types(user.kind) && user.kind != Kind::transform && !has_expressions(object);
        return !takes_values && nature_of(user.kind) != Nature::type && user.kind != Kind::table &&
               user.kind != Kind::security_label && user.kind != Kind::default_privileges;
    });
}

// The old type stays under another name until its columns are of the new one.
bool TakeDown::move_column(const Reference& object, const Reference& type) {
    if (!uses_afterwards(object, type)) {
        return false;
    }
    made_anew_.insert(type);
    if (take_down_partitioned_by(object)) {
        return true;
    }
    retyped_[object.name].insert(object.part);
    incompatible_[object.name].insert(object.part);
    without_default_.insert(object);
    return moved_.insert(object).second;
}

void TakeDown::refuse_new_type(const Reference& object, const Reference& used) {
    throw Error(fmt::format("{} cannot be altered as it should be while {} uses it", to_string(used),
                            to_string(object)))
        .state("nothing was changed")
        .hint("make a type of another name in one revision, give it to the column, and drop the old one");
}

// The multirange comes with its range, under any name.
bool TakeDown::is_of_multirange(const Column& column, const Reference& used) const {
    const auto type = std::ranges::find(from_.range_types, used.name, &RangeType::name);
    if (used.kind != Kind::range_type || type == from_.range_types.end()) {
        return false;
    }
    const std::string name = multirange_of(*type);
    return column.type == name || column.type == name + "[]";
}

// A column stays while its default goes; one that is computed is made anew.
bool TakeDown::take_default(const Reference& object, const Reference& used) {
    const Object column = find_object(from_, object);
    if (used.kind == Kind::enum_type || dropped_.contains(object) || column.index() == 0 ||
        find_object(to_, object).index() == 0) {
        return false;
    }
    const bool generated = std::get<Column>(column).generated.has_value();
    const bool is_of_it =
        is_of_type(std::get<Column>(column), used) || is_of_multirange(std::get<Column>(column), used);
    const bool cannot_move = used.kind == Kind::base_type || used.kind == Kind::table;
    if (cannot_move && is_of_it && !generated) {
        refuse_new_type(object, used);
    }
    if (is_of_it && !generated) {
        return move_column(object, used);
    }
    return generated ? take_down(object) : without_default_.insert(object).second;
}

}  // namespace schemist::postgresql
