#pragma once
// Which objects must be taken down and put back so that a change can be made: the server refuses to change the type of a
// column that a generated column uses, cannot compare an old enum type with a new one, and so on. Private to with_take_downs.

#include "postgresql/kinds/differences.hpp"
#include "schema/inheritance.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace schemist::postgresql {

class TakeDown {
  public:
    using Names = std::set<std::string>;

    TakeDown(Changes changes, const Schema& from, const Schema& to, const std::set<Reference>& divided)
        : changes_(std::move(changes)), from_(from), to_(to), divided_(divided), heirs_(from, to) {}
    TakenDown run();

  private:
    void find_causes();
    void find_typed_tables();
    void keep_parts_of_old_types();
    void note_columns_of_heirs(const Reference& object);
    void note_keys_of_heirs(const Change& change);
    bool alters_composite_type() const;
    bool is_replaced(const Change& change) const;
    void note_enum_columns(const EnumType& type);
    void note_column(const Reference& object, const Column& before, const Column& after);
    bool take_down(const Reference& object);
    void take_down_table(const Name& table);
    void lose_keys(const TableStructure& table);
    void note_table(const TableStructure& before, const TableStructure& after);
    bool take_down_partitioned_by(const Reference& column);
    bool keep_old_type(const Reference& user, const Reference& used);
    std::set<Name> rebuilt() const;
    bool is_in_taken_down_table(const Reference& object) const;
    bool is_gone_meanwhile(const Reference& object) const;
    bool is_left_by(const Reference& user, const Reference& used) const;
    bool is_retyped(const Reference& object) const;
    static bool hinders_new_type(Kind kind);
    bool loses_target(const Reference& object) const;
    bool visit_users();
    bool uses_afterwards(const Reference& user, const Reference& used) const;
    bool constrains_parts_of_values(const Change& change) const;
    std::set<Reference> types_made_of(const Reference& type) const;
    bool has_values(const Reference& type) const;
    bool retypes_attribute_in_use(const Change& change) const;
    bool is_used_in_expressions(const Reference& type) const;
    bool move_column(const Reference& object, const Reference& type);
    [[noreturn]] static void refuse_new_type(const Reference& object, const Reference& used);
    bool is_of_multirange(const Column& column, const Reference& used) const;
    bool take_default(const Reference& object, const Reference& used);

    Names names(const std::map<Name, Names>& map, const Name& table) const;
    bool visit_tables();
    bool visit_table(const TableStructure& table, const Names& moved, const Names& broken,
                     const Names& recreated);
    bool visit_keys_of_partitions(const TableStructure& table, const Names& moved);
    bool visit_not_null_of_heirs(const TableStructure& table, const Names& moved);
    bool is_in_circle_of_relogged(const Name& table, const ForeignKey& key) const;
    bool is_left(const Name& table, bool for_good) const;
    bool visit_foreign_keys(const TableStructure& table);

    static Reference reference_after(const Reference& object, const Object& after);
    static void add_drop_and_create(const Reference& object, const Object& before, const Object& after,
                                    Changes& changes);
    bool goes_with_its_view(const Reference& object) const;
    static Object without_default(Object object);
    void add_without_default(const Reference& object, Changes& changes) const;
    void leave_altered_types(Changes& changes) const;
    Changes rewritten();
    bool goes_with_its_parent(const Reference& object) const;

    Changes changes_;
    const Schema& from_;
    const Schema& to_;
    const std::set<Reference>& divided_;  // what could be altered, but is not to be
    Heirs heirs_;
    std::optional<std::multimap<Name, Name>> partitions_;  // by their parent, once a table is taken down
    std::map<Reference, const Change*> by_object_;
    std::map<Name, Names> retyped_;       // columns whose type changes in any way
    std::map<Name, Names> incompatible_;  // those whose expressions may not fit any more
    std::map<Name, Names> recreated_;
    Names enums_;
    std::set<Name> relogged_;  // tables that are set logged or unlogged
    std::map<Name, std::vector<Name>>
        leavers_;  // partitions by the tables that they leave, maybe to come back
    std::set<Reference> lost_keys_;
    std::set<Reference> dropped_;
    std::set<Reference> taken_down_;
    std::set<Reference> goes_first_;       // what is dropped, and must be before something is altered
    std::set<Reference> made_anew_;        // types that columns are of
    std::set<Reference> moved_;            // these columns
    std::set<Reference> without_default_;  // columns that stay while their default goes and comes back
};

}  // namespace schemist::postgresql
