#include "models/json.hpp"

#include "schema/json_conversion.hpp"

#include <fmt/format.h>

namespace schemist {
namespace {

constexpr int format_version = 1;

json::Json rename_to_json(const RenameHint& hint) {
    const bool column = hint.from.kind == Kind::column;
    json::Json result = json::Json::object();
    result["kind"] = column ? "column" : "table";
    result["table"] = json::to_json(hint.from.name);
    if (column) {
        result["column"] = hint.from.part;
    }
    result["to"] = hint.to;
    return result;
}

RenameHint rename_from_json(const json::Json& document, const std::string& where) {
    if (!document.is_object() || !document.contains("table") || !document.contains("to")) {
        json::reject(where, "a rename needs the members \"table\" and \"to\"");
    }
    const bool column = document.contains("column");
    RenameHint hint{
        {column ? Kind::column : Kind::table, json::from_json<Name>(document["table"], where + ".table"), {}},
        json::from_json<std::string>(document["to"], where + ".to")};
    if (column) {
        hint.from.part = json::from_json<std::string>(document["column"], where + ".column");
    }
    return hint;
}

json::Json desired_to_json(const Desired& desired) {
    json::Json result = json::Json::object();
    result["schema"] = json::to_json(desired.schema);
    result["renames"] = json::Json::array();
    for (const RenameHint& hint : desired.renames) {
        result["renames"].push_back(rename_to_json(hint));
    }
    result["external"] = json::to_json(desired.external);
    return result;
}

Desired desired_from(const json::Json& document, const std::string& where) {
    if (!document.is_object() || !document.contains("schema")) {
        json::reject(where, "a dialect needs the member \"schema\"");
    }
    Desired result;
    for (const auto& [key, member] : document.items()) {
        const std::string place = where + "." + key;
        if (key == "schema") {
            result.schema = json::from_json<Schema>(member, place);
        } else if (key == "external") {
            result.external = json::from_json<std::vector<Name>>(member, place);
        } else if (key == "renames" && member.is_array()) {
            for (const json::Json& hint : member) {
                result.renames.push_back(
                    rename_from_json(hint, fmt::format("{}[{}]", place, result.renames.size())));
            }
        } else {
            json::reject(place, "is not expected here");
        }
    }
    sort(result.schema);
    return result;
}

DialectName dialect_from(const std::string& name) {
    for (const DialectName dialect : {DialectName::postgresql, DialectName::sqlite}) {
        if (to_string(dialect) == name) {
            return dialect;
        }
    }
    json::reject("dialects", fmt::format("unknown dialect \"{}\"", name));
}

}  // namespace

std::string to_json(const DesiredByDialect& desired) {
    json::Json document = json::Json::object();
    document["schemist"] = format_version;
    document["dialects"] = json::Json::object();
    for (const auto& [dialect, part] : desired) {
        document["dialects"][std::string(to_string(dialect))] = desired_to_json(part);
    }
    return document.dump(2) + "\n";
}

std::string to_json(std::span<const TableDefinition> tables) {
    return to_json({{DialectName::postgresql, desired(tables, DialectName::postgresql)},
                    {DialectName::sqlite, desired(tables, DialectName::sqlite)}});
}

DesiredByDialect desired_from_json(std::string_view text) {
    const json::Json document = json::parse(text);
    if (!document.is_object() || !document.contains("schemist") || !document.contains("dialects") ||
        !document["dialects"].is_object()) {
        throw Error("this is not a document of models: it needs the members \"schemist\" and \"dialects\"")
            .hint("let the command print what schemist::run(argc, argv, models) prints for 'models'")
            .exit_code(ExitCode::configuration);
    }
    if (document["schemist"] != format_version) {
        throw Error(fmt::format("the document of models has the version {}, and this Schemist reads {}",
                                document["schemist"].dump(), format_version))
            .hint("build the program that prints it and this command from the same version of Schemist")
            .exit_code(ExitCode::configuration);
    }
    DesiredByDialect result;
    for (const auto& [name, part] : document["dialects"].items()) {
        result.emplace(dialect_from(name), desired_from(part, "dialects." + name));
    }
    return result;
}

}  // namespace schemist
