#include "postgresql/kinds/differences.hpp"

#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/key_circles.hpp"
#include "postgresql/kinds/rebuild.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

const Column* find_column(const Schema& schema, const Name& table, const std::string& column) {
    const TableStructure* found = schema.find_table(table);
    return found == nullptr ? nullptr : found->find_column(column);
}

using OwnedSequences = std::map<std::pair<Name, std::string>, const Sequence*>;

OwnedSequences owned_sequences(const Schema& schema) {
    OwnedSequences owned;
    for (const Sequence& sequence : schema.sequences) {
        if (!sequence.owned_by) {
            continue;
        }
        const auto& [table, name] = *sequence.owned_by;
        const auto [place, is_first] = owned.emplace(std::pair(table, name), &sequence);
        // Of several it is the one that it counts with.
        const Column* column = is_first ? nullptr : find_column(schema, table, name);
        if (column != nullptr && column->default_expression == nextval(sequence.name)) {
            place->second = &sequence;
        }
    }
    return owned;
}

// Sequences that a column of one table owns and a default of another one counts with.
std::set<Name> used_by_other_tables(const Schema& schema) {
    std::map<std::string, const Sequence*, std::less<>> owned;
    for (const Sequence& sequence : schema.sequences) {
        if (sequence.owned_by) {
            owned.emplace(nextval(sequence.name), &sequence);
        }
    }
    std::set<Name> names;
    const auto add = [&](const Name& table, const Sequence* sequence) {
        if (sequence != nullptr && sequence->owned_by && sequence->owned_by->table != table) {
            names.insert(sequence->name);
        }
    };
    for (const TableStructure& table : schema.tables) {
        for (const Column& column : table.columns) {
            const std::string expression = column.default_expression.value_or("");
            if (expression.find("nextval(") == std::string::npos || owned.empty()) {
                continue;
            }
            if (const auto found = owned.find(expression); found != owned.end()) {
                add(table.name, found->second);
                continue;
            }
            for (const Reference& used : Differences::used_by_expression(schema, nullptr, expression)) {
                add(table.name, used.kind == Kind::sequence ? schema.find_sequence(used.name) : nullptr);
            }
        }
    }
    return names;
}

std::map<Reference, std::vector<Reference>> uses(const Schema& schema) {
    std::map<Reference, std::vector<Reference>> by_user;
    for (const Dependency& dependency : schema.dependencies.list) {
        by_user[dependency.user].push_back(dependency.used);
    }
    return by_user;
}

const std::vector<Reference>& find(const std::map<Reference, std::vector<Reference>>& uses,
                                   const Reference& object) {
    static const std::vector<Reference> none;
    const auto found = uses.find(object);
    return found == uses.end() ? none : found->second;
}

// A base type and the functions that read and write its values.
bool uses_each_other(const std::map<Reference, std::vector<Reference>>& uses, const Reference& one,
                     const Reference& other) {
    const std::vector<Reference>& used = find(uses, one);
    const std::vector<Reference>& back = find(uses, other);
    return std::ranges::find(used, other) != used.end() && std::ranges::find(back, one) != back.end();
}

}  // namespace

Differences::Differences(const Changes& changes, const Schema& from, const Schema& to,
                         std::set<Reference> divided)
    : from_(from),
      to_(to),
      heirs_(from, to),
      uses_before_(uses(from)),
      uses_after_(uses(to)),
      owned_before_(owned_sequences(from)),
      owned_after_(owned_sequences(to)),
      divided_(std::move(divided)),
      taken_down_(with_take_downs(changes, from, to, divided_)),
      apart_(keys_in_circles(taken_down_.changes)),
      used_elsewhere_(used_by_other_tables(from)) {
    divide(taken_down_.changes);
    index_changes();
    index_keys();
    if (to.not_null_constraints.are_kept_of_domains) {
        index_constraints(from);
        index_constraints(to);
        index_constraints_of_joining();
    }
}

