#include "reconcile/undeclared.hpp"

#include "schema/object.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>

namespace schemist {
namespace {

template <class T>
constexpr bool is_declarable = std::is_same_v<T, TableStructure> || std::is_same_v<T, EnumType> ||
                               std::is_same_v<T, Sequence> || std::is_same_v<T, Namespace>;

template <class T, class Member>
void keep(T& desired, const T& present, Member T::*member) {
    if (desired.*member == Member{}) {
        desired.*member = present.*member;
    }
}

void keep_attributes(Column& desired, const Column& present) {
    keep(desired, present, &Column::statistics_target);
    keep(desired, present, &Column::storage);
    keep(desired, present, &Column::compression);
    keep(desired, present, &Column::options);
    keep(desired, present, &Column::privileges);
    if (desired.not_null && present.not_null) {
        keep(desired, present, &Column::not_null_constraint);
    }
    if (desired.identity && present.identity) {
        keep(*desired.identity, *present.identity, &Identity::comment);
        keep(*desired.identity, *present.identity, &Identity::privileges);
    }
}

void keep_attributes(TableStructure& desired, const TableStructure& present) {
    keep(desired, present, &TableStructure::unlogged);
    keep(desired, present, &TableStructure::storage);
    keep(desired, present, &TableStructure::tablespace);
    keep(desired, present, &TableStructure::row_security);
    keep(desired, present, &TableStructure::force_row_security);
    keep(desired, present, &TableStructure::privileges);
    keep(desired, present, &TableStructure::partition_key);
    keep(desired, present, &TableStructure::of_type);
    keep(desired, present, &TableStructure::access_method);
    keep(desired, present, &TableStructure::owner);
    const auto has_index = [&](const std::string& name) {
        return std::ranges::find(desired.indexes, name, &Index::name) != desired.indexes.end() ||
               std::ranges::find(desired.unique_constraints, name, &UniqueConstraint::name) !=
                   desired.unique_constraints.end() ||
               (desired.primary_key && desired.primary_key->name == name);
    };
    if (present.replica_identity_index.empty() || has_index(present.replica_identity_index)) {
        keep(desired, present, &TableStructure::replica_identity);
        keep(desired, present, &TableStructure::replica_identity_index);
    }
    if (has_index(present.clustered_on)) {
        keep(desired, present, &TableStructure::clustered_on);
    }
    for (Column& column : desired.columns) {
        if (const Column* other = present.find_column(column.name)) {
            keep_attributes(column, *other);
        }
    }
}

template <class T>
void keep_attributes(T& desired, const T& present) {
    if constexpr (requires { desired.privileges; }) {
        keep(desired, present, &T::privileges);
    }
    if constexpr (requires { desired.owner; }) {
        keep(desired, present, &T::owner);
    }
}

// A constraint or an index may have got another name.
bool is_looked_for(Kind kind) {
    return kind == Kind::table || kind == Kind::column || !is_part_of_table(kind);
}

class Keeping {
  public:
    Keeping(Schema desired, const Schema& present) : result_(std::move(desired)), present_(present) {}

    Schema run() {
        Schema::fields([&](const char*, auto list) { keep_list(result_.*list, present_.*list); });
        while (remove_users_of_what_is_gone()) {
        }
        add_namespaces();
        add_dependencies();
        sort(result_);
        return std::move(result_);
    }

  private:
    template <class T>
    void keep_list(std::vector<T>& desired, const std::vector<T>& present) {
        std::map<Reference, std::size_t> places;
        for (std::size_t i = 0; i < desired.size(); ++i) {
            places.emplace(reference_of(desired[i]), i);
        }
        for (const T& object : present) {
            const Reference reference = reference_of(object);
            const auto found = places.find(reference);
            if constexpr (is_declarable<T>) {
                if (found != places.end()) {
                    keep_attributes(desired[found->second], object);
                }
            } else if (found == places.end()) {
                if constexpr (requires { Name(object.table); }) {
                    const Reference table{Kind::table, object.table, {}};
                    if (is_there(present_, table) && !is_there(result_, table)) {
                        continue;
                    }
                }
                kept_.insert(reference);
                desired.push_back(object);
            }
        }
    }

    static bool is_there(const Schema& schema, const Reference& object) {
        return find_object(schema, object).index() != 0;
    }

    bool remove_users_of_what_is_gone() {
        std::set<Reference> gone;
        for (const Dependency& dependency : present_.dependencies.list) {
            const Reference& used = dependency.used;
            if (kept_.contains(dependency.user) && is_looked_for(used.kind) && is_there(present_, used) &&
                !is_there(result_, used)) {
                gone.insert(dependency.user);
            }
        }
        Schema::fields([&](const char*, auto list) {
            std::erase_if(result_.*list,
                          [&](const auto& object) { return gone.contains(reference_of(object)); });
        });
        for (const Reference& object : gone) {
            kept_.erase(object);
        }
        return !gone.empty();
    }

    void add_namespaces() {
        std::set<std::string> used;
        for (const Reference& object : kept_) {
            used.insert(object.name.schema);
        }
        for (const Namespace& space : present_.namespaces) {
            if (used.contains(space.name) &&
                std::ranges::find(result_.namespaces, space.name, &Namespace::name) ==
                    result_.namespaces.end()) {
                result_.namespaces.push_back(space);
            }
        }
    }

    void add_dependencies() {
        for (const Dependency& dependency : present_.dependencies.list) {
            if (kept_.contains(dependency.user) || kept_.contains(dependency.used)) {
                result_.dependencies.list.push_back(dependency);
            }
        }
    }

    Schema result_;
    const Schema& present_;
    std::set<Reference> kept_;
};

}  // namespace

Schema with_undeclared(Schema desired, const Schema& present) {
    return Keeping(std::move(desired), present).run();
}

Schema without_undeclared_tables(Schema present, const Schema& desired) {
    std::erase_if(present.tables, [&](const TableStructure& table) {
        const bool cannot_be_declared =
            table.partition_of || !table.inherits.empty() || !table.virtual_definition.empty();
        return cannot_be_declared && desired.find_table(table.name) == nullptr;
    });
    return present;
}

}  // namespace schemist
