// What is said of an object that is there already: comments, privileges, and the settings of tables.

#include "random/objects.hpp"

#include <array>

#include <fmt/format.h>

namespace schemist::test {
namespace {

// What stands after GRANT ... ON and COMMENT ON, and which privilege it has.
struct Target {
    std::string name;
    std::string key;
    std::string privilege;
};

std::vector<Target> targets_of(const Model& model) {
    std::vector<Target> targets{{"SCHEMA public", "", "CREATE"}};
    for (const std::string& schema : model.schemas) {
        targets.push_back({"SCHEMA " + quoted(schema), "schema " + schema, "USAGE"});
    }
    for (const RandomEnum& type : model.enums) {
        targets.push_back({"TYPE " + qualified(type.schema, type.name), key_of(type), "USAGE"});
    }
    for (const RandomSequence& sequence : model.sequences) {
        targets.push_back(
            {"SEQUENCE " + qualified(sequence.schema, sequence.name), key_of(sequence), "USAGE"});
    }
    for (const RandomObject& object : model.early) {
        if (object.sort == "domain" || object.sort == "composite" || object.sort == "range") {
            targets.push_back({"TYPE " + object.use, object.key, "USAGE"});
        }
    }
    return targets;
}

}  // namespace

bool make_comment(Draw& draw, const Model& model, RandomObject& object) {
    const Target target = draw.any(targets_of(model));
    object.key = "comment on " + target.name;
    if (!target.key.empty()) {
        object.needs.push_back(target.key);
    }
    object.sql = fmt::format("COMMENT ON {} IS 'set {}';\n", target.name, draw.number(1, 9));
    return true;
}

bool make_privilege(Draw& draw, const Model& model, RandomObject& object) {
    const Target target = draw.any(targets_of(model));
    if (!target.key.empty()) {
        object.needs.push_back(target.key);
    }
    object.sql =
        fmt::format("GRANT {} ON {} TO schemist_writer{};\n", draw.chance(50) ? "ALL" : target.privilege,
                    target.name, draw.chance(20) ? " WITH GRANT OPTION" : "");
    object.sql += draw.chance(20) ? fmt::format("REVOKE ALL ON {} FROM PUBLIC;\n", target.name) : "";
    return true;
}

bool make_setting(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table =
        model.tables.at(static_cast<std::size_t>(fixed(object.name, static_cast<int>(model.tables.size()))));
    const RandomColumn& column = draw.any(table.columns);
    const std::string name = qualified(table.schema, table.name);
    object.needs = {key_of(table)};
    const bool has_key = !table.primary_key.empty();
    const std::string key = quoted(table.name + "_pkey");
    std::string setting;
    switch (fixed(object.name, 4)) {
        case 0:
            object.key = "replica identity of " + name;
            setting = draw.chance(30) || !has_key ? "REPLICA IDENTITY FULL"
                      : draw.chance(50)           ? "REPLICA IDENTITY NOTHING"
                                                  : "REPLICA IDENTITY USING INDEX " + key;
            break;
        case 1:
            object.key = "row security of " + name;
            setting = draw.chance(50) ? "FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY"
                                      : "FORCE ROW LEVEL SECURITY";
            break;
        case 2:
            object.key = "cluster mark of " + name;
            if (!has_key) {
                return false;
            }
            setting = "CLUSTER ON " + key;
            break;
        default:
            object.key = fmt::format("options of {}.{}", name, column.name);
            object.needs.push_back(key_of(table, column));
            setting = fmt::format("ALTER COLUMN {} SET (n_distinct = {}{})", quoted(column.name),
                                  draw.number(1, 9), draw.chance(50) ? ", n_distinct_inherited = -0.5" : "");
    }
    if (setting.ends_with("_pkey\"")) {
        object.needs.push_back(primary_key_of(table));
    }
    object.sql = fmt::format("ALTER TABLE {} {};\n", name, setting);
    return true;
}

// A sequence goes with the column that owns it, and its default may count with it.
bool make_sequence_owner(Draw& draw, const Model& model, RandomObject& object) {
    if (model.sequences.empty()) {
        return false;
    }
    const RandomSequence& sequence = draw.any(model.sequences);
    const RandomTable& table = draw.any(model.tables);
    const RandomColumn& column = draw.any(table.columns);
    if (sequence.schema != table.schema) {
        return false;
    }
    object.key = "owner of " + key_of(sequence);
    object.needs = {key_of(sequence), key_of(table), key_of(table, column)};
    object.sql = fmt::format("ALTER SEQUENCE {} OWNED BY {}.{};\n", qualified(sequence.schema, sequence.name),
                             qualified(table.schema, table.name), quoted(column.name));
    return true;
}

}  // namespace schemist::test
