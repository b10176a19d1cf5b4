// Triggers, policies and event triggers.

#include "random/objects.hpp"

#include <array>

#include <fmt/format.h>

namespace schemist::test {
namespace {

const RandomTable& table_of(const Model& model, const RandomObject& object) {
    return model.tables.at(
        static_cast<std::size_t>(fixed(object.name, static_cast<int>(model.tables.size()))));
}

std::string named(RandomObject& object, std::string_view word, const RandomTable& table) {
    const std::string text =
        fmt::format("{} {} ON {}", word, quoted(object.name), qualified(table.schema, table.name));
    object.key = text;
    object.needs.push_back(key_of(table));
    return text;
}

}  // namespace

namespace {

// Once for each statement, before each row, or instead of it.
bool make_other_trigger(Draw& draw, const Model& model, RandomObject& object, const RandomObject& function) {
    constexpr std::array<std::string_view, 4> forms{
        "AFTER UPDATE ON {} REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it FOR EACH STATEMENT",
        "BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "BEFORE INSERT OR UPDATE ON {} FOR EACH ROW",
        "AFTER INSERT ON {} REFERENCING NEW TABLE AS added"};
    const RandomObject* view = any_object(draw, model.late, "view");
    std::string event;
    std::string target;
    if (view != nullptr && draw.chance(40)) {
        object.needs.push_back(view->key);
        object.key = target = fmt::format("TRIGGER {} ON {}", quoted(object.name), qualified(*view));
        event = fmt::format("INSTEAD OF {} ON {} FOR EACH ROW",
                            draw.chance(50) ? "INSERT OR UPDATE" : "DELETE", qualified(*view));
    } else {
        const RandomTable& table = table_of(model, object);
        target = named(object, "TRIGGER", table);
        event = fmt::format(fmt::runtime(draw.any(forms)), qualified(table.schema, table.name));
    }
    object.sql =
        fmt::format("CREATE TRIGGER {} {} EXECUTE FUNCTION {};\n", quoted(object.name), event, function.use) +
        with_comment(draw, target);
    return true;
}

}  // namespace

bool make_trigger(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* function = any_object(draw, model.early, "trigger function");
    if (function == nullptr) {
        return false;
    }
    object.needs.push_back(function->key);
    if (draw.chance(35)) {
        return make_other_trigger(draw, model, object, *function);
    }
    const RandomTable& table = table_of(model, object);
    const RandomColumn& column = draw.any(table.columns);
    const std::string target = named(object, "TRIGGER", table);
    std::string events = draw.chance(50) ? "INSERT" : "DELETE";
    std::string condition;
    if (draw.chance(60)) {
        object.needs.push_back(key_of(table, column));
        events += " OR UPDATE OF " + quoted(column.name);
    }
    if (draw.chance(40) && events.starts_with("INSERT")) {
        object.needs.push_back(key_of(table, column));
        condition = fmt::format(" WHEN (new.{} IS NOT NULL)", quoted(column.name));
    }
    const bool deferred = draw.chance(15);
    object.sql = fmt::format("CREATE {}TRIGGER {} AFTER {} ON {}{} FOR EACH ROW{} EXECUTE FUNCTION {};\n",
                             deferred ? "CONSTRAINT " : "", quoted(object.name), events,
                             qualified(table.schema, table.name),
                             deferred ? " DEFERRABLE INITIALLY DEFERRED" : "", condition, function->use) +
                 with_comment(draw, target);
    constexpr std::array<std::string_view, 3> states{"DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"};
    if (draw.chance(20)) {
        object.sql += fmt::format("ALTER TABLE {} {} TRIGGER {};\n", qualified(table.schema, table.name),
                                  draw.any(states), quoted(object.name));
    }
    return true;
}

bool make_policy(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table = table_of(model, object);
    const RandomColumn& column = draw.any(table.columns);
    const std::string target = named(object, "POLICY", table);
    object.needs.push_back(key_of(table, column));
    constexpr std::array<std::string_view, 4> commands{"", " FOR SELECT", " FOR DELETE", " FOR UPDATE"};
    std::string condition = fmt::format("{} IS NOT NULL", quoted(column.name));
    const RandomObject* function = draw.chance(40) ? any_object(draw, model.early, "function") : nullptr;
    if (function != nullptr) {
        object.needs.push_back(function->key);
        condition += fmt::format(" AND ({})::text = 'x'", function->use);
    }
    if (draw.chance(20)) {
        const RandomTable& other = draw.any(model.tables);
        object.needs.push_back(key_of(other));
        condition += fmt::format(" AND EXISTS (SELECT FROM {} o)", qualified(other.schema, other.name));
    }
    object.sql =
        fmt::format("CREATE {}{}{}{} USING ({});\n", target, draw.chance(20) ? " AS RESTRICTIVE" : "",
                    draw.any(commands), draw.chance(30) ? " TO schemist_reader" : "", condition) +
        with_comment(draw, target);
    if (draw.chance(50)) {
        object.sql +=
            fmt::format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;\n", qualified(table.schema, table.name));
    }
    return true;
}

bool make_event_trigger(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = quoted(object.name);
    const std::string function = quoted(object.name + "_function");
    constexpr std::array<std::string_view, 3> events{"ddl_command_end WHEN TAG IN ('CREATE CONVERSION')",
                                                     "ddl_command_start WHEN TAG IN ('CREATE ACCESS METHOD')",
                                                     "table_rewrite WHEN TAG IN ('ALTER TYPE')"};
    object.sql = fmt::format(
        "CREATE FUNCTION {0}() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';\n"
        "CREATE EVENT TRIGGER {1} ON {2} EXECUTE FUNCTION {0}();\n{3}",
        function, name, draw.any(events),
        draw.chance(30) ? fmt::format("ALTER EVENT TRIGGER {} DISABLE;\n", name) : "");
    return true;
}

}  // namespace schemist::test
