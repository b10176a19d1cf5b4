// The kinds `trigger` and `rule`.

#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Those of partitions that come from their parent's are the server's own; only their states can be other ones.
std::string trigger_query(const Scope&) {
    return "SELECT x.oid, n.nspname, c.relname, x.tgname, CASE WHEN x.tgparentid = 0 THEN "
           "pg_get_triggerdef(x.oid) END, x.tgenabled FROM pg_trigger x JOIN "
           "pg_class c ON c.oid = x.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN "
           "pg_trigger p ON x.tgparentid <> 0 AND p.oid = x.tgparentid WHERE CASE WHEN x.tgparentid = 0 THEN "
           "NOT "
           "x.tgisinternal ELSE x.tgconstraint = 0 AND x.tgenabled <> p.tgenabled END AND " +
           is_user_namespace() + " AND " + is_no_extension_member("pg_class", "c.oid") + " AND " +
           is_no_extension_member("pg_trigger", "x.oid");
}

std::string rule_query(const Scope&) {
    return "SELECT x.oid, n.nspname, c.relname, x.rulename, pg_get_ruledef(x.oid), x.ev_enabled FROM "
           "pg_rewrite x JOIN "
           "pg_class c ON c.oid = x.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE x.rulename "
           "<> "
           "'_RETURN' AND " +
           is_of_users("x.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_class", "c.oid");
}

template <class Value>
void read_all(const Result& rows, Reading& reading, std::vector<Value>& list, Oid catalogue) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Value value;
        value.table = {rows.string(row, 1), rows.string(row, 2)};
        value.name = rows.string(row, 3);
        value.definition = without_semicolon(rows.text(row, 4));
        value.state = trigger_state(rows.letter(row, 5));
        reading.add(list, std::move(value), {{catalogue, rows.oid(row, 0)}});
    }
}

void read_triggers(const Result& rows, Reading& reading) {
    const std::size_t first = reading.schema.triggers.size();
    read_all(rows, reading, reading.schema.triggers, catalogue::triggers);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.schema.triggers[first + row].inherited = rows.is_null(row, 4);
    }
}

void read_rules(const Result& rows, Reading& reading) {
    read_all(rows, reading, reading.schema.rules, catalogue::rules);
}

template <class Value>
std::vector<std::string> set_state(std::string_view before, const Value& value, std::string_view word) {
    if (before == value.state) {
        return {};
    }
    const std::string what = value.state == "DISABLE" ? "DISABLE"
                             : value.state.empty()    ? "ENABLE"
                                                      : "ENABLE " + value.state;
    return {fmt::format("{} {} {} {}", alter_table(value.table), what, word, quote_identifier(value.name))};
}

template <class Value>
std::string named(std::string_view word, const Value& value) {
    return fmt::format("{} {} ON {}", word, quote_identifier(value.name), qualified(value.table));
}

// The nearest trigger that the one of a partition comes from, or by way of which it does, as far as its state is another one.
const Trigger* above_it(const Trigger& trigger, const Schema& schema) {
    const TableStructure* table = schema.find_table(trigger.table);
    const std::vector<const TableStructure*> tables =
        table == nullptr ? std::vector<const TableStructure*>{} : partitioned_above(schema, *table);
    for (const TableStructure* above : tables) {
        const auto found = std::ranges::find_if(schema.triggers, [&](const Trigger& other) {
            return other.name == trigger.name && other.table == above->name;
        });
        if (found != schema.triggers.end()) {
            return &*found;
        }
    }
    return nullptr;
}

// The trigger that the one of a partition comes from.
const Trigger* origin_of(const Trigger& trigger, const Schema& schema) {
    const Trigger* above = above_it(trigger, schema);
    while (above != nullptr && above->inherited) {
        above = above_it(*above, schema);
    }
    return above;
}

// The server says the state of a trigger for those below, too: they are told again, each after those above it.
void tell_partitions(const Trigger& trigger, const Differences& differences, DdlAction& action) {
    if (!is_partitioned(differences.to(), trigger.table)) {
        return;
    }
    std::multimap<std::size_t, const Trigger*> below;
    for (const Trigger& other : differences.to().triggers) {
        const bool may_follow =
            other.inherited && other.name == trigger.name && !differences.is_created(reference_of(other));
        const TableStructure* table = may_follow ? differences.to().find_table(other.table) : nullptr;
        if (table != nullptr && other.table != trigger.table &&
            is_or_is_part_of(differences.to(), *table, trigger.table)) {
            below.emplace(partitioned_above(differences.to(), *table).size(), &other);
        }
    }
    for (const auto& [depth, other] : below) {
        append(action.statements, set_state("?", *other, "TRIGGER"));
    }
}

struct Triggers {
    using Value = Trigger;

    static std::vector<Reader> readers() { return {{trigger_query, read_triggers}}; }
    static std::string target(const Trigger& trigger) { return named("TRIGGER", trigger); }

    static std::vector<std::string> create(const Trigger& trigger) {
        std::vector<std::string> statements{trigger.definition};
        append(statements, set_state({}, trigger, "TRIGGER"));
        return statements;
    }
    static std::vector<std::string> alter(const Trigger& before, const Trigger& after) {
        return set_state(before.state, after, "TRIGGER");
    }
    static bool is_replaced(const Trigger& before, const Trigger& after) {
        return before.definition != after.definition;
    }
    static void connect(const Trigger& trigger, const Differences& differences, DdlAction& action) {
        tell_partitions(trigger, differences, action);
    }
};

void write_trigger(const Change& change, const Differences& differences, Actions& actions) {
    const Trigger* before = std::get_if<Trigger>(&change.before);
    const Trigger* after = std::get_if<Trigger>(&change.after);
    const Trigger& trigger = after != nullptr ? *after : *before;
    if (!trigger.inherited) {
        StandardWriter<Triggers>(change, differences, actions).write();
        return;
    }
    const Trigger* origin = origin_of(trigger, differences.to());
    if (origin == nullptr) {
        return;  // it went with the parent's, or with the partition
    }
    const Trigger* above = above_it(trigger, differences.to());
    Trigger now = trigger;
    now.state = after != nullptr ? after->state : above->state;
    DdlAction action = in_place(change.object, set_state("?", now, "TRIGGER"));
    tell_partitions(now, differences, action);
    action.needs = {reference_of(*origin), reference_of(*above), {Kind::table, trigger.table, {}}};
    if (after != nullptr && before == nullptr) {
        action.creates.push_back(change.object);
    }
    actions.push_back(std::move(action));
}

struct Rules {
    using Value = Rule;

    static std::vector<Reader> readers() { return {{rule_query, read_rules}}; }
    static std::string target(const Rule& rule) { return named("RULE", rule); }

    static std::vector<std::string> create(const Rule& rule) {
        std::vector<std::string> statements{rule.definition};
        append(statements, set_state({}, rule, "RULE"));
        return statements;
    }
    static std::vector<std::string> alter(const Rule& before, const Rule& after) {
        return set_state(before.state, after, "RULE");
    }
    static bool is_replaced(const Rule& before, const Rule& after) {
        return before.definition != after.definition;
    }
};

}  // namespace

std::string trigger_state(char letter) {
    return letter == 'R' ? "REPLICA" : letter == 'A' ? "ALWAYS" : letter == 'D' ? "DISABLE" : "";
}

KindOfObject trigger_kind() {
    KindOfObject kind = standard_kind<Triggers>();
    kind.write = write_trigger;
    return kind;
}

KindOfObject rule_kind() {
    return standard_kind<Rules>();
}

}  // namespace schemist::postgresql
