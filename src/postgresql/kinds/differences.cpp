#include "postgresql/kinds/differences.hpp"

#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

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
        if (sequence.owned_by) {
            owned.emplace(std::pair(sequence.owned_by->table, sequence.owned_by->column), &sequence);
        }
    }
    return owned;
}

const Sequence* owned_sequence(const OwnedSequences& owned, const Name& table, const std::string& column) {
    const auto found = owned.find({table, column});
    return found == owned.end() ? nullptr : found->second;
}

SequenceOptions serial_options(const std::string& type) {
    SequenceOptions options{type, 1, 1, 1, {}, 1, false};
    return options;
}

void add_columns(const Mentions& found, const Schema& schema, const TableStructure* table,
                 std::vector<Reference>& references) {
    if (table != nullptr) {
        for (const Column& column : table->columns) {
            if (found.identifier(column.name)) {
                references.push_back(part(Kind::column, table->name, column.name));
                append(references, Differences::used_by_type(schema, column.type));
            }
        }
    }
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

// What a type is made of, rather than a default.
bool is_type(Kind kind) {
    return kind == Kind::enum_type || kind == Kind::domain || kind == Kind::composite_type ||
           kind == Kind::range_type || kind == Kind::collation || kind == Kind::extension;
}

bool is_relation(Kind kind) {
    return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view ||
           kind == Kind::sequence;
}

// What a column without a default or an expression uses: its type.
std::vector<Reference> used_by_column_alone(std::vector<Reference> used, const Object& object) {
    const Column* column = std::get_if<Column>(&object);
    if (column != nullptr && !column->default_expression && !column->generated) {
        std::erase_if(used, [](const Reference& reference) { return !is_type(reference.kind); });
    }
    return used;
}

bool is_serial_type(std::string_view type) {
    return type == "smallint" || type == "integer" || type == "bigint";
}

}  // namespace

Differences::Differences(const Changes& changes, const Schema& from, const Schema& to)
    : from_(from),
      to_(to),
      uses_before_(uses(from)),
      uses_after_(uses(to)),
      owned_before_(owned_sequences(from)),
      owned_after_(owned_sequences(to)),
      changes_(with_take_downs(changes, from, to)) {
    index_changes();
    find_circles();
}

void Differences::index_changes() {
    for (const Change& change : changes_) {
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
        } else if (change.action == Action::rename && change.object.kind == Kind::sequence) {
            renamed_sequences_[change.object.name] = std::get<Sequence>(change.after).name;
        } else if (change.action == Action::alter && change.object.kind == Kind::table &&
                   std::get<TableStructure>(change.before).unlogged !=
                       std::get<TableStructure>(change.after).unlogged) {
            changed_persistence_.insert(change.object.name);
        }
    }
}

bool Differences::goes_with(const Name& table) const {
    return is_dropped({Kind::table, table, {}}) || is_dropped({Kind::view, table, {}}) ||
           is_dropped({Kind::materialized_view, table, {}});
}

