#include "schema/selection.hpp"

#include "schema/nearest.hpp"
#include "schema/object.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr std::array kinds{
#define SCHEMIST_ONE(kind, ...) Kind::kind,
    SCHEMIST_KINDS(SCHEMIST_ONE, SCHEMIST_ONE)
#undef SCHEMIST_ONE
};

Kind kind_named(std::string_view word) {
    std::vector<std::string> known;
    for (const Kind kind : kinds) {
        if (is_part_of_table(kind)) {
            if (to_string(kind) == word) {
                throw Error(fmt::format("a {} is a part of its table, and is in or out with it", word))
                    .hint("name tables instead, as in \"table:public.tmp_*\"")
                    .exit_code(ExitCode::configuration);
            }
        } else if (to_string(kind) == word) {
            return kind;
        } else {
            known.emplace_back(to_string(kind));
        }
    }
    const std::vector<std::string> close = nearest(word, known, 1);
    throw Error(fmt::format("there is no kind of object '{}'", word))
        .hint(close.empty() ? "write table, view, function, ... as `schemist diff --summary` does"
                            : fmt::format("did you mean '{}'?", close.front()))
        .exit_code(ExitCode::configuration);
}

template <class T>
Name full_name(const T& object) {
    const Reference reference = reference_of(object);
    if constexpr (requires { object.table; }) {
        return {reference.name.schema, object.name};
    } else {
        return reference.name;
    }
}

std::set<Reference> references_of(const Schema& schema) {
    std::set<Reference> references;
    for_each_list(schema, [&](const auto& list) {
        for (const auto& object : list) {
            references.insert(reference_of(object));
        }
    });
    return references;
}

}  // namespace

bool matches_wildcards(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t star = std::string_view::npos;
    std::size_t behind_star = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            behind_star = i;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[i])) {
            ++at;
            ++i;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            i = ++behind_star;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool ObjectPattern::matches(Kind object, const Name& full_name) const {
    if (kind && *kind != object) {
        return false;
    }
    if (object == Kind::schema && schema) {
        return !kind && name == "*" && matches_wildcards(*schema, full_name.name);
    }
    return (!schema || matches_wildcards(*schema, full_name.schema)) &&
           matches_wildcards(name, full_name.name);
}

ObjectPattern parse_object_pattern(std::string_view text) {
    ObjectPattern pattern;
    if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        pattern.kind = kind_named(text.substr(0, colon));
        text.remove_prefix(colon + 1);
    }
    if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
        pattern.schema = std::string(text.substr(0, dot));
        text.remove_prefix(dot + 1);
    }
    pattern.name = std::string(text);
    if (pattern.name.empty() || (pattern.schema && pattern.schema->empty())) {
        throw Error("a pattern of objects has no name")
            .hint("write it as \"name\", \"schema.name\" or \"kind:schema.name\", with * for any text")
            .exit_code(ExitCode::configuration);
    }
    return pattern;
}

bool Selection::takes(Kind kind, const Name& name) const {
    const auto matches = [&](const ObjectPattern& pattern) { return pattern.matches(kind, name); };
    return (include.empty() || std::ranges::any_of(include, matches)) &&
           std::ranges::none_of(exclude, matches);
}

Schema selected(Schema schema, const Selection& selection) {
    if (selection.is_everything()) {
        return schema;
    }
    const std::set<Reference> all = references_of(schema);
    const auto takes_table = [&](const Name& name) {
        constexpr std::array holders{Kind::table, Kind::view, Kind::materialized_view};
        return std::ranges::any_of(holders, [&](Kind kind) {
            return all.contains({kind, name, {}}) && selection.takes(kind, name);
        });
    };
    for_each_list(schema, [&](auto& list) {
        using Type = ElementOf<decltype(list)>;
        std::erase_if(list, [&](const Type& object) {
            if constexpr (requires { object.table; }) {
                // Whoever includes a table means all that is on it.
                return !takes_table(object.table) ||
                       std::ranges::any_of(selection.exclude, [&](const ObjectPattern& pattern) {
                           return pattern.kind && pattern.matches(kind_of<Type>, full_name(object));
                       });
            } else if constexpr (requires { object.owned_by; }) {
                return object.owned_by ? !takes_table(object.owned_by->table)
                                       : !selection.takes(kind_of<Type>, full_name(object));
            } else {
                return !selection.takes(kind_of<Type>, full_name(object));
            }
        });
    });
    const std::set<Reference> kept = references_of(schema);
    const auto is_gone = [&](const Reference& reference) {
        const auto is_lost = [&](const Reference& whole) {
            return all.contains(whole) && !kept.contains(whole);
        };
        return is_part_of_table(reference.kind) ? is_lost({Kind::table, reference.name, {}}) ||
                                                      is_lost({Kind::materialized_view, reference.name, {}})
                                                : is_lost(reference);
    };
    std::erase_if(schema.dependencies.list, [&](const Dependency& dependency) {
        return is_gone(dependency.user) || is_gone(dependency.used);
    });
    return schema;
}

}  // namespace schemist
