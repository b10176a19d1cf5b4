#include "sqlite/actions.hpp"

#include "schema/text.hpp"
#include "sqlite/alter.hpp"
#include "sqlite/ddl.hpp"
#include "sqlite/lexer.hpp"
#include "sqlite/spelling.hpp"
#include "sqlite/table_changes.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace schemist::sqlite {
namespace {

using Names = std::set<std::string>;  // in lower case, as SQLite compares them

bool mentions_any(const std::string& definition, const Names& names) {
    return std::ranges::any_of(mentioned_names(definition),
                               [&](const std::string& name) { return names.contains(name); });
}

template <class T>
const T* dropped(const Change& change) {
    return change.action == Action::drop ? std::get_if<T>(&change.before) : nullptr;
}

template <class T>
const T* created(const Change& change) {
    return change.action == Action::create ? std::get_if<T>(&change.after) : nullptr;
}

using Tables = std::vector<const TableStructure*>;

// SQLite accepts any order; people, and whoever runs the SQL with foreign keys enforced, expect a table behind those
// that it refers to. In a circle the given order decides.
class ReferencedFirst {
  public:
    explicit ReferencedFirst(const Tables& tables) {
        for (const TableStructure* table : tables) {
            by_name_.emplace(to_lower(table->name.name), table);
        }
        for (const TableStructure* table : tables) {
            place(table);
        }
    }

    const Tables& tables() const { return placed_; }

  private:
    void place(const TableStructure* table) {
        if (!visited_.insert(table).second) {
            return;
        }
        for (const ForeignKey& key : table->foreign_keys) {
            if (const auto found = by_name_.find(to_lower(key.referenced_table.name));
                found != by_name_.end()) {
                place(found->second);
            }
        }
        placed_.push_back(table);
    }

    std::map<std::string, const TableStructure*> by_name_;
    std::set<const TableStructure*> visited_;
    Tables placed_;
};

class Planner {
  public:
    Planner(const Changes& changes, const Schema& from, const Schema& to)
        : changes_(changes), start_(renamed(from, changes)) {
        for (auto& [name, states] : altered_tables(changes, from, to)) {
            if (!states.before.virtual_definition.empty() || !states.after.virtual_definition.empty()) {
                continue;
            }
            tables_.push_back({std::move(states.before), std::move(states.after), {}});
        }
        find_what_goes();
        find_what_cannot_stay();
        for (TableChange& table : tables_) {
            for (const Trigger& trigger : start_.triggers) {
                if (trigger.table == table.after.name && !triggers_gone_.contains(to_lower(trigger.name))) {
                    table.triggers.push_back(trigger);
                }
            }
        }
    }

    std::vector<DdlAction> run() {
        refuse_what_sqlite_has_not();
        rename();
        drop_triggers_and_views();
        drop_indexes_and_tables();
        change_tables();
        create_tables();
        create_indexes();
        create_views_and_triggers();
        chain();
        return std::move(actions_);
    }

  private:
    void add(std::vector<std::string> statements, std::vector<Loss> losses = {}) {
        DdlAction action;
        action.statements = std::move(statements);
        action.losses = std::move(losses);
        actions_.push_back(std::move(action));
    }

    void chain() {
        const auto link = [](std::size_t number) {
            return Reference{Kind::schema, {"", "sqlite"}, fmt::format("{}", number)};
        };
        for (std::size_t i = 0; i < actions_.size(); ++i) {
            actions_[i].creates.push_back(link(i));
            if (i > 0) {
                actions_[i].needs.push_back(link(i - 1));
            }
        }
    }

    void refuse_what_sqlite_has_not() const {
        for (const Change& change : changes_) {
            const Kind kind = change.object.kind;
            if (kind == Kind::schema || kind == Kind::enum_type || kind == Kind::sequence ||
                kind == Kind::exclusion) {
                throw Error(fmt::format("SQLite has no {}", to_string(kind)))
                    .at(to_string(change.object))
                    .state("nothing was changed")
                    .hint("leave it out of the models for SQLite")
                    .exit_code(ExitCode::configuration);
            }
        }
    }