std::vector<Reference> Differences::belongings(const Reference& object) const {
    const bool has_some = object.kind == Kind::table || object.kind == Kind::view;
    const auto found = belongings_.find(object.name);
    return has_some && found != belongings_.end() ? found->second : std::vector<Reference>{};
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

void Differences::add_dependencies(const Change& change, DdlAction& action) const {
    if (is_relation(change.object.kind)) {
        const auto add_name = [&](std::vector<Reference>& references) {
            if (std::ranges::find(references, change.object) != references.end()) {
                references.push_back(relation_name(change.object.name));
            }
        };
        add_name(action.creates);
        add_name(action.drops);
    }
    for (const Reference& object : action.creates) {
        append(action.needs, used_by_column_alone(find(uses_after_, object), change.after));
    }
    for (const Reference& object : action.drops) {
        append(action.frees, used_by_column_alone(find(uses_before_, object), change.before));
    }
    if (change.action == Action::alter) {
        const std::vector<Reference> after =
            used_by_column_alone(find(uses_after_, change.object), change.after);
        append(action.needs, after);
        for (const Reference& used : find(uses_before_, change.object)) {
            if (std::ranges::find(after, used) == after.end()) {
                action.frees.push_back(used);
            }
        }
    }
    const auto itself = [&](const std::vector<Reference>& own) {
        return [&](const Reference& used) {
            const bool of_own_table =
                used.kind == Kind::column &&
                std::ranges::find(own, Reference{Kind::table, used.name, {}}) != own.end();
            return of_own_table || std::ranges::find(own, used) != own.end();
        };
    };
    std::erase_if(action.needs, itself(action.creates));
    std::erase_if(action.frees, itself(action.drops));
}

void Differences::find_circles() {
    std::vector<const TableStructure*> created;
    std::vector<const TableStructure*> dropped;
    for (const Change& change : changes_) {
        if (change.object.kind == Kind::table && change.action == Action::create) {
            created.push_back(std::get_if<TableStructure>(&change.after));
        } else if (change.object.kind == Kind::table && change.action == Action::drop) {
            dropped.push_back(std::get_if<TableStructure>(&change.before));
        }
    }
    find_circles(created);
    find_circles(dropped);
}

// Takes away, again and again, the tables that refer to none of the others that are left. Where there is no such table,
// the first one's keys to the others come apart.
void Differences::find_circles(const std::vector<const TableStructure*>& tables) {
    std::map<Name, const TableStructure*> left;
    std::map<Name, std::size_t> open;
    std::map<Name, std::vector<Name>> referrers;
    for (const TableStructure* table : tables) {
        left.emplace(table->name, table);
    }
    for (const TableStructure* table : tables) {
        open[table->name] = 0;
        for (const ForeignKey& key : table->foreign_keys) {
            if (key.referenced_table != table->name && left.contains(key.referenced_table)) {
                ++open[table->name];
                referrers[key.referenced_table].push_back(table->name);
            }
        }
    }
    std::set<Name> ready;
    for (const auto& [name, count] : open) {
        if (count == 0) {
            ready.insert(name);
        }
    }
    while (!left.empty()) {
        if (ready.empty()) {
            const TableStructure& table = *left.begin()->second;
            for (const ForeignKey& key : table.foreign_keys) {
                if (key.referenced_table != table.name && left.contains(key.referenced_table)) {
                    apart_.insert({table.name, key.name});
                }
            }
            ready.insert(table.name);
        }
        const Name name = *ready.begin();
        ready.erase(ready.begin());
        left.erase(name);
        for (const Name& referrer : referrers[name]) {
            if (--open[referrer] == 0 && left.contains(referrer)) {
                ready.insert(referrer);
            }
        }
    }
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

const Sequence* Differences::sequence_before_identity(const Name& table, const std::string& column) const {
    const Column* before = column_before(table, column);
    const Column* after = column_after(table, column);
    const Sequence* sequence = owned_sequence(owned_before_, table, column);
    const bool gone = sequence != nullptr && dropped_.contains({Kind::sequence, sequence->name, {}});
    return gone && before != nullptr && after != nullptr && !before->identity && after->identity ? sequence
                                                                                                 : nullptr;
}

const Sequence* Differences::sequence_after_identity(const Name& table, const std::string& column) const {
    const Column* before = column_before(table, column);
    const Column* after = column_after(table, column);
    const Sequence* sequence = owned_sequence(owned_after_, table, column);
    const bool made = sequence != nullptr && created_.contains({Kind::sequence, sequence->name, {}});
    return made && before != nullptr && after != nullptr && before->identity && !after->identity ? sequence
                                                                                                 : nullptr;
}

const Sequence* Differences::serial_sequence(const Name& table, const Column& column) const {
    const bool is_new = created_.contains({Kind::table, table, {}}) ||
                        created_.contains(part(Kind::column, table, column.name));
    const Sequence* sequence = is_new ? owned_sequence(owned_after_, table, column.name) : nullptr;
    if (sequence == nullptr || !created_.contains({Kind::sequence, sequence->name, {}})) {
        return nullptr;
    }
    const TableStructure* owner = to_.find_table(table);
    SequenceOptions options = sequence->options;
    options.maximum.reset();
    const bool as_serial =
        is_serial_type(column.type) && column.not_null && column.collation.empty() &&
        options == serial_options(column.type) && sequence_options(sequence->options, "").empty() &&
        sequence->comment.empty() && !sequence->unlogged &&
        sequence->privileges == given_by_default(Kind::sequence, sequence->name) && owner != nullptr &&
        !owner->unlogged &&
        sequence->name == Name{table.schema, generated_name(table.name, column.name, "seq")} &&
        column.default_expression == nextval(sequence->name);
    return as_serial ? sequence : nullptr;
}

bool Differences::is_made_by_column(const Sequence& sequence) const {
    if (!sequence.owned_by) {
        return false;
    }
    const auto& [table, name] = *sequence.owned_by;
    const Column* after = column_after(table, name);
    const auto is_this = [&](const Sequence* other) {
        return other != nullptr && other->name == sequence.name;
    };
    return is_this(sequence_before_identity(table, name)) || is_this(sequence_after_identity(table, name)) ||
           (after != nullptr && is_this(serial_sequence(table, *after)));
}

Name Differences::renamed_sequence(const Name& name) const {
    const auto found = renamed_sequences_.find(name);
    return found == renamed_sequences_.end() ? name : found->second;
}

bool only_adds_values(const EnumType& before, const EnumType& after) {
    auto position = after.values.begin();
    return std::ranges::all_of(before.values, [&](const std::string& value) {
        position = std::find(position, after.values.end(), value);
        return position != after.values.end() && (++position, true);
    });
}

const EnumType* enum_of(const Schema& schema, std::string_view type) {
    while (type.ends_with("[]")) {
        type.remove_suffix(2);
    }
    for (const EnumType& candidate : schema.enum_types) {
        // Most are told apart without writing their names out.
        const bool possible = type.ends_with('"') || type.ends_with(candidate.name.name);
        if (possible && qualified(candidate.name) == type) {
            return &candidate;
        }
    }
    return nullptr;
}

bool Differences::is_replaced(const EnumType& type) const {
    const EnumType* before = from_.find_enum_type(type.name);
    const EnumType* after = to_.find_enum_type(type.name);
    return before != nullptr && after != nullptr && !only_adds_values(*before, *after);
}

std::vector<Differences::EnumColumn> Differences::columns_of_replaced(const EnumType& type) const {
    std::vector<EnumColumn> columns;
    for (const TableStructure& table : from_.tables) {
        for (const Column& column : table.columns) {
            if (is_replaced_with_its_type(table.name, column.name) &&
                enum_of(from_, column.type)->name == type.name) {
                columns.push_back({table.name, &column, column_after(table.name, column.name)});
            }
        }
    }
    return columns;
}

bool Differences::is_replaced_with_its_type(const Name& table, const std::string& column) const {
    const Column* before = column_before(table, column);
    const Column* after = column_after(table, column);
    if (before == nullptr || after == nullptr || dropped_.contains(part(Kind::column, table, column))) {
        return false;
    }
    const EnumType* old_type = enum_of(from_, before->type);
    const EnumType* new_type = enum_of(to_, after->type);
    return old_type != nullptr && new_type != nullptr && old_type->name == new_type->name &&
           is_replaced(*old_type);
}

std::vector<Reference> Differences::used_by_type(const Schema& schema, std::string_view type) {
    const EnumType* found = enum_of(schema, type);
    return found == nullptr ? std::vector<Reference>{}
                            : std::vector<Reference>{{Kind::enum_type, found->name, {}}};
}

std::vector<Reference> Differences::used_by_expression(const Schema& schema, const TableStructure* table,
                                                       std::string_view expression) {
    std::vector<Reference> references;
    if (expression.empty()) {
        return references;
    }
    const Mentions found = mentions(expression);
    for (const EnumType& type : schema.enum_types) {
        if (found.identifier(type.name.name)) {
            references.push_back({Kind::enum_type, type.name, {}});
        }
    }
    if (found.constants.empty()) {
        add_columns(found, schema, table, references);
        return references;
    }
    for (const Sequence& sequence : schema.sequences) {
        const bool possible = expression.find(sequence.name.name) != std::string_view::npos;
        if (possible && found.constant(qualified(sequence.name))) {
            references.push_back({Kind::sequence, sequence.name, {}});
        }
    }
    add_columns(found, schema, table, references);
    return references;
}

std::vector<Reference> Differences::used_by_column(const Schema& schema, const TableStructure* table,
                                                   const Column& column) {
    std::vector<Reference> references = used_by_type(schema, column.type);
    if (column.default_expression) {
        append(references, used_by_expression(schema, nullptr, *column.default_expression));
    }
    if (column.generated) {
        append(references, used_by_expression(schema, table, column.generated->expression));
    }
    return references;
}

}  // namespace schemist::postgresql
