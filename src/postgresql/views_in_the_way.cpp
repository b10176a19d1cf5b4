#include "postgresql/views_in_the_way.hpp"

#include "postgresql/dialect.hpp"
#include "postgresql/sql.hpp"
#include "schema/object.hpp"

#include <algorithm>
#include <string_view>

namespace schemist::postgresql {
namespace {

constexpr std::string_view feature_not_supported = "0A000";
constexpr std::string_view dependent_objects_still_exist = "2BP01";

bool is_view(Kind kind) {
    return kind == Kind::view || kind == Kind::materialized_view;
}

// What goes with a view, and comes with it.
template <class T>
constexpr bool stands_on_relation = requires(const T& object) {
    object.table;
};

class Closure {
  public:
    explicit Closure(const Schema& schema) : schema_(schema) {}

    // False when something else than a view uses it.
    bool add(const Reference& view) {
        if (std::ranges::find(found_, view) != found_.end()) {
            return true;
        }
        for (const Dependency& dependency : schema_.dependencies.list) {
            if (dependency.used.kind != view.kind || dependency.used.name != view.name) {
                continue;
            }
            const Kind kind = dependency.user.kind;
            const bool belongs = kind == Kind::trigger || kind == Kind::rule || kind == Kind::index;
            if ((!is_view(kind) && !belongs) || (is_view(kind) && !add(dependency.user))) {
                return false;
            }
        }
        found_.push_back(view);
        return true;
    }

    // Users first.
    const std::vector<Reference>& found() const { return found_; }

  private:
    const Schema& schema_;
    std::vector<Reference> found_;
};

std::vector<std::string> statements_of(const Change& change, const Schema& from, const Schema& to,
                                       const Dialect& dialect) {
    std::vector<std::string> statements;
    for (const DdlAction& action : dialect.actions({change}, from, to, {})) {
        statements.insert(statements.end(), action.statements.begin(), action.statements.end());
    }
    return statements;
}

void put_back(const Reference& view, const Schema& schema, const Dialect& dialect,
              std::vector<std::string>& creates) {
    const Schema nothing{.default_privileges = schema.default_privileges};
    const auto create = [&](const Reference& object, const Object& value) {
        const std::vector<std::string> statements =
            statements_of({Action::create, object, {}, value}, nothing, schema, dialect);
        creates.insert(creates.end(), statements.begin(), statements.end());
    };
    create(view, find_object(schema, view));
    for_each_list(schema, [&](const auto& list) {
        for (const auto& object : list) {
            if constexpr (stands_on_relation<std::remove_cvref_t<decltype(object)>>) {
                if (object.table == view.name) {
                    create(reference_of(object), object);
                }
            }
        }
    });
}

}  // namespace

std::string view_in_the_way(const Error& error) {
    if (error.sqlstate() != feature_not_supported && error.sqlstate() != dependent_objects_still_exist) {
        return {};
    }
    // "rule _RETURN on view v depends on column ...", "view v depends on view w"; a name in quotes may hold spaces.
    const std::string& text = error.what_failed();
    const std::size_t detail = text.find("detail: ");
    const std::size_t word = detail == std::string::npos ? detail : text.find("view ", detail);
    if (word == std::string::npos) {
        return {};
    }
    const std::size_t begin = word + std::string_view("view ").size();
    const std::size_t end = text.find(" depends on ", begin);
    return end == std::string::npos ? std::string() : text.substr(begin, end - begin);
}

StandingViews standing_views(schemist::Connection& connection, const std::set<std::string>& views) {
    Selection everything;
    everything.owners = true;
    const auto reading = dialect(everything);
    const Schema schema = reading->introspect(connection, {});
    Closure closure(schema);
    StandingViews standing;
    const auto add = [&](const auto& list) {
        return std::ranges::all_of(list, [&](const auto& view) {
            const bool is_named =
                views.contains(qualified(view.name)) ||
                views.contains(quote_identifier(view.name.schema) + "." + quote_identifier(view.name.name));
            return !is_named || closure.add(reference_of(view));
        });
    };
    if (!add(schema.views) || !add(schema.materialized_views)) {
        return {};
    }
    for (const Reference& view : closure.found()) {
        standing.names.push_back(to_string(view));
        standing.drops.push_back((view.kind == Kind::view ? "DROP VIEW " : "DROP MATERIALIZED VIEW ") +
                                 qualified(view.name));
    }
    for (auto view = closure.found().rbegin(); view != closure.found().rend(); ++view) {
        put_back(*view, schema, *reading, standing.creates);
    }
    return standing;
}

}  // namespace schemist::postgresql
