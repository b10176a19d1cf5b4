// The kind `event_trigger`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT x.oid, x.evtname, x.evtevent, x.evttags, x.evtfoid::regproc, x.evtenabled FROM "
           "pg_event_trigger x "
           "WHERE " +
           is_of_users("x.oid") + " AND " + is_no_extension_member("pg_event_trigger", "x.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        EventTrigger trigger;
        trigger.name = rows.string(row, 1);
        trigger.event = rows.string(row, 2);
        trigger.tags = parse_array(rows.text(row, 3));
        trigger.function = rows.string(row, 4);
        trigger.state = trigger_state(rows.letter(row, 5));
        reading.add(reading.schema.event_triggers, std::move(trigger),
                    {{catalogue::event_triggers, rows.oid(row, 0)}});
    }
}

struct EventTriggers {
    using Value = EventTrigger;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const EventTrigger& trigger) {
        return "EVENT TRIGGER " + quote_identifier(trigger.name);
    }
    static std::vector<std::string> create(const EventTrigger& trigger) {
        std::string text = fmt::format("CREATE {} ON {}", target(trigger), trigger.event);
        if (!trigger.tags.empty()) {
            std::vector<std::string> tags;
            std::ranges::transform(trigger.tags, std::back_inserter(tags), quote_literal);
            text += fmt::format(" WHEN TAG IN ({})", join(tags, ", "));
        }
        std::vector<std::string> statements{text + " EXECUTE FUNCTION " + trigger.function + "()"};
        append(statements, alter({}, trigger));
        return statements;
    }
    static std::vector<std::string> alter(const EventTrigger& before, const EventTrigger& after) {
        if (before.state == after.state) {
            return {};
        }
        const std::string what = after.state == "DISABLE" ? "DISABLE"
                                 : after.state.empty()    ? "ENABLE"
                                                          : "ENABLE " + after.state;
        return {fmt::format("ALTER {} {}", target(after), what)};
    }
    static bool is_replaced(const EventTrigger& before, const EventTrigger& after) {
        return before.event != after.event || before.tags != after.tags || before.function != after.function;
    }
};

}  // namespace

KindOfObject event_trigger_kind() {
    return standard_kind<EventTriggers>();
}

}  // namespace schemist::postgresql
