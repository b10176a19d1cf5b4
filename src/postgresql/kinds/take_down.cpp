// Which objects must be taken down and put back so that a change can be made: the server refuses to change the type of a
// column that a generated column uses, cannot compare an old enum type with a new one, and so on.

#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/sql.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

using Names = std::set<std::string>;

bool mentions_any(std::string_view expression, const Names& names) {
    const bool possible = std::ranges::any_of(
        names, [&](const std::string& name) { return expression.find(name) != std::string_view::npos; });
    if (!possible) {
        return false;
    }
    const Mentions found = mentions(expression);
    return std::ranges::any_of(names, [&](const std::string& name) { return found.identifier(name); });
}

bool contains_any(const std::vector<std::string>& columns, const Names& names) {
    return std::ranges::any_of(columns, [&](const std::string& column) { return names.contains(column); });
}

// An alteration that the writer of the kind makes by a drop and a create.
bool is_built_anew(const Change& change) {
    if (const auto* key = std::get_if<PrimaryKey>(&change.before)) {
        PrimaryKey commented = *key;
        commented.comment = std::get<PrimaryKey>(change.after).comment;
        return !(commented == std::get<PrimaryKey>(change.after));
    }
    if (const auto* constraint = std::get_if<UniqueConstraint>(&change.before)) {
        UniqueConstraint commented = *constraint;
        commented.comment = std::get<UniqueConstraint>(change.after).comment;
        return !(commented == std::get<UniqueConstraint>(change.after));
    }
    if (const auto* index = std::get_if<Index>(&change.before)) {
        const Index& after = std::get<Index>(change.after);
        Index changed = *index;
        changed.comment = after.comment;
        changed.storage = after.storage;
        changed.tablespace = after.tablespace;
        return !(changed == after);
    }
    return false;
}

class TakeDown {
  public:
    TakeDown(Changes changes, const Schema& from, const Schema& to)
        : changes_(std::move(changes)), from_(from), to_(to), heirs_(from, to) {}

    TakenDown run() {
        find_causes();
        if (taken_down_.empty() && dropped_.empty() && retyped_.empty() && incompatible_.empty() &&
            recreated_.empty() && enums_.empty() && !alters_composite_type() && lost_keys_.empty() &&
            relogged_.size() < 2) {
            return {std::move(changes_), {}, {}};
        }
        for (bool more = true; more;) {
            more = visit_tables();
            more = visit_users() || more;
        }
        Changes changes = rewritten();
        return {std::move(changes), std::move(made_anew_), std::move(moved_)};
    }

  private:
    void find_causes() {
        for (const Change& change : changes_) {
            by_object_.emplace(change.object, &change);
            if (change.action == Action::drop) {
                dropped_.insert(change.object);
            }
            if (change.action == Action::alter && (is_replaced(change) || retypes_attribute_in_use(change))) {
                take_down(change.object);
            } else if (change.action == Action::alter && change.object.kind == Kind::enum_type) {
                const EnumType& before = std::get<EnumType>(change.before);
                if (!only_adds_values(before, std::get<EnumType>(change.after))) {
                    enums_.insert(before.name.name);
                    note_enum_columns(before);
                }
            } else if (change.action == Action::alter && change.object.kind == Kind::table) {
                if (std::get<TableStructure>(change.before).unlogged !=
                    std::get<TableStructure>(change.after).unlogged) {
                    relogged_.insert(change.object.name);
                }
            } else if (change.action == Action::alter && change.object.kind == Kind::column) {
                note_column(change.object, std::get<Column>(change.before), std::get<Column>(change.after));
                note_columns_of_heirs(change.object);
            } else if (change.action == Action::drop ||
                       (change.action == Action::alter && is_built_anew(change))) {
                if (change.object.kind == Kind::primary_key || change.object.kind == Kind::unique ||
                    change.object.kind == Kind::index) {
                    lost_keys_.insert(change.object);
                    note_keys_of_heirs(change);
                }
            }
        }
    }