    void find_what_goes() {
        for (const Change& change : changes_) {
            const std::string name = to_lower(change.object.name.name);
            if (dropped<TableStructure>(change) != nullptr) {
                tables_gone_.insert(name);
            } else if (change.object.kind == Kind::view && change.action != Action::create) {
                views_gone_.insert(name);
            } else if (change.object.kind == Kind::trigger && change.action != Action::create) {
                triggers_gone_.insert(to_lower(std::get<Trigger>(change.before).name));
            }
            if (change.object.kind == Kind::view && change.action == Action::alter) {
                const View& view = std::get<View>(change.after);
                views_to_create_.push_back(view);
                views_remade_.push_back(name);
            }
        }
        // Triggers on a view go with it, and come back with it.
        take_triggers(
            [&](const Trigger& trigger) { return views_gone_.contains(to_lower(trigger.table.name)); });
    }

    template <class Condition>
    bool take_triggers(Condition condition) {
        bool found = false;
        for (const Trigger& trigger : start_.triggers) {
            if (!triggers_gone_.contains(to_lower(trigger.name)) && condition(trigger)) {
                triggers_gone_.insert(to_lower(trigger.name));
                if (!goes_with_its_table(trigger) || is_remade_view(trigger.table.name)) {
                    triggers_to_create_.push_back(trigger);
                }
                found = true;
            }
        }
        return found;
    }

    bool goes_with_its_table(const Trigger& trigger) const {
        const std::string table = to_lower(trigger.table.name);
        return tables_gone_.contains(table) || views_gone_.contains(table);
    }

    bool is_remade_view(const std::string& name) const {
        return std::ranges::find(views_remade_, to_lower(name)) != views_remade_.end();
    }

    // DROP COLUMN is refused while a view or a trigger names something that is not there at that moment.
    void find_what_cannot_stay() {
        if (std::ranges::none_of(tables_, drops_column_natively)) {
            return;
        }
        for (bool found = true; found;) {
            found = false;
            Names missing = tables_gone_;
            missing.insert(views_gone_.begin(), views_gone_.end());
            for (const View& view : start_.views) {
                const std::string name = to_lower(view.name.name);
                if (!missing.contains(name) && mentions_any(view.definition, missing)) {
                    views_gone_.insert(name);
                    views_remade_.push_back(name);
                    views_to_create_.push_back(view);
                    found = true;
                }
            }
            const bool triggers_found = take_triggers(
                [&](const Trigger& trigger) { return mentions_any(trigger.definition, missing); });
            found = found || triggers_found;
        }
    }

    void rename() {
        for (const Change& change : changes_) {
            if (change.action != Action::rename) {
                continue;
            }
            const std::string table = quote(change.object.name.name);
            if (const auto* after = std::get_if<TableStructure>(&change.after)) {
                add({fmt::format("ALTER TABLE {} RENAME TO {}", table, quote(after->name.name))});
            } else if (const auto* column = std::get_if<Column>(&change.after)) {
                add({fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", table, quote(change.object.part),
                                 quote(column->name))});
            }
        }
    }

    void drop_triggers_and_views() {
        for (const Trigger& trigger : start_.triggers) {
            if (triggers_gone_.contains(to_lower(trigger.name)) && !goes_with_its_table(trigger)) {
                add({"DROP TRIGGER " + quote(trigger.name)});
            }
        }
        if (!views_remade_.empty()) {
            guard_remade_views();
        }
        for (const View& view : start_.views) {
            if (views_gone_.contains(to_lower(view.name.name))) {
                add({"DROP VIEW " + quote(view.name.name)});
            }
        }
    }

    // DROP VIEW takes the view's triggers with it, also those that nobody knew of.
    void guard_remade_views() {
        std::vector<std::string> known;
        for (const Trigger& trigger : start_.triggers) {
            if (is_remade_view(trigger.table.name)) {
                known.push_back(trigger.name);
            }
        }
        add(guard(fmt::format("count(*) FROM sqlite_schema\n    WHERE type = 'trigger' AND lower(tbl_name) "
                              "IN {} AND name NOT IN {}",
                              literal_list(views_remade_), literal_list(known)),
                  "a view that is to be replaced must have no trigger that this revision does not know"));
    }

