#pragma once
// Kinds whose objects are made by CREATE, changed by ALTER or CREATE OR REPLACE, dropped by DROP, and which share comment
// and privileges: most of them. What they have in common is written here once.
//
// A kind is a struct of static functions:
//   using Value = View;
//   std::vector<Reader> readers();
//   std::string target(const View&);                        // "VIEW public.v", after COMMENT ON, DROP
//   std::vector<std::string> create(const View&);
// and those of the following that it has a use for:
//   std::vector<std::string> alter(const View& before, const View& after);  // beside comment and privileges
//   bool is_replaced(const View& before, const View& after); // ALTER cannot do it
//   std::string granted(const View&);                       // "TABLE public.v", after GRANT ... ON
//   std::string owned(const View&);                         // after ALTER ... OWNER TO, where it is not the target
//   std::vector<Kind> reads_after();                        // whose objects its readers look up
//   std::vector<std::string> drop(const View&);             // where DROP and the target are not enough
//   constexpr bool drops_alone = true;                      // outside of a transaction
//   std::string note(const Change&);                        // for the reviewer
//   std::vector<std::string> set_aside(const View&);                     // what else is renamed while a new one stands beside it
//   View made_beside(View, const Differences&);             // how CREATE names its parts while others have the same names
//   void connect(const View&, const Differences&, DdlAction& create);       // what the catalogue does not know it needs
//   void disconnect(const View&, DdlAction& drop);                          // and frees

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {

template <class K>
class StandardWriter {
  public:
    using Value = typename K::Value;

    StandardWriter(const Change& change, const Differences& differences, Actions& actions)
        : change_(change), differences_(differences), actions_(actions) {}

    void write() {
        const Value* before = std::get_if<Value>(&change_.before);
        const Value* after = std::get_if<Value>(&change_.after);
        if (change_.action == Action::rename) {
            rename(*before, *after);
        } else if (before != nullptr && after != nullptr) {
            alter(*before, *after);
        } else if (after != nullptr) {
            create(*after);
        } else {
            drop(*before);
        }
    }

    static bool is_replaced(const Object& before, const Object& after) {
        if constexpr (requires { K::is_replaced(std::get<Value>(before), std::get<Value>(after)); }) {
            return K::is_replaced(std::get<Value>(before), std::get<Value>(after));
        } else if constexpr (requires { K::alter(std::get<Value>(before), std::get<Value>(after)); }) {
            return false;
        } else {
            return !(with_facets_of(std::get<Value>(before), std::get<Value>(after)) ==
                     std::get<Value>(after));
        }
    }

  private:
    static Value with_facets_of(Value value, const Value& other) {
        if constexpr (requires { value.comment; }) {
            value.comment = other.comment;
        }
        if constexpr (requires { value.owner; }) {
            value.owner = other.owner;
        }
        if constexpr (requires { value.privileges; }) {
            value.privileges = other.privileges;
        }
        return value;
    }

    static std::string granted(const Value& value) {
        if constexpr (requires { K::granted(value); }) {
            return K::granted(value);
        } else {
            return K::target(value);
        }
    }

    static std::string owned(const Value& value) {
        if constexpr (requires { K::owned(value); }) {
            return K::owned(value);
        } else {
            return K::target(value);
        }
    }

    // Privileges come before the owner: they are told from the view of whom the object belongs to until then.
    static void write_facets(const Value& before, const Value& after, std::vector<std::string>& statements) {
        if constexpr (requires { after.comment; }) {
            write_comment(K::target(after), before.comment, after.comment, statements);
        }
        if constexpr (requires { after.privileges; }) {
            const std::vector<Grant> revoked = change_privileges(
                before.privileges, after.privileges, granted(after), {}, statements, before.owner);
            if constexpr (requires { after.columns.front().privileges; }) {
                for (const auto& column : after.columns) {
                    keep_column_privileges(revoked, column.privileges, granted(after),
                                           quote_identifier(column.name), statements);
                }
            }
        }
        if constexpr (requires { after.owner; }) {
            write_owner(owned(after), before.owner, after.owner, statements);
        }
    }

    // What it stands on: its schema, or the table or view that it belongs to.
    static std::vector<Reference> ground(const Value& value) {
        std::vector<Reference> references;
        if constexpr (requires { value.table; }) {
            for (const Kind kind : {Kind::table, Kind::view, Kind::materialized_view}) {
                references.push_back({kind, value.table, {}});
            }
        } else if constexpr (std::is_same_v<decltype(value.name), Name>) {
            add_schema(references, value.name);
        }
        return references;
    }

    void add_note(DdlAction& action) const {
        if constexpr (requires { K::note(change_); }) {
            action.note = K::note(change_);
        }
    }

    void create(const Value& value) {
        DdlAction action;
        if constexpr (requires { K::made_beside(value, differences_); }) {
            action.statements = K::create(K::made_beside(value, differences_));
        } else {
            action.statements = K::create(value);
        }
        Value made{};
        if constexpr (requires { value.privileges; }) {
            made.privileges = differences_.given_by_default(kind_of<Value>, change_.object.name);
        }
        write_facets(made, value, action.statements);
        action.creates.push_back(change_.object);
        action.needs = ground(value);
        if constexpr (requires { K::connect(value, differences_, action); }) {
            K::connect(value, differences_, action);
        }
        add_note(action);
        actions_.push_back(std::move(action));
    }

    void drop(const Value& value) {
        if constexpr (requires { value.table; }) {
            if (differences_.goes_with(change_.object)) {
                return;
            }
        }
        if (differences_.goes_with_its_type(change_.object)) {
            return;
        }
        DdlAction action;
        if constexpr (requires { K::drop(value); }) {
            action.statements = K::drop(value);
        } else {
            action.statements.push_back("DROP " + K::target(value));
        }
        if constexpr (requires { K::drops_alone; }) {
            action.transactional = !K::drops_alone;
        }
        action.drops = differences_.belongings(change_.object);
        action.drops.push_back(change_.object);
        action.frees = ground(value);
        if constexpr (requires { K::disconnect(value, action); }) {
            K::disconnect(value, action);
        }
        add_note(action);
        actions_.push_back(std::move(action));
    }

    void alter(const Value& before, const Value& after) {
        constexpr bool can_move = std::is_same_v<Value, Domain> || std::is_same_v<Value, CompositeType> ||
                                  std::is_same_v<Value, Collation> || std::is_same_v<Value, RangeType>;
        if constexpr (can_move) {
            if (differences_.is_made_anew(change_.object) && !differences_.is_rest(change_)) {
                make_anew(before, after);
                return;
            }
        }
        DdlAction action;
        if constexpr (requires { K::alter(before, after); }) {
            action.statements = K::alter(before, after);
            // The server alters a type only while no table has a column of it: those that go, go before.
            if (nature_of(kind_of<Value>) == Nature::type && !action.statements.empty()) {
                action.drops.push_back(change_.object);
            }
            if constexpr (requires { K::connect(after, differences_, action); }) {
                K::connect(after, differences_, action);
            }
        }
        write_facets(before, after, action.statements);
        action.creates.push_back(change_.object);
        append(action.needs, ground(after));
        actions_.push_back(std::move(action));
    }

    void rename(const Value& before, const Value& after) {
        DdlAction action;
        std::string name;
        Reference renamed = change_.object;
        if constexpr (std::is_same_v<decltype(after.name), Name>) {
            name = renamed.name.name = after.name.name;
        } else if constexpr (requires { after.table; }) {
            name = renamed.part = after.name;
        } else {
            name = renamed.name.name = after.name;
        }
        action.statements.push_back(
            fmt::format("ALTER {} RENAME TO {}", K::target(before), quote_identifier(name)));
        action.drops.push_back(change_.object);
        action.creates.push_back(renamed);
        actions_.push_back(std::move(action));
    }

    // The new one stands beside the old one until every column is of it.
    void make_anew(const Value& before, const Value& after) {
        Value old = before;
        old.name = differences_.name_set_aside(before.name);
        create(after);
        DdlAction& creation = actions_.back();
        creation.statements.insert(
            creation.statements.begin(),
            fmt::format("ALTER {} RENAME TO {}", K::target(before), quote_identifier(old.name.name)));
        if constexpr (requires { K::set_aside(before); }) {
            const std::vector<std::string> others = K::set_aside(before);
            creation.statements.insert(creation.statements.begin(), others.begin(), others.end());
        }
        creation.drops.push_back(change_.object);
        DdlAction action;
        action.statements.push_back("DROP " + K::target(old));
        Reference gone = change_.object;
        gone.part = "old";
        action.drops.push_back(gone);
        action.frees = differences_.old_types_of(change_.object);
        action.needs.push_back(change_.object);
        actions_.push_back(std::move(action));
    }

    const Change& change_;
    const Differences& differences_;
    Actions& actions_;
};

template <class K>
KindOfObject standard_kind() {
    KindOfObject kind{kind_of<typename K::Value>, K::readers(),
                      [](const Change& change, const Differences& differences, Actions& actions) {
                          StandardWriter<K>(change, differences, actions).write();
                      },
                      StandardWriter<K>::is_replaced};
    if constexpr (requires { K::reads_after(); }) {
        kind.reads_after = K::reads_after();
    }
    return kind;
}

}  // namespace schemist::postgresql
