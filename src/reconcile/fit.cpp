#include "reconcile/fit.hpp"

#include "diff/diff.hpp"

#include <algorithm>
#include <optional>

namespace schemist {
namespace {

// What becomes of an object that differs: the live one with what it lacks, and whether it keeps what was not expected.
template <class T>
struct Completed {
    T object;
    bool keeps_extra = false;
};

// Takes over a text that is not there; one that is there stays.
void complete(std::string& live, const std::string& expected, bool& keeps_extra) {
    if (live.empty()) {
        live = expected;
    } else if (live != expected) {
        keeps_extra = true;
    }
}

// What was granted to others stays; what was taken from PUBLIC is not given back.
void complete(Privileges& live, const Privileges& expected, bool& keeps_extra) {
    const auto contains = [](const std::vector<Grant>& grants, const Grant& grant) {
        return std::ranges::find(grants, grant) != grants.end();
    };
    const auto add = [&](std::vector<Grant>& grants, const std::vector<Grant>& others) {
        keeps_extra = keeps_extra || std::ranges::any_of(grants, [&](const Grant& grant) {
                          return !contains(others, grant);
                      });
        std::ranges::copy_if(others, std::back_inserter(grants),
                             [&](const Grant& grant) { return !contains(grants, grant); });
    };
    add(live.granted, expected.granted);
    add(live.revoked, expected.revoked);
}

void complete(std::vector<ExtensionMember>& live, const std::vector<ExtensionMember>& expected,
              bool& keeps_extra) {
    for (const ExtensionMember& member : expected) {
        const auto found = std::ranges::find(live, member.object, &ExtensionMember::object);
        if (found == live.end()) {
            live.push_back(member);
        } else {
            complete(found->privileges, member.privileges, keeps_extra);
        }
    }
    keeps_extra = keeps_extra || live.size() > expected.size();
    std::ranges::sort(live, {}, &ExtensionMember::object);
}

// Of most objects only the comment and privileges can be added. Nothing when another difference is left.
template <class T>
std::optional<Completed<T>> complete(const T& live, const T& expected) {
    Completed<T> result{live};
    T rest = expected;
    if constexpr (requires { result.object.comment; }) {
        complete(result.object.comment, expected.comment, result.keeps_extra);
        rest.comment = result.object.comment;
    }
    if constexpr (requires { result.object.privileges; }) {
        complete(result.object.privileges, expected.privileges, result.keeps_extra);
        rest.privileges = result.object.privileges;
    }
    if constexpr (std::is_same_v<T, Extension>) {
        complete(result.object.members, expected.members, result.keeps_extra);
        rest.members = result.object.members;
    }
    return rest == result.object ? std::optional(result) : std::nullopt;
}

std::optional<Completed<Column>> complete(const Column& live, const Column& expected) {
    Completed<Column> result{live};
    Column rest = expected;
    complete(result.object.comment, expected.comment, result.keeps_extra);
    rest.comment = result.object.comment;
    complete(result.object.privileges, expected.privileges, result.keeps_extra);
    rest.privileges = result.object.privileges;
    if (live.identity && expected.identity) {
        Identity& identity = *result.object.identity;
        complete(identity.comment, expected.identity->comment, result.keeps_extra);
        complete(identity.privileges, expected.identity->privileges, result.keeps_extra);
        rest.identity->comment = identity.comment;
        rest.identity->privileges = identity.privileges;
    }
    // It is renamed, as any constraint is.
    if (live.not_null && expected.not_null) {
        NotNullConstraint& constraint = result.object.not_null_constraint;
        const NotNullConstraint& other = expected.not_null_constraint;
        constraint.name = other.name;
        constraint.inherited = other.inherited;
        complete(constraint.comment, other.comment, result.keeps_extra);
        rest.not_null_constraint.comment = constraint.comment;
    }
    // A column that counts by a sequence of its own need not become an identity column.
    if (expected.identity && live.default_expression && live.default_expression->starts_with("nextval(")) {
        rest.identity = live.identity;
        rest.default_expression = live.default_expression;
        result.keeps_extra = true;
    }
    const bool may_have_default =
        !live.identity && !live.generated && !expected.identity && !expected.generated;
    if (may_have_default && !live.default_expression) {
        result.object.default_expression = expected.default_expression;
    } else if (may_have_default && !expected.default_expression) {
        result.keeps_extra = true;
        rest.default_expression = live.default_expression;
    }
    return rest == result.object ? std::optional(result) : std::nullopt;
}

// The live values in their order, and each missing one behind the one that it is expected behind.
std::optional<Completed<EnumType>> complete(const EnumType& live, const EnumType& expected) {
    Completed<EnumType> result{live};
    complete(result.object.comment, expected.comment, result.keeps_extra);
    complete(result.object.privileges, expected.privileges, result.keeps_extra);
    std::vector<std::string>& values = result.object.values;
    auto place = values.begin();
    for (const std::string& value : expected.values) {
        const auto found = std::ranges::find(values, value);
        if (found == values.end()) {
            place = values.insert(place, value) + 1;
        } else if (found < place) {
            return std::nullopt;  // in another order
        } else {
            place = found + 1;
        }
    }
    result.keeps_extra = result.keeps_extra || values.size() > expected.values.size();
    return result;
}

// The table's own attributes; its parts have changes of their own.
std::optional<Completed<TableStructure>> complete(const TableStructure& live,
                                                  const TableStructure& expected) {
    Completed<TableStructure> result{live};
    TableStructure& table = result.object;
    complete(table.comment, expected.comment, result.keeps_extra);
    complete(table.privileges, expected.privileges, result.keeps_extra);
    for (const auto& [name, value] : expected.storage) {
        if (!table.storage.contains(name)) {
            table.storage.emplace(name, value);
        } else if (table.storage.find(name)->second != value) {
            return std::nullopt;
        }
    }
    result.keeps_extra = result.keeps_extra || table.storage.size() > expected.storage.size();
    const bool same = live.unlogged == expected.unlogged && live.row_security == expected.row_security &&
                      live.force_row_security == expected.force_row_security &&
                      live.tablespace == expected.tablespace && live.strict == expected.strict &&
                      live.without_rowid == expected.without_rowid &&
                      live.virtual_definition == expected.virtual_definition;
    return same ? std::optional(result) : std::nullopt;
}

// Sorts one alteration into the three lists.
class Sorter {
  public:
    Sorter(const Change& change, Fit& result) : change_(change), result_(result) {}