void Differences::index_changes() {
    for (const Change& change : taken_down_.changes) {
        if (change.object.kind == Kind::table) {
            index_parents(change);
        }
        if (change.action == Action::create) {
            created_.insert(change.object);
            created_by_word_.emplace(
                is_part_of_table(change.object.kind) ? change.object.part : change.object.name.name,
                change.object);
        } else if (change.action == Action::drop) {
            dropped_.insert(change.object);
            const Kind kind = change.object.kind;
            if (kind == Kind::trigger || kind == Kind::rule || kind == Kind::policy) {
                belongings_[change.object.name].push_back(change.object);
            }
        } else if (change.action == Action::alter && change.object.kind == Kind::column) {
            altered_columns_.insert(change.object);
        } else if (change.action == Action::rename && change.object.kind == Kind::sequence) {
            renamed_sequences_[change.object.name] = std::get<Sequence>(change.after).name;
        } else if (change.action == Action::alter && change.object.kind == Kind::table &&
                   std::get<TableStructure>(change.before).unlogged !=
                       std::get<TableStructure>(change.after).unlogged) {
            changed_persistence_.insert(change.object.name);
        }
    }
}

void Differences::index_keys() {
    for (const TableStructure& table : from_.tables) {
        const TableStructure* after = table.foreign_keys.empty() ? nullptr : to_.find_table(table.name);
        for (const ForeignKey& key : table.foreign_keys) {
            if (after != nullptr && std::ranges::find(after->foreign_keys, key.name, &ForeignKey::name) !=
                                        after->foreign_keys.end()) {
                referred_.insert(key.referenced_table);
            }
        }
    }
}

// One that uses another table or view that is dropped goes before both: these may have to go in the other order.
bool Differences::goes_with(const Reference& object) const {
    const auto is_relation = [](const Reference& used) {
        return used.kind == Kind::table || used.kind == Kind::view || used.kind == Kind::materialized_view;
    };
    // A function that takes the rows of the table goes before that, and so after what uses the function.
    const auto is_other = [&](const Reference& used) {
        const bool uses_it =
            used.kind == Kind::function &&
            std::ranges::any_of(find(uses_before_, used), [&](const Reference& one) {
                return (is_relation(one) || one.kind == Kind::column) && one.name == object.name;
            });
        return (uses_it || (is_relation(used) && used.name != object.name)) && is_dropped(used);
    };
    const bool goes = is_dropped({Kind::table, object.name, {}}) ||
                      is_dropped({Kind::view, object.name, {}}) ||
                      is_dropped({Kind::materialized_view, object.name, {}});
    return goes && std::ranges::none_of(find(uses_before_, object), is_other);
}

bool Differences::goes_with_its_type(const Reference& function) const {
    const auto is_circle = [&](const Reference& used) {
        return used.kind == Kind::base_type && is_dropped(used) &&
               uses_each_other(uses_before_, function, used);
    };
    return function.kind == Kind::function && std::ranges::any_of(find(uses_before_, function), is_circle);
}

std::vector<Reference> Differences::belongings(const Reference& object) const {
    if (object.kind == Kind::base_type) {
        std::vector<Reference> functions = find(uses_before_, object);
        std::erase_if(functions, [&](const Reference& used) { return !goes_with_its_type(used); });
        return functions;
    }
    const bool has_some = object.kind == Kind::table || object.kind == Kind::view;
    const auto found = belongings_.find(object.name);
    std::vector<Reference> some =
        has_some && found != belongings_.end() ? found->second : std::vector<Reference>{};
    std::erase_if(some, [&](const Reference& one) { return !goes_with(one); });
    return some;
}

std::vector<Reference> Differences::created_among(const std::set<std::string>& words) const {
    std::vector<Reference> found;
    for (const std::string& word : words) {
        const auto [first, last] = created_by_word_.equal_range(word);
        for (auto object = first; object != last; ++object) {
            const bool has_other_table =
                is_part_of_table(object->second.kind) && !words.contains(object->second.name.name);
            if (!has_other_table) {
                found.push_back(object->second);
            }
        }
    }
    return found;
}

std::vector<Reference> Differences::dropped_overloads(const Name& function) const {
    std::vector<Reference> found;
    for (auto object = dropped_.lower_bound({Kind::function, function, {}});
         object != dropped_.end() && object->kind == Kind::function && object->name == function; ++object) {
        if (!is_created(*object)) {
            found.push_back(*object);
        }
    }
    return found;
}