    // Where a column gets another type, those of the children do too.
    void note_columns_of_heirs(const Reference& object) {
        for (const Heirs::Heir& heir : heirs_.descendants(object.name)) {
            const Column* before = heir.before->find_column(object.part);
            const Column* after = heir.after->find_column(object.part);
            if (before != nullptr && after != nullptr) {
                note_column(part(Kind::column, heir.after->name, object.part), *before, *after);
            }
        }
    }

    void note_keys_of_heirs(const Change& change) {
        for (const Heirs::Heir& heir : heirs_.descendants(change.object.name)) {
            for (const Reference& key : inherited_keys(*heir.before, change.before)) {
                lost_keys_.insert(key);
            }
        }
    }

    // What has an `inherited` and follows a parent that stays its parent is taken down and put back by that.
    bool goes_with_its_parent(const Reference& object) const {
        if (heirs_.empty() || !is_part_of_table(object.kind)) {
            return false;
        }
        const TableStructure* before = from_.find_table(object.name);
        const TableStructure* after = before == nullptr ? nullptr : to_.find_table(object.name);
        if (after == nullptr || kept_parents(*before, *after).empty()) {
            return false;
        }
        return std::visit(
            [](const auto& value) {
                if constexpr (requires { value.inherited; }) {
                    return value.inherited;
                } else {
                    return false;
                }
            },
            find_object(from_, object));
    }

    bool alters_composite_type() const {
        return std::ranges::any_of(
            changes_, [](const Change& change) { return change.object.kind == Kind::composite_type; });
    }

    static bool is_replaced(const Change& change) {
        const auto asks = kind_of_object(change.object.kind).is_replaced;
        return asks != nullptr && asks(change.before, change.after);
    }

    void note_enum_columns(const EnumType& type) {
        for (const TableStructure& table : from_.tables) {
            for (const Column& column : table.columns) {
                const EnumType* used = enum_of(from_, column.type);
                if (used != nullptr && used->name == type.name) {
                    incompatible_[table.name].insert(column.name);
                    retyped_[table.name].insert(column.name);
                }
            }
        }
    }

    void note_column(const Reference& object, const Column& before, const Column& after) {
        if (must_be_recreated(before, after)) {
            take_down(object);
        } else if (before.type != after.type || before.collation != after.collation) {
            retyped_[object.name].insert(object.part);
            if (!same_family(before.type, after.type)) {
                incompatible_[object.name].insert(object.part);
            }
        }
    }

    bool take_down(const Reference& object) {
        const auto change = by_object_.find(object);
        if (change != by_object_.end() && change->second->action == Action::drop) {
            return false;
        }
        if (!taken_down_.insert(object).second) {
            return false;
        }
        if (object.kind == Kind::column) {
            recreated_[object.name].insert(object.part);
        } else if (object.kind == Kind::primary_key || object.kind == Kind::unique ||
                   object.kind == Kind::index) {
            lost_keys_.insert(object);
        }
        return true;
    }

    // What is there before and after, but is another one, so that nothing may use it meanwhile.
    bool is_gone_meanwhile(const Reference& object) const {
        if (taken_down_.contains(object)) {
            return true;
        }
        if (object.kind == Kind::enum_type) {
            const auto change = by_object_.find(object);
            return change != by_object_.end() && change->second->action == Action::alter &&
                   enums_.contains(object.name.name);
        }
        return false;
    }

    // The user goes on as it is with another object that takes the name.
    bool is_left_by(const Reference& user, const Reference& used) const {
        const bool is_dropped = dropped_.contains(used) || (used.kind == Kind::column &&
                                                            dropped_.contains({Kind::table, used.name, {}}));
        return is_dropped && user.kind != Kind::column && !is_part_of_table(user.kind) &&
               !by_object_.contains(user) && find_object(to_, user).index() != 0;
    }

    bool is_retyped(const Reference& object) const {
        return object.kind == Kind::column && names(retyped_, object.name).contains(object.part);
    }