    void operator()(std::monostate) const { result_.conflicts.push_back(change_); }

    template <class T>
    void operator()(const T& live) const {
        const std::optional<Completed<T>> completed = complete(live, std::get<T>(change_.after));
        if (!completed) {
            result_.conflicts.push_back(change_);
            return;
        }
        if (!(completed->object == live)) {
            result_.missing.push_back({Action::alter, change_.object, live, completed->object});
        }
        if (completed->keeps_extra) {
            result_.extra.push_back(change_);
        }
    }

  private:
    const Change& change_;
    Fit& result_;
};

std::vector<std::string> columns_of(const Object& object) {
    const ForeignKey* key = std::get_if<ForeignKey>(&object);
    const UniqueConstraint* unique = std::get_if<UniqueConstraint>(&object);
    return key != nullptr ? key->columns : unique != nullptr ? unique->columns : std::vector<std::string>{};
}

// A part without a name that became another one is told as dropped and created. So is a table's one primary key.
bool is_same_part(const Change& extra, const Change& missing) {
    const Kind kind = extra.object.kind;
    const bool same_table = kind == missing.object.kind && extra.object.name == missing.object.name;
    if (kind == Kind::primary_key) {
        return same_table;
    }
    const bool may_be_unnamed = kind == Kind::check || kind == Kind::unique || kind == Kind::foreign_key;
    return same_table && may_be_unnamed && extra.object.part.empty() && missing.object.part.empty() &&
           columns_of(extra.before) == columns_of(missing.after);
}

void pair_parts(Fit& result) {
    for (auto extra = result.extra.begin(); extra != result.extra.end();) {
        const auto missing = std::ranges::find_if(result.missing, [&](const Change& change) {
            return extra->action == Action::drop && change.action == Action::create &&
                   is_same_part(*extra, change);
        });
        if (missing == result.missing.end()) {
            ++extra;
            continue;
        }
        result.conflicts.push_back({Action::alter, missing->object, extra->before, missing->after});
        result.missing.erase(missing);
        extra = result.extra.erase(extra);
    }
}

template <class Part>
void put(std::vector<Part>& parts, const Change& change) {
    const Part& after = std::get<Part>(change.after);
    const Part* before = std::get_if<Part>(&change.before);
    const auto found = before == nullptr ? parts.end() : std::ranges::find(parts, *before);
    if (found == parts.end()) {
        parts.push_back(after);
    } else {
        *found = after;
    }
}

// A table's own attributes, which come with none of its parts.
void put_attributes(TableStructure& table, const TableStructure& after) {
    table.comment = after.comment;
    table.storage = after.storage;
    table.privileges = after.privileges;
}

void put_part(Schema& schema, const Change& change) {
    const auto found = std::ranges::find(schema.tables, change.object.name, &TableStructure::name);
    if (found == schema.tables.end()) {
        const auto view =
            std::ranges::find(schema.materialized_views, change.object.name, &MaterializedView::name);
        if (view != schema.materialized_views.end()) {
            put(view->indexes, change);
        }
        return;
    }
    TableStructure& table = *found;
    switch (change.object.kind) {
        case Kind::column:
            put(table.columns, change);
            break;
        case Kind::primary_key:
            table.primary_key = std::get<PrimaryKey>(change.after);
            break;
        case Kind::unique:
            put(table.unique_constraints, change);
            break;
        case Kind::check:
            put(table.checks, change);
            break;
        case Kind::exclusion:
            put(table.exclusions, change);
            break;
        case Kind::foreign_key:
            put(table.foreign_keys, change);
            break;
        case Kind::index:
            put(table.indexes, change);
            break;
        default:
            break;
    }
}

}  // namespace

Fit fit(const Schema& live, const Schema& expected) {
    Fit result;
    for (const Change& change : diff(live, expected)) {
        switch (change.action) {
            case Action::create:
            case Action::rename:
                result.missing.push_back(change);
                break;
            case Action::drop:
                result.extra.push_back(change);
                break;
            case Action::alter:
                std::visit(Sorter(change, result), change.before);
        }
    }
    pair_parts(result);
    return result;
}

Schema with_missing(Schema live, const Changes& missing) {
    for (const Change& change : missing) {
        if (is_part_of_table(change.object.kind)) {
            put_part(live, change);
        } else if (change.object.kind == Kind::table && change.action != Action::create) {
            const auto table = std::ranges::find(live.tables, change.object.name, &TableStructure::name);
            if (table != live.tables.end()) {
                put_attributes(*table, std::get<TableStructure>(change.after));
            }
        } else {
            for_each_list(live, [&](auto& list) {
                if (kind_of<ElementOf<decltype(list)>> == change.object.kind) {
                    put(list, change);
                }
            });
        }
    }
    sort(live);
    return live;
}

std::vector<std::string> names_of(const Changes& changes) {
    std::vector<std::string> names;
    for (const Change& change : changes) {
        const std::string text = describe(change);
        names.push_back(change.action == Action::alter    ? text.substr(std::string_view("alter ").size())
                        : change.action == Action::rename ? text.substr(std::string_view("rename ").size())
                                                          : to_string(change.object));
    }
    return names;
}

}  // namespace schemist
