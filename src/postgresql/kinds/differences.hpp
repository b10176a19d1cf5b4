#pragma once
// The changes as a whole, as the writers of single kinds ask about them. Pure.

#include "postgresql/kinds/key_circles.hpp"
#include "schema/change.hpp"
#include "schema/dialect.hpp"
#include "schema/inheritance.hpp"
#include "schema/schema.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// The changes, with a drop and a create for every object that cannot be altered as it should be, or that would stand in
// the way of another change.
struct TakenDown {
    Changes changes;
    std::set<Reference> made_anew;  // domains and composite types that stand beside the old ones for a while
    std::set<Reference> moved;      // the columns that go over meanwhile
    std::set<Name> rebuilt{};       // tables that stand beside the new ones until their rows have gone over
};
TakenDown with_take_downs(Changes changes, const Schema& from, const Schema& to,
                          const std::set<Reference>& divided);

// Whether the name of such an object is only complete with types, and means another one when a type is called otherwise.
bool is_called_by_types(Kind kind);

// Both schemas, with the changes between them: those that were given, and those of objects that must be taken down and
// put back so that another change can be made.
class Differences {
  public:
    // The schemas must outlive it. What is in `divided` is done by two actions: an alteration by a drop and a create; a
    // new table or domain is made bare, and what would use more than types comes after it.
    Differences(const Changes& changes, const Schema& from, const Schema& to, std::set<Reference> divided);

    const Changes& changes() const { return taken_down_.changes; }
    const Schema& from() const { return from_; }
    const Schema& to() const { return to_; }

    // The tables that follow the changes of others.
    const Heirs& heirs() const { return heirs_; }

    // A domain or composite type that is made anew while there are columns of it, and such a column.
    bool is_made_anew(const Reference& type) const { return taken_down_.made_anew.contains(type); }
    bool is_moved(const Reference& column) const { return taken_down_.moved.contains(column); }
    bool is_rebuilt(const Name& table) const { return taken_down_.rebuilt.contains(table); }
    // What the object used, as the server has it.
    const std::vector<Reference>& used_before(const Reference& object) const;
    // What it uses, as the server has it there.
    const std::vector<Reference>& used_after(const Reference& object) const;
    // The old types that the object is of until it is moved.
    std::vector<Reference> old_types_of(const Reference& object) const;
    // What an object is called while the new one of its name is beside it: a name that is free before and after.
    Name name_set_aside(const Name& name) const;

    bool is_created(const Reference& object) const { return created_.contains(object); }
    bool is_dropped(const Reference& object) const { return dropped_.contains(object); }

    // What is dropped with the object by the server: the triggers, rules and policies of a table or a view.
    std::vector<Reference> belongings(const Reference& object) const;
    bool goes_with(const Reference& object) const;
    // A function that reads or writes the values of a type which is dropped.
    bool goes_with_its_type(const Reference& function) const;

    // Whether a change that would have to wait for itself can be divided, and has not been.
    bool is_divisible(const Change& change) const;
    // The change between a bare object and all of it.
    bool is_rest(const Change& change) const;

    // What is created and is called by one of these words.
    std::vector<Reference> created_among(const std::set<std::string>& words) const;
    // Functions of the name that are dropped: as long as they are there, it may be unclear whose call is meant.
    std::vector<Reference> dropped_overloads(const Name& function) const;

    // The privileges that an object which is made now gets by itself: default privileges change last.
    Privileges given_by_default(Kind kind, const Name& name) const;

    // Adds to an action of the change what the objects that it makes use, and those that it drops or alters used.
    void add_dependencies(const Change& change, DdlAction& action) const;

    // Null when the table, or its column, is not in that schema.
    const Column* column_before(const Name& table, const std::string& column) const;
    const Column* column_after(const Name& table, const std::string& column) const;

    // A foreign key between tables that are created, or dropped, in a circle: it is made after, or dropped before them.
    bool is_apart(const Name& table, const ForeignKey& key) const {
        return apart_.contains({table, key.name});
    }

    // A foreign key to the table stays: the server drops a partition of it only after that is detached.
    bool is_referred_to(const Name& table) const { return referred_.contains(table); }

    // What goes takes the foreign key of the table along: partitions may leave the tables that the key refers to.
    void release(const TableStructure& table, const ForeignKey& key, DdlAction& action) const;

    // The persistence of the table, if it changes: what a foreign key from or to it has to wait for.
    std::vector<Reference> changed_persistence(const Name& table) const;
    // What must have changed before a table that is altered can be set logged or unlogged.
    std::vector<Reference> needed_by_persistence(const Name& table, bool unlogged) const;