    // The server refuses to change the type of a column that they use.
    static bool hinders_new_type(Kind kind) {
        return kind == Kind::view || kind == Kind::materialized_view || kind == Kind::rule ||
               kind == Kind::trigger || kind == Kind::policy || kind == Kind::function ||
               kind == Kind::publication;
    }

    bool visit_users() {
        bool more = false;
        for (const Dependency& dependency : from_.dependencies.list) {
            const Reference& user = dependency.user;
            const bool gone = is_gone_meanwhile(dependency.used) || is_left_by(user, dependency.used);
            if (!gone && !(is_retyped(dependency.used) && hinders_new_type(user.kind))) {
                continue;
            }
            if (user.kind == Kind::column) {
                more = (gone && take_default(user, dependency.used)) || more;
            } else if (user.kind != Kind::table && user.kind != Kind::enum_type) {
                more = take_down(user) || more;
            }
        }
        return more;
    }

    bool uses_afterwards(const Reference& user, const Reference& used) const {
        return std::ranges::binary_search(to_.dependencies.list, Dependency{user, used});
    }

    // The server alters an attribute of a composite type only while no column is of it.
    bool retypes_attribute_in_use(const Change& change) const {
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
        return retypes && std::ranges::any_of(from_.dependencies.list, [&](const Dependency& dependency) {
                   return dependency.used == change.object && dependency.user.kind == Kind::column;
               });
    }

    // The old type stays under another name until its columns are of the new one.
    bool move_column(const Reference& object, const Reference& type) {
        if (!uses_afterwards(object, type)) {
            return false;
        }
        made_anew_.insert(type);
        retyped_[object.name].insert(object.part);
        incompatible_[object.name].insert(object.part);
        without_default_.insert(object);
        return moved_.insert(object).second;
    }

    [[noreturn]] static void refuse_new_type(const Reference& object, const Reference& used) {
        throw Error(fmt::format("{} cannot be altered as it should be while {} uses it", to_string(used),
                                to_string(object)))
            .state("nothing was changed")
            .hint("make a type of another name in one revision, give it to the column, and drop the old one");
    }

    // A column stays while its default goes; one that is computed is made anew.
    bool take_default(const Reference& object, const Reference& used) {
        const Object column = find_object(from_, object);
        if (used.kind == Kind::enum_type || dropped_.contains(object) || column.index() == 0 ||
            find_object(to_, object).index() == 0) {
            return false;
        }
        const bool generated = std::get<Column>(column).generated.has_value();
        if ((used.kind == Kind::range_type || used.kind == Kind::base_type) &&
            is_of_type(std::get<Column>(column), used) && !generated) {
            refuse_new_type(object, used);
        }
        if (is_of_type(std::get<Column>(column), used) && !generated) {
            return move_column(object, used);
        }
        return generated ? take_down(object) : without_default_.insert(object).second;
    }

    Names names(const std::map<Name, Names>& map, const Name& table) const {
        const auto found = map.find(table);
        return found == map.end() ? Names{} : found->second;
    }

    bool visit_tables() {
        bool more = false;
        for (const TableStructure& table : from_.tables) {
            if (to_.find_table(table.name) == nullptr) {
                continue;
            }
            Names moved = names(retyped_, table.name);
            Names broken = names(incompatible_, table.name);
            const Names recreated = names(recreated_, table.name);
            moved.insert(recreated.begin(), recreated.end());
            broken.insert(recreated.begin(), recreated.end());
            moved.insert(enums_.begin(), enums_.end());
            broken.insert(enums_.begin(), enums_.end());
            if (!broken.empty() || !moved.empty()) {
                more = visit_table(table, moved, broken, recreated) || more;
            }
            more = visit_foreign_keys(table) || more;
        }
        return more;
    }

