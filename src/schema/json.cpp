#include "schema/json.hpp"

#include "schema/json_conversion.hpp"

namespace schemist {
namespace {

constexpr int indentation = 2;

std::string_view to_string(Action action) {
    switch (action) {
        case Action::create:
            return "create";
        case Action::alter:
            return "alter";
        case Action::rename:
            return "rename";
        case Action::drop:
            return "drop";
    }
    return "";
}

struct ToJson {
    json::Json operator()(std::monostate) const { return nullptr; }

    template <class T>
    json::Json operator()(const T& value) const {
        return json::to_json(value);
    }
};

}  // namespace

std::string to_json(const Schema& schema) {
    return json::to_json(schema).dump(indentation) + "\n";
}

Schema schema_from_json(std::string_view text) {
    auto schema = json::from_json<Schema>(json::parse(text));
    sort(schema);
    return schema;
}

std::string to_json(const Changes& changes) {
    json::Json array = json::Json::array();
    for (const Change& change : changes) {
        json::Json entry = json::Json::object();
        entry["action"] = to_string(change.action);
        entry["kind"] = to_string(change.object.kind);
        entry["name"] = json::to_json(change.object.name);
        if (!change.object.part.empty()) {
            entry["part"] = change.object.part;
        }
        entry["description"] = describe(change);
        if (change.before.index() != 0) {
            entry["before"] = std::visit(ToJson{}, change.before);
        }
        if (change.after.index() != 0) {
            entry["after"] = std::visit(ToJson{}, change.after);
        }
        array.push_back(std::move(entry));
    }
    return array.dump(indentation) + "\n";
}

}  // namespace schemist