    // The keys of the table that a foreign key on these columns can stand on.
    static std::vector<Reference> keys_on(const TableStructure* table,
                                          const std::vector<std::string>& columns);

    // The sequence that a column owned, when the column now generates identities, or the other way round.
    const Sequence* sequence_before_identity(const Name& table, const std::string& column) const;
    const Sequence* sequence_after_identity(const Name& table, const std::string& column) const;
    bool is_made_by_column(const Sequence& sequence) const;

    // One that does not go with the column that owns it: what else uses it may have to go after that.
    bool is_used_elsewhere(const Sequence& sequence) const { return used_elsewhere_.contains(sequence.name); }

    // Whether a constraint of that name may stand in the schema already, so that the server would make up another one for the NOT
    // NULL of the table.
    bool has_other_not_null(const Name& table, const std::string& name) const;
    bool has_other_not_null(const Domain& domain) const;

    // The new sequence of a column that is created as `serial` would.
    const Sequence* serial_sequence(const Name& table, const Column& column) const;

    // The name of a sequence after its rename, if there is one.
    Name renamed_sequence(const Name& name) const;

    // An enum type whose values are not only added to, and which is therefore made anew.
    bool is_replaced(const EnumType& type) const;
    bool is_altered_enum(const Name& name) const;
    // The columns that go from the old to the new type of that name together with it.
    struct EnumColumn {
        Name table;
        const Column* before;
        const Column* after;
    };
    std::vector<EnumColumn> columns_of_replaced(const EnumType& type) const;
    bool is_replaced_with_its_type(const Name& table, const std::string& column) const;

    // What the expression or the type of a column uses of other objects, in the schema given.
    static std::vector<Reference> used_by_type(const Schema& schema, std::string_view type);
    static std::vector<Reference> used_by_expression(const Schema& schema, const TableStructure* table,
                                                     std::string_view expression);
    static std::vector<Reference> used_by_column(const Schema& schema, const TableStructure* table,
                                                 const Column& column);

  private:
    using Uses = std::map<Reference, std::vector<Reference>>;

    void index_changes();
    void index_keys();
    bool goes_before_departure(const Name& table, const ForeignKey& key) const;
    void index_parents(const Change& change);
    void index_constraints(const Schema& schema);
    void index_constraints_of_joining();
    void follow_parents(const Change& change, DdlAction& action) const;
    void add_columns_of_heirs(DdlAction& action) const;
    void wait_for_persistence(DdlAction& action) const;
    void divide(Changes& changes) const;
    void divide(Object& object, const Reference& reference, Action action, Changes& rest) const;
    static bool is_divisible(const TableStructure& table, const Uses& uses);
    static bool uses_more_than_types(const Uses& uses, const Reference& object);
    template <class Part>
    static bool can_be_added_later(const Name& table, const Part& one, const Uses& uses);
    static TableStructure bare(const TableStructure& table, const Uses& uses);
    static MaterializedView bare(const MaterializedView& view, const Uses& uses);
    std::vector<Reference> used_by_bare(const Change& change, const Reference& object, const Object& whole,
                                        std::vector<Reference> used) const;
    void connect_rest(const Change& change, DdlAction& action) const;

    using OwnedSequences = std::map<std::pair<Name, std::string>, const Sequence*>;

    const Schema& from_;
    const Schema& to_;
    Heirs heirs_;
    Uses uses_before_;
    Uses uses_after_;
    std::map<Name, std::vector<Reference>> belongings_;  // that are dropped
    std::multimap<std::string, Reference, std::less<>> created_by_word_;
    OwnedSequences owned_before_;
    OwnedSequences owned_after_;
    std::set<Reference> divided_;
    TakenDown taken_down_;
    KeysInCircles apart_;
    std::set<Name> referred_;        // tables that foreign keys which stay refer to
    std::set<Name> used_elsewhere_;  // sequences that a column owned
    std::set<Reference> created_;
    std::set<Reference> dropped_;
    std::set<Reference> altered_columns_;
    std::set<Name> changed_persistence_;  // tables
    std::set<Name> joined_;               // tables that get children, and those which become that
    std::set<Name> left_for_good_;        // tables that lose partitions which stay elsewhere
    std::set<Name> left_;                 // tables that lose children, and those which stay without them
    std::map<Name, Name> renamed_sequences_;
    std::set<Name> constraints_;  // before and after, for what the server calls those of NOT NULL
};

// The enum type that a column's type text names, also as an array of it; null when it names none.
const EnumType* enum_of(const Schema& schema, std::string_view type);

// Whether values of a removed or moved label make it necessary to make the type anew.
bool only_adds_values(const EnumType& before, const EnumType& after);

}  // namespace schemist::postgresql