    bool visit_table(const TableStructure& table, const Names& moved, const Names& broken,
                     const Names& recreated) {
        bool more = false;
        const auto take = [&](Kind kind, const std::string& name) {
            more = take_down(part(kind, table.name, name)) || more;
        };
        for (const Column& column : table.columns) {
            const EnumType* type = enum_of(from_, column.type);
            const bool of_enum = type != nullptr && enums_.contains(type->name.name);
            if (column.generated && (of_enum || mentions_any(column.generated->expression, moved))) {
                take(Kind::column, column.name);
            }
        }
        for (const CheckConstraint& check : table.checks) {
            if (mentions_any(check.expression, broken)) {
                take(Kind::check, check.name);
            }
        }
        const auto uses = [&](const std::vector<IndexElement>& elements,
                              const std::vector<std::string>& include, std::string_view predicate) {
            return contains_any(include, recreated) || mentions_any(predicate, broken) ||
                   std::ranges::any_of(elements, [&](const IndexElement& element) {
                       return recreated.contains(element.column) || mentions_any(element.expression, broken);
                   });
        };
        for (const Index& index : table.indexes) {
            if (uses(index.elements, index.include, index.predicate)) {
                take(Kind::index, index.name);
            }
        }
        for (const ExclusionConstraint& constraint : table.exclusions) {
            if (uses(index_elements(constraint), constraint.include, constraint.predicate)) {
                take(Kind::exclusion, constraint.name);
            }
        }
        if (table.primary_key && (contains_any(table.primary_key->columns, recreated) ||
                                  contains_any(table.primary_key->include, recreated))) {
            take(Kind::primary_key, table.primary_key->name);
        }
        for (const UniqueConstraint& constraint : table.unique_constraints) {
            if (contains_any(constraint.columns, recreated) || contains_any(constraint.include, recreated)) {
                take(Kind::unique, constraint.name);
            }
        }
        return more;
    }

    // Neither table could be set logged, or unlogged, before the other.
    bool is_in_circle_of_relogged(const Name& table, const ForeignKey& key) const {
        if (key.referenced_table == table || !relogged_.contains(table)) {
            return false;
        }
        std::set<Name> seen;
        std::vector<Name> open{key.referenced_table};
        while (!open.empty()) {
            const Name name = open.back();
            open.pop_back();
            const TableStructure* next = relogged_.contains(name) ? from_.find_table(name) : nullptr;
            if (next == nullptr || !seen.insert(name).second) {
                continue;
            }
            for (const ForeignKey& other : next->foreign_keys) {
                open.push_back(other.referenced_table);
            }
        }
        return seen.contains(table);
    }

    bool visit_foreign_keys(const TableStructure& table) {
        bool more = false;
        for (const ForeignKey& key : table.foreign_keys) {
            const std::vector<Reference> keys =
                Differences::keys_on(from_.find_table(key.referenced_table), key.referenced_columns);
            const bool stands_on_lost_key = std::ranges::any_of(
                keys, [&](const Reference& object) { return lost_keys_.contains(object); });
            const bool broken =
                contains_any(key.columns, names(incompatible_, table.name)) ||
                contains_any(key.columns, names(recreated_, table.name)) ||
                contains_any(key.referenced_columns, names(incompatible_, key.referenced_table));
            if (stands_on_lost_key || broken || is_in_circle_of_relogged(table.name, key)) {
                more = take_down(part(Kind::foreign_key, table.name, key.name)) || more;
            }
        }
        return more;
    }

    // The reference of the object that is there instead: a constraint may have another name.
    static Reference reference_after(const Reference& object, const Object& after) {
        return std::visit(
            [&](const auto& value) -> Reference {
                if constexpr (requires { std::string(value.name); }) {
                    return is_part_of_table(object.kind) ? part(object.kind, object.name, value.name)
                                                         : object;
                } else {
                    return object;
                }
            },
            after);
    }

    static void add_drop_and_create(const Reference& object, const Object& before, const Object& after,
                                    Changes& changes) {
        if (before.index() != 0) {
            changes.push_back({Action::drop, object, before, {}});
        }
        if (after.index() != 0) {
            changes.push_back({Action::create, reference_after(object, after), {}, after});
        }
    }

    // An index of a materialized view goes and comes with the view.
    bool goes_with_its_view(const Reference& object) const {
        return object.kind == Kind::index && taken_down_.contains({Kind::materialized_view, object.name, {}});
    }