Privileges Differences::given_by_default(Kind kind, const Name& name) const {
    Privileges given;
    const std::string_view objects = objects_of_default_privileges(kind);
    for (const DefaultPrivileges& defaults : from_.default_privileges) {
        if (defaults.role == "CURRENT_USER" && defaults.objects == objects &&
            (defaults.schema.empty() || defaults.schema == name.schema)) {
            std::ranges::copy(defaults.privileges.granted, std::back_inserter(given.granted));
            std::ranges::copy(defaults.privileges.revoked, std::back_inserter(given.revoked));
        }
    }
    return given;
}

bool Differences::is_altered_enum(const Name& name) const {
    const EnumType* type = from_.find_enum_type(name);
    return type != nullptr && is_replaced(*type);
}

const std::vector<Reference>& Differences::used_before(const Reference& object) const {
    return find(uses_before_, object);
}

const std::vector<Reference>& Differences::used_after(const Reference& object) const {
    return find(uses_after_, object);
}

std::vector<Reference> Differences::old_types_of(const Reference& object) const {
    std::vector<Reference> types;
    for (const Reference& used : find(uses_before_, object)) {
        const bool is_old_enum = used.kind == Kind::enum_type && is_altered_enum(used.name);
        if (is_made_anew(used) || is_old_enum) {
            types.push_back({used.kind, used.name, "old"});
        }
    }
    return types;
}

Name Differences::name_set_aside(const Name& name) const {
    static constexpr std::array kinds{Kind::table,          Kind::view,       Kind::materialized_view,
                                      Kind::sequence,       Kind::enum_type,  Kind::domain,
                                      Kind::composite_type, Kind::range_type, Kind::base_type};
    const auto is_taken = [&](const Name& candidate) {
        return std::ranges::any_of(kinds, [&](Kind kind) {
            const Reference object{kind, candidate, {}};
            return find_object(from_, object).index() != 0 || find_object(to_, object).index() != 0;
        });
    };
    Name aside{name.schema, with_suffix(name.name, "_old")};
    for (int number = 2; is_taken(aside); ++number) {
        aside.name = with_suffix(name.name, fmt::format("_old{}", number));
    }
    return aside;
}

const Column* Differences::column_before(const Name& table, const std::string& column) const {
    return find_column(from_, table, column);
}

const Column* Differences::column_after(const Name& table, const std::string& column) const {
    return find_column(to_, table, column);
}

std::vector<Reference> Differences::changed_persistence(const Name& table) const {
    return changed_persistence_.contains(table) ? std::vector<Reference>{persistence(table)}
                                                : std::vector<Reference>{};
}

std::vector<Reference> Differences::needed_by_persistence(const Name& name, bool unlogged) const {
    const auto keeps_key = [&](const Name& from, const Name& to) {
        const TableStructure* table = to_.find_table(from);
        return table != nullptr && std::ranges::any_of(table->foreign_keys, [&](const ForeignKey& key) {
                   return key.referenced_table == to && !is_created(part(Kind::foreign_key, from, key.name));
               });
    };
    std::vector<Reference> needed;
    for (const Name& other : changed_persistence_) {
        // A table that becomes logged waits for those it refers to, the other way round for those that refer to it.
        if (other != name && (unlogged ? keeps_key(other, name) : keeps_key(name, other))) {
            needed.push_back(persistence(other));
        }
    }
    return needed;
}

std::vector<Reference> Differences::keys_on(const TableStructure* table,
                                            const std::vector<std::string>& columns) {
    std::vector<Reference> keys;
    if (table == nullptr) {
        return keys;
    }
    keys.push_back(all_keys(table->name));
    const auto same = [&](std::vector<std::string> others) {
        return std::ranges::is_permutation(others, columns);
    };
    if (table->primary_key && same(table->primary_key->columns)) {
        keys.push_back(part(Kind::primary_key, table->name, table->primary_key->name));
    }
    for (const UniqueConstraint& constraint : table->unique_constraints) {
        if (same(constraint.columns)) {
            keys.push_back(part(Kind::unique, table->name, constraint.name));
        }
    }
    for (const Index& index : table->indexes) {
        std::vector<std::string> names;
        for (const IndexElement& element : index.elements) {
            names.push_back(element.column);
        }
        if (index.unique && index.predicate.empty() && same(names)) {
            keys.push_back(part(Kind::index, table->name, index.name));
        }
    }
    return keys;
}

Name Differences::renamed_sequence(const Name& name) const {
    const auto found = renamed_sequences_.find(name);
    return found == renamed_sequences_.end() ? name : found->second;
}

}  // namespace schemist::postgresql
