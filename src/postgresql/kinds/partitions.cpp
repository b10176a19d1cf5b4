#include "postgresql/kinds/partitions.hpp"

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/rebuild.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {

Reference shape(const Name& table) {
    return {Kind::statistics, table, "shape"};
}

Reference departure(const Name& table) {
    return {Kind::statistics, table, "departure"};
}

Reference rows_of(const Name& table) {
    return {Kind::statistics, table, "rows"};
}

Reference handed_down_column(const Name& table, std::string_view column) {
    return {Kind::table, table, std::string(column)};
}

namespace {

std::vector<PrimaryKey> parts_of(const TableStructure& table, const PrimaryKey&) {
    return table.primary_key ? std::vector<PrimaryKey>{*table.primary_key} : std::vector<PrimaryKey>{};
}

const std::vector<UniqueConstraint>& parts_of(const TableStructure& table, const UniqueConstraint&) {
    return table.unique_constraints;
}

const std::vector<Index>& parts_of(const TableStructure& table, const Index&) {
    return table.indexes;
}

// The name that the server gives to it, so far as that can be told without the server.
std::string name_by_server(const Name& table, const PrimaryKey&) {
    return with_suffix(table.name, "_pkey");
}

std::string name_by_server(const Name& table, const UniqueConstraint& key) {
    std::vector<std::string> columns = key.columns;
    columns.insert(columns.end(), key.include.begin(), key.include.end());
    return generated_name(table.name, join(columns, "_"), "key");
}

std::string name_by_server(const Name& table, const Index& index) {
    std::vector<std::string> columns;
    for (const IndexElement& element : index.elements) {
        if (element.column.empty()) {
            return {};
        }
        columns.push_back(element.column);
    }
    columns.insert(columns.end(), index.include.begin(), index.include.end());
    return generated_name(table.name, join(columns, "_"), "idx");
}

// Nothing but what the server makes by itself.
template <class Part>
bool is_plain(const Name& table, const Part& part) {
    bool plain = part.comment.empty() && part.storage.empty() && part.name == name_by_server(table, part);
    if constexpr (requires { part.index_comment; }) {
        plain = plain && part.index_comment.empty();
    }
    return plain && part.tablespace.empty();
}

std::string create_only(const Name& table, const Index& index) {
    return create_index(table, index, true);
}

template <class Key>
std::string create_only(const Name& table, const Key& key) {
    return fmt::format("ALTER TABLE ONLY {} ADD {}", qualified(table), definition(key));
}

void add_facets(const Name& table, const Index& index, DdlAction& action) {
    append(action.statements, index_facets(table, index));
}

template <class Key>
void add_facets(const Name& table, const Key& key, DdlAction& action) {
    if (!key.comment.empty()) {
        action.statements.push_back(comment_on_constraint(table, key.name, key.comment));
    }
    append(action.statements, change_index_comment(table, key.name, {}, key.index_comment));
}

// The server also takes an index for the parent's that is sorted in another way.
template <class Parts>
bool are_plain(const TableStructure& table, const Parts& parts, const Parts& of_parent) {
    return std::ranges::all_of(parts, [&](const auto& part) {
        const auto is_same = [&](const auto& other) { return same_definition(part, other); };
        return !part.inherited || (is_plain(table.name, part) && std::ranges::any_of(of_parent, is_same));
    });
}

bool same_column(Column column, const Column& other) {
    column.comment = other.comment;
    column.privileges = other.privileges;
    column.statistics_target = other.statistics_target;
    column.options = other.options;
    column.inherited = other.inherited;
    // A partition generates no values itself.
    const bool can_differ =
        (column.not_null || !other.not_null) && (column.default_expression || !other.default_expression);
    column.not_null = other.not_null;
    column.not_null_constraint = other.not_null_constraint;
    column.default_expression = other.default_expression;
    const bool has_identity = column.identity.has_value();
    column.identity = other.identity;
    return can_differ && !has_identity && column == other;
}

}  // namespace

bool is_made_by_parent(const TableStructure& table, const Schema& schema) {
    const TableStructure* parent =
        table.partition_of ? schema.find_table(table.partition_of->parent) : nullptr;
    return parent != nullptr && std::ranges::equal(table.columns, parent->columns, same_column) &&
           are_plain(table, table.indexes, parent->indexes) &&
           are_plain(table, table.unique_constraints, parent->unique_constraints) &&
           are_plain(table, parts_of(table, PrimaryKey{}), parts_of(*parent, PrimaryKey{}));
}

std::vector<Reference> inherited_keys(const TableStructure& partition, const Object& of_parent) {
    std::vector<Reference> references;
    const auto add = [&](const auto& key) {
        for (const auto& candidate : parts_of(partition, key)) {
            if (candidate.inherited && same_definition(candidate, key)) {
                references.push_back(
                    part(kind_of<std::remove_cvref_t<decltype(key)>>, partition.name, candidate.name));
            }
        }
    };
    if (const auto* index = std::get_if<Index>(&of_parent)) {
        add(*index);
    } else if (const auto* key = std::get_if<PrimaryKey>(&of_parent)) {
        add(*key);
    } else if (const auto* constraint = std::get_if<UniqueConstraint>(&of_parent)) {
        add(*constraint);
    }
    return references;
}

std::vector<CheckConstraint> checks_of_parents(const TableStructure& table, const Schema& schema) {
    std::vector<CheckConstraint> checks = inheritable_checks(schema, table);
    std::erase_if(checks, [&](const CheckConstraint& check) {
        return std::ranges::find(table.checks, check.name, &CheckConstraint::name) != table.checks.end();
    });
    for (CheckConstraint& check : checks) {
        check.not_valid = false;
    }
    return checks;
}

bool is_partitioned(const Schema& schema, const Name& table) {
    const TableStructure* found = schema.find_table(table);
    return found != nullptr && !found->partition_key.empty();
}

std::vector<Reference> partitions_of(const Schema& schema, const Name& table) {
    std::vector<Reference> result;
    if (!is_partitioned(schema, table)) {
        return result;
    }
    for (const TableStructure& partition : schema.tables) {
        if (partition.partition_of && partition.partition_of->parent == table) {
            result.push_back({Kind::table, partition.name, {}});
            append(result, partitions_of(schema, partition.name));
        }
    }
    return result;
}

std::string attach(const TableStructure& table) {
    return fmt::format("{} ATTACH PARTITION {} {}", alter_table(table.partition_of->parent),
                       qualified(table.name), table.partition_of->bound);
}

std::string detach_partition(const TableStructure& table) {
    return fmt::format("{} DETACH PARTITION {}", alter_table(table.partition_of->parent),
                       qualified(table.name));
}

void wait_for_release(const Schema& schema, const TableStructure& table, DdlAction& action) {
    for (const TableStructure* above : partitioned_above(schema, table)) {
        action.drops.push_back(rows_of(above->name));
    }
}

void add_keys_above(const Schema& schema, const TableStructure& table, DdlAction& action) {
    for (const TableStructure* above : partitioned_above(schema, table)) {
        action.creates.push_back(all_keys(above->name));
    }
}

void leave_and_join(const TableStructure& before, const TableStructure& after, const Differences& differences,
                    Actions& actions) {
    const std::vector<Name> kept = kept_parents(before, after);
    const auto add_all = [](std::vector<Reference>& references, const std::vector<Name>& parents,
                            const Name& table, auto reference) {
        references.push_back(reference(table));
        for (const Name& parent : parents) {
            references.push_back(reference(parent));
        }
    };
    if (const std::vector<Name> left = other_parents(before, kept); !left.empty()) {
        DdlAction action;
        for (const Name& parent : left) {
            action.statements.push_back(
                before.partition_of
                    ? detach_partition(before)
                    : fmt::format("{} NO INHERIT {}", alter_table(before.name), qualified(parent)));
            action.frees.push_back({Kind::table, parent, {}});
        }
        add_all(action.creates, left, before.name, departure);
        for (const TableStructure* above : partitioned_above(differences.from(), before)) {
            action.creates.push_back(departure(above->name));
        }
        wait_for_release(differences.from(), before, action);
        actions.push_back(std::move(action));
    }
    if (const std::vector<Name> joined = other_parents(after, kept); !joined.empty()) {
        DdlAction action;
        const std::vector<Name> inherited = after.partition_of ? std::vector<Name>{} : joined;
        action.statements = alter_nullable_below(after, inherited, differences.to(), "SET");
        for (const Name& parent : joined) {
            action.statements.push_back(
                after.partition_of
                    ? attach(after)
                    : fmt::format("{} INHERIT {}", alter_table(after.name), qualified(parent)));
            action.needs.push_back({Kind::table, parent, {}});
        }
        append(action.statements, alter_nullable_below(after, inherited, differences.to(), "DROP"));
        add_all(action.needs, joined, after.name, shape);
        add_all(action.needs, joined, after.name, departure);
        action.creates.push_back(attached(after.name));
        add_keys_above(differences.to(), after, action);
        actions.push_back(std::move(action));
    }
}

template <class Part>
std::vector<Reference> forgotten_in_partitions(const Heirs& heirs, const Name& table, const Part& part) {
    const auto has_other = [&](const TableStructure& partition) {
        return std::ranges::any_of(parts_of(partition, part), [&](const Part& candidate) {
            const bool is_marked = candidate.name == partition.clustered_on ||
                                   candidate.name == partition.replica_identity_index;
            return candidate.inherited && same_definition(candidate, part) &&
                   (is_marked || !is_plain(partition.name, candidate));
        });
    };
    std::vector<Reference> references;
    bool forgets = false;
    for (const Heirs::Heir& heir : heirs.descendants(table)) {
        append(references, inherited_keys(*heir.before, part));
        forgets = forgets || has_other(*heir.before) || has_other(*heir.after);
    }
    return forgets ? references : std::vector<Reference>{};
}

template <class Part>
void create_in_partitions(const Differences& differences, const Name& table, const Part& part,
                          DdlAction& action) {
    struct Found {
        Name table;
        Part part;
        Name parent;
        std::string parent_part;
        bool is_there;
    };
    std::vector<Found> found;
    bool by_server = true;
    for (const Heirs::Heir& heir : differences.heirs().descendants(table)) {
        // One that is made anew has it from the start.
        if (differences.is_rebuilt(heir.after->name)) {
            action.needs.push_back(aside(heir.after->name));
        }
        const auto& parts = parts_of(*heir.after, part);
        const Part* made = nullptr;
        for (const Part& candidate : parts) {
            made = candidate.inherited && same_definition(candidate, part) ? &candidate : made;
        }
        if (made == nullptr || !heir.after->partition_of) {
            continue;
        }
        const auto& old_parts = parts_of(*heir.before, part);
        const bool is_there = std::ranges::any_of(old_parts, [&](const Part& candidate) {
            return !candidate.inherited && same_definition(candidate, part) && candidate.name == made->name;
        });
        by_server = by_server && (is_there || is_plain(heir.after->name, *made));
        const Name& parent = heir.after->partition_of->parent;
        const auto of_parent =
            std::ranges::find(found, parent, [](const Found& other) { return other.table; });
        found.push_back({heir.after->name, *made, parent,
                         of_parent == found.end() ? part.name : of_parent->part.name, is_there});
    }
    if (!found.empty() && !by_server) {
        action.statements.front() = create_only(table, part);
    }
    for (const Found& one : found) {
        if (!by_server) {
            if (!one.is_there) {
                action.statements.push_back(create_only(one.table, one.part));
            }
            action.statements.push_back(fmt::format("ALTER INDEX {} ATTACH PARTITION {}",
                                                    qualified_like(one.parent, one.parent_part),
                                                    qualified_like(one.table, one.part.name)));
            add_facets(one.table, one.part, action);
        }
        mark_index(differences, one.table, one.part.name, action);
        append(action.creates, names_taken(kind_of<Part>, one.table, one.part.name));
    }
    mark_index(differences, table, part.name, action);
}

template <class Part>
void drop_in_partitions(const Differences& differences, const Name& table, const Part& part,
                        DdlAction& action) {
    for (const Heirs::Heir& heir : differences.heirs().descendants(table)) {
        for (const Reference& key : inherited_keys(*heir.before, part)) {
            append(action.drops, names_left(key.kind, key.name, key.part));
        }
    }
}

template std::vector<Reference> forgotten_in_partitions(const Heirs&, const Name&, const Index&);
template std::vector<Reference> forgotten_in_partitions(const Heirs&, const Name&, const PrimaryKey&);
template std::vector<Reference> forgotten_in_partitions(const Heirs&, const Name&, const UniqueConstraint&);
template void create_in_partitions(const Differences&, const Name&, const Index&, DdlAction&);
template void create_in_partitions(const Differences&, const Name&, const PrimaryKey&, DdlAction&);
template void create_in_partitions(const Differences&, const Name&, const UniqueConstraint&, DdlAction&);
template void drop_in_partitions(const Differences&, const Name&, const Index&, DdlAction&);
template void drop_in_partitions(const Differences&, const Name&, const PrimaryKey&, DdlAction&);
template void drop_in_partitions(const Differences&, const Name&, const UniqueConstraint&, DdlAction&);

}  // namespace schemist::postgresql