    static Object without_default(Object object) {
        if (Column* column = std::get_if<Column>(&object)) {
            column->default_expression.reset();
        }
        return object;
    }

    // The default goes first and comes last, and whatever else is to be changed is changed without it.
    void add_without_default(const Reference& object, Changes& changes) const {
        const Object before = find_object(from_, object);
        const Object after = find_object(to_, object);
        const auto add = [&](const Object& one, const Object& other) {
            if (!(one == other)) {
                changes.push_back({Action::alter, object, one, other});
            }
        };
        add(before, without_default(before));
        if (moved_.contains(object)) {
            changes.push_back({Action::alter, object, without_default(before), without_default(after)});
        } else {
            add(without_default(before), without_default(after));
        }
        add(without_default(after), after);
    }

    // A table is none of its type while that is altered.
    void leave_altered_types(Changes& changes) const {
        for (const TableStructure& before : from_.tables) {
            const TableStructure* after = before.of_type.empty() ? nullptr : to_.find_table(before.name);
            if (after == nullptr || after->of_type != before.of_type) {
                continue;
            }
            for (const CompositeType& type : from_.composite_types) {
                const Reference object{Kind::composite_type, type.name, {}};
                const bool is_altered = by_object_.contains(object) || taken_down_.contains(object);
                if (is_altered && qualified(type.name) == before.of_type) {
                    TableStructure apart = *after;
                    apart.of_type.clear();
                    const Reference table{Kind::table, after->name, {}};
                    changes.push_back({Action::alter, table, *after, apart});
                    changes.push_back({Action::alter, table, apart, *after});
                }
            }
        }
    }

    Changes rewritten() {
        Changes changes;
        leave_altered_types(changes);
        for (const Change& change : changes_) {
            const bool kept = !taken_down_.contains(change.object) || change.action == Action::create;
            if (goes_with_its_view(change.object) || (!kept && goes_with_its_parent(change.object))) {
                continue;
            }
            if (made_anew_.contains(change.object)) {
                continue;
            }
            if (kept && without_default_.contains(change.object)) {
                continue;
            }
            if (kept) {
                changes.push_back(change);
            } else {
                add_drop_and_create(change.object, change.before, change.after, changes);
            }
        }
        for (const Reference& object : without_default_) {
            if (!taken_down_.contains(object) && !(moved_.contains(object) && goes_with_its_parent(object))) {
                add_without_default(object, changes);
            }
        }
        for (const Reference& object : taken_down_) {
            if (goes_with_its_view(object) || goes_with_its_parent(object)) {
                continue;
            }
            if (made_anew_.contains(object)) {
                changes.push_back(
                    {Action::alter, object, find_object(from_, object), find_object(to_, object)});
                continue;
            }
            if (const auto found = by_object_.find(object);
                found == by_object_.end() || found->second->action == Action::create) {
                const bool is_created = found != by_object_.end();
                add_drop_and_create(object, find_object(from_, object),
                                    is_created ? Object{} : find_object(to_, object), changes);
            }
        }
        return changes;
    }

    Changes changes_;
    const Schema& from_;
    const Schema& to_;
    Heirs heirs_;
    std::map<Reference, const Change*> by_object_;
    std::map<Name, Names> retyped_;       // columns whose type changes in any way
    std::map<Name, Names> incompatible_;  // those whose expressions may not fit any more
    std::map<Name, Names> recreated_;
    Names enums_;
    std::set<Name> relogged_;  // tables that are set logged or unlogged
    std::set<Reference> lost_keys_;
    std::set<Reference> dropped_;
    std::set<Reference> taken_down_;
    std::set<Reference> made_anew_;        // types that columns are of
    std::set<Reference> moved_;            // these columns
    std::set<Reference> without_default_;  // columns that stay while their default goes and comes back
};

}  // namespace

TakenDown with_take_downs(Changes changes, const Schema& from, const Schema& to) {
    return TakeDown(std::move(changes), from, to).run();
}

}  // namespace schemist::postgresql