    void drop_indexes_and_tables() {
        for (const TableChange& table : tables_) {
            const std::vector<std::string> statements = dropped_indexes(table.before, table.after);
            if (!statements.empty()) {
                add(statements);
            }
        }
        Tables gone;
        for (const Change& change : changes_) {
            if (const TableStructure* table = dropped<TableStructure>(change)) {
                gone.push_back(table);
            }
        }
        gone = ReferencedFirst(gone).tables();
        for (auto table = gone.rbegin(); table != gone.rend(); ++table) {
            add({"DROP TABLE " + quote((*table)->name.name)}, {loss_of_rows((*table)->name)});
        }
    }

    void change_tables() {
        for (const TableChange& table : tables_) {
            std::optional<DdlAction> action = alter_natively(table);
            if (!action) {
                action = rebuild(table);
            }
            if (!action->statements.empty()) {
                actions_.push_back(std::move(*action));
            }
        }
        for (const Change& change : changes_) {
            const auto* before = std::get_if<TableStructure>(&change.before);
            const auto* after = std::get_if<TableStructure>(&change.after);
            if (change.action == Action::alter && before != nullptr && after != nullptr &&
                !(before->virtual_definition.empty() && after->virtual_definition.empty())) {
                remake_virtual_table(*before, *after);
            }
        }
    }

    // What a virtual table holds is known to its module alone.
    void remake_virtual_table(const TableStructure& before, const TableStructure& after) {
        std::vector<std::string> statements{"DROP TABLE " + quote(before.name.name), create_table(after)};
        for (const Index& index : after.indexes) {
            statements.push_back(create_index(index, after.name.name));
        }
        add(std::move(statements), {loss_of_rows(after.name)});
        actions_.back().note = fmt::format(
            "{} is dropped and made anew: fill it again from where its rows came from", after.name.name);
    }

    void create_tables() {
        for (const TableStructure* table : created_tables()) {
            add({create_table(*table)});
        }
    }

    void create_indexes() {
        for (const TableChange& table : tables_) {
            const std::vector<std::string> statements = created_indexes(table.before, table.after);
            if (!statements.empty() && alter_natively(table)) {
                add(statements);
            }
        }
        for (const TableStructure* table : created_tables()) {
            for (const Index& index : table->indexes) {
                add({create_index(index, table->name.name)});
            }
        }
    }

    Tables created_tables() const {
        Tables tables;
        for (const Change& change : changes_) {
            if (const TableStructure* table = created<TableStructure>(change)) {
                tables.push_back(table);
            }
        }
        return ReferencedFirst(tables).tables();
    }

    void create_views_and_triggers() {
        for (const Change& change : changes_) {
            if (const View* view = created<View>(change)) {
                views_to_create_.push_back(*view);
            } else if (change.object.kind == Kind::trigger && change.action != Action::drop) {
                triggers_to_create_.push_back(std::get<Trigger>(change.after));
            }
        }
        for (const View& view : views_to_create_) {
            add({view.definition});
        }
        for (const Trigger& trigger : triggers_to_create_) {
            add({trigger.definition});
        }
    }

    const Changes& changes_;
    Schema start_;  // after the renames
    std::vector<TableChange> tables_;
    Names tables_gone_;
    Names views_gone_;     // dropped for good, or to be made again
    Names triggers_gone_;  // the same
    std::vector<std::string> views_remade_;
    std::vector<View> views_to_create_;
    std::vector<Trigger> triggers_to_create_;
    std::vector<DdlAction> actions_;
};

}  // namespace

std::vector<DdlAction> actions(const Changes& changes, const Schema& from, const Schema& to) {
    return Planner(changes, from, to).run();
}

}  // namespace schemist::sqlite
