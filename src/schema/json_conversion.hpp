#pragma once
// Conversion between the value types and nlohmann::json, driven by their fields(). Heavy: for few .cpp files.

#include "schema/change.hpp"
#include "schema/schema.hpp"

#include <schemist/error.hpp>

#include <array>
#include <concepts>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace schemist::json {

// Insertion order is kept: members come in the order of fields().
using Json = nlohmann::ordered_json;

struct IgnoreFields {
    template <class Member>
    void operator()(const char*, Member) const {}
};

template <class T>
concept HasFields = requires {
    T::fields(IgnoreFields{});
};

template <class E>
struct EnumWords;

template <>
struct EnumWords<Deferral> {
    static constexpr std::array<std::string_view, 3> words{"not deferrable", "initially immediate",
                                                           "initially deferred"};
};

template <>
struct EnumWords<ForeignKeyAction> {
    static constexpr std::array<std::string_view, 5> words{"no action", "restrict", "cascade", "set null",
                                                           "set default"};
};

template <>
struct EnumWords<ForeignKeyMatch> {
    static constexpr std::array<std::string_view, 3> words{"simple", "full", "partial"};
};

[[noreturn]] inline void reject(const std::string& where, const std::string& problem) {
    throw Error(problem)
        .at(where.empty() ? "JSON" : "JSON member " + where)
        .hint("give a document of the form that `schemist dump --json` prints")
        .exit_code(ExitCode::configuration);
}

template <class T>
struct Conversion {
    static Json to(const T& value) { return value; }
    static T from(const Json& json, const std::string& where) {
        const bool fits = std::same_as<T, bool>          ? json.is_boolean()
                          : std::same_as<T, std::string> ? json.is_string()
                                                         : json.is_number_integer();
        if (!fits) {
            reject(where, "unexpected value " + json.dump());
        }
        return json.get<T>();
    }
};

template <>
struct Conversion<Name> {
    static Json to(const Name& name) {
        Json json = Json::object();
        if (!name.schema.empty()) {
            json["schema"] = name.schema;
        }
        json["name"] = name.name;
        return json;
    }
    static Name from(const Json& json, const std::string& where) {
        if (json.is_string()) {
            return {"", json.get<std::string>()};
        }
        if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) {
            reject(where, "a name needs the member \"name\"");
        }
        return {json.value("schema", std::string()), json["name"].get<std::string>()};
    }
};

template <class E>
requires std::is_enum_v<E>
struct Conversion<E> {
    static Json to(const E& value) { return EnumWords<E>::words.at(static_cast<std::size_t>(value)); }
    static E from(const Json& json, const std::string& where) {
        for (std::size_t i = 0; json.is_string() && i < EnumWords<E>::words.size(); ++i) {
            if (json.get_ref<const std::string&>() == EnumWords<E>::words[i]) {
                return static_cast<E>(i);
            }
        }
        reject(where, "unexpected value " + json.dump());
    }
};

template <class T>
struct Conversion<std::optional<T>> {
    static Json to(const std::optional<T>& value) {
        return value ? Conversion<T>::to(*value) : Json(nullptr);
    }
    static std::optional<T> from(const Json& json, const std::string& where) {
        if (json.is_null()) {
            return std::nullopt;
        }
        return Conversion<T>::from(json, where);
    }
};

template <class T>
struct Conversion<std::vector<T>> {
    static Json to(const std::vector<T>& values) {
        Json json = Json::array();
        for (const T& value : values) {
            json.push_back(Conversion<T>::to(value));
        }
        return json;
    }
    static std::vector<T> from(const Json& json, const std::string& where) {
        if (!json.is_array()) {
            reject(where, "expected an array");
        }
        std::vector<T> values;
        values.reserve(json.size());
        for (const Json& element : json) {
            values.push_back(Conversion<T>::from(element, where + "[" + std::to_string(values.size()) + "]"));
        }
        return values;
    }
};

template <>
struct Conversion<StorageParameters> {
    static Json to(const StorageParameters& values) {
        Json json = Json::object();
        for (const auto& [name, value] : values) {
            json[name] = value;
        }
        return json;
    }
    static StorageParameters from(const Json& json, const std::string& where) {
        if (!json.is_object()) {
            reject(where, "expected an object");
        }
        StorageParameters values;
        for (const auto& [key, value] : json.items()) {
            values[key] = Conversion<std::string>::from(value, where + "." + key);
        }
        return values;
    }
};

template <HasFields T>
struct Conversion<T> {
    static Json to(const T& value) {
        static const T defaults{};
        Json json = Json::object();
        T::fields([&](const char* name, auto member) {
            if (!(value.*member == defaults.*member)) {
                json[name] = Conversion<std::remove_cvref_t<decltype(value.*member)>>::to(value.*member);
            }
        });
        return json;
    }
    static T from(const Json& json, const std::string& where) {
        if (!json.is_object()) {
            reject(where, "expected an object");
        }
        T value{};
        std::set<std::string, std::less<>> known;
        T::fields([&](const char* name, auto member) {
            known.insert(name);
            if (const auto found = json.find(name); found != json.end()) {
                value.*member = Conversion<std::remove_cvref_t<decltype(value.*member)>>::from(
                    *found, where.empty() ? name : where + "." + name);
            }
        });
        for (const auto& [key, ignored] : json.items()) {
            if (!known.contains(key)) {
                reject(where, "unknown member \"" + key + "\"");
            }
        }
        return value;
    }
};

template <class T>
Json to_json(const T& value) {
    return Conversion<T>::to(value);
}

template <class T>
T from_json(const Json& json, const std::string& where = {}) {
    return Conversion<T>::from(json, where);
}

// Parses text; throws Error with the place of the fault.
inline Json parse(std::string_view text) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw Error(std::string("not valid JSON: ") + error.what()).exit_code(ExitCode::configuration);
    }
}

}  // namespace schemist::json
