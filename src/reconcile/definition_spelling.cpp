#include "reconcile/definition_spelling.hpp"

#include "postgresql/reparse.hpp"
#include "reconcile/workshop.hpp"
#include "schema/object.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <type_traits>

namespace schemist {
namespace {

// A text of an object, with the same one in another state of the object.
using OnText = std::function<void(std::string& text, const std::string& other)>;

template <class T>
constexpr bool is_defined_by_text =
    std::is_same_v<T, View> || std::is_same_v<T, MaterializedView> || std::is_same_v<T, Trigger> ||
    std::is_same_v<T, Rule> || std::is_same_v<T, Function> || std::is_same_v<T, Statistics>;

template <class T>
constexpr bool has_texts = is_defined_by_text<T> || std::is_same_v<T, Policy> || std::is_same_v<T, Domain>;

template <class T>
void visit(T& object, const T& other, const OnText& found) {
    if constexpr (is_defined_by_text<T>) {
        found(object.definition, other.definition);
    } else if constexpr (std::is_same_v<T, Policy>) {
        found(object.condition, other.condition);
        found(object.check, other.check);
    } else {
        found(object.default_expression, other.default_expression);
        for (DomainConstraint& constraint : object.constraints) {
            const auto same = std::ranges::find(other.constraints, constraint.name, &DomainConstraint::name);
            if (same != other.constraints.end()) {
                found(constraint.definition, same->definition);
            }
        }
    }
}

// The objects of a list by what they are called.
template <class T>
class Counterparts {
  public:
    explicit Counterparts(const std::vector<T>& list) {
        for (const T& object : list) {
            by_reference_.emplace(reference_of(object), &object);
        }
    }

    // Null when there is none.
    const T* of(const T& object) const {
        const auto found = by_reference_.find(reference_of(object));
        return found == by_reference_.end() ? nullptr : found->second;
    }

  private:
    std::map<Reference, const T*> by_reference_;
};

// Calls `visit_object` with every object of `schema` that has texts, and the one of that name in the other.
template <class Visitor>
void for_each_pair(Schema& schema, const Schema& other, Visitor&& visit_object) {
    Schema::fields([&]<class T>(const char*, std::vector<T> Schema::*member) {
        if constexpr (has_texts<T>) {
            const Counterparts<T> others(other.*member);
            for (T& object : schema.*member) {
                if (const T* same = others.of(object)) {
                    visit_object(object, *same);
                }
            }
        }
    });
}

bool has_other_texts(const Schema& schema, const Schema& other) {
    bool differs = false;
    Schema copy = schema;
    for_each_pair(copy, other, [&](auto& object, const auto& same) {
        visit(object, same,
              [&](std::string& text, const std::string& expected) { differs = differs || text != expected; });
    });
    return differs;
}

// What both have, without what says nothing about meanings and may not be possible in scratch: roles need not be there.
Schema common_part(Schema schema, const Schema& other) {
    Schema::fields([&]<class T>(const char*, std::vector<T> Schema::*member) {
        std::vector<T>& list = schema.*member;
        const Counterparts<T> others(other.*member);
        std::erase_if(list, [&](const T& object) { return others.of(object) == nullptr; });
        for (T& object : list) {
            if constexpr (requires { object.privileges; }) {
                object.privileges = {};
            }
            if constexpr (requires { object.owner; }) {
                object.owner.clear();
            }
            if constexpr (requires { object.columns.front().privileges; }) {
                for (auto& column : object.columns) {
                    column.privileges = {};
                }
            }
            if constexpr (requires { object.tablespace; }) {
                object.tablespace.clear();
            }
        }
    });
    for (Policy& policy : schema.policies) {
        policy.roles = {"public"};
    }
    for (Extension& extension : schema.extensions) {
        extension.members.clear();
    }
    schema.default_privileges.clear();
    schema.publications.clear();
    schema.subscriptions.clear();
    schema.event_triggers.clear();
    schema.user_mappings.clear();
    schema.security_labels.clear();
    return schema;
}

// A view can be made anew while others stand on it, a materialized view cannot.
void make_plain(Schema& schema) {
    for (MaterializedView& view : schema.materialized_views) {
        schema.views.push_back(View{std::move(view.name), std::move(view.definition)});
    }
    schema.materialized_views.clear();
    for (Dependency& dependency : schema.dependencies.list) {
        for (Reference* reference : {&dependency.user, &dependency.used}) {
            reference->kind = reference->kind == Kind::materialized_view ? Kind::view : reference->kind;
        }
    }
    sort(schema);
}

// As the database prints it once it has read what it prints itself.
std::optional<Schema> printed_again(Schema schema, const ReplaySettings& settings) {
    std::vector<MaterializedView> materialized = schema.materialized_views;
    make_plain(schema);
    try {
        Workshop workshop(settings.dialect, settings.make_scratch, settings.journal, {});
        workshop.run(creation(schema, settings.dialect));
        postgresql::reparse_definitions(workshop.connection());
        Schema result = workshop.read();
        for (MaterializedView& view : materialized) {
            const auto plain = std::ranges::find(result.views, view.name, &View::name);
            view.definition = plain->definition;
        }
        result.materialized_views = std::move(materialized);
        return result;
    } catch (const Error&) {
        return std::nullopt;
    }
}

template <class T>
void write_as_expected(std::vector<T>& live, const std::vector<T>& expected, const std::vector<T>& live_form,
                       const std::vector<T>& expected_form) {
    const Counterparts<T> goals(expected);
    const Counterparts<T> forms(live_form);
    const Counterparts<T> goal_forms(expected_form);
    for (T& object : live) {
        const T* goal = goals.of(object);
        const T* form = forms.of(object);
        const T* goal_form = goal_forms.of(object);
        if (goal == nullptr || form == nullptr || goal_form == nullptr) {
            continue;
        }
        bool is_alike = true;
        T copy = *form;
        visit(copy, *goal_form,
              [&](std::string& text, const std::string& other) { is_alike = is_alike && text == other; });
        if (is_alike) {
            visit(object, *goal, [](std::string& text, const std::string& other) { text = other; });
        }
    }
}

}  // namespace

Schema with_expected_definitions(Schema live, const Schema& expected, const ReplaySettings& settings) {
    if (settings.dialect.name() != DialectName::postgresql || !has_other_texts(live, expected)) {
        return live;
    }
    const std::optional<Schema> live_form = printed_again(common_part(live, expected), settings);
    const std::optional<Schema> expected_form =
        live_form ? printed_again(common_part(expected, expected), settings) : std::nullopt;
    if (!expected_form) {
        return live;
    }
    Schema::fields([&]<class T>(const char*, std::vector<T> Schema::*member) {
        if constexpr (has_texts<T>) {
            write_as_expected(live.*member, expected.*member, (*live_form).*member, (*expected_form).*member);
        }
    });
    return live;
}

Schema with_all_definitions_of(Schema live, const Schema& expected) {
    for_each_pair(live, expected, [](auto& object, const auto& goal) {
        visit(object, goal, [](std::string& text, const std::string& same) { text = same; });
    });
    return live;
}

}  // namespace schemist
