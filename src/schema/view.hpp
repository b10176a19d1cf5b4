#pragma once
// The kinds `view` and `materialized_view`.

#include "schema/index.hpp"
#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace schemist {

struct ViewColumn {
    std::string name;
    std::string type;
    std::string collation;           // empty: that of the type
    std::string default_expression;  // for INSERT through the view; empty: none
    std::string comment;
    Privileges privileges;
    // Of a materialized view, as for Column:
    std::optional<std::int64_t> statistics_target{};
    std::string storage{};
    std::string compression{};
    StorageParameters attributes{};

    bool operator==(const ViewColumn&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &ViewColumn::name);
        visit("type", &ViewColumn::type);
        visit("collation", &ViewColumn::collation);
        visit("default", &ViewColumn::default_expression);
        visit("comment", &ViewColumn::comment);
        visit("privileges", &ViewColumn::privileges);
        visit("statistics_target", &ViewColumn::statistics_target);
        visit("storage", &ViewColumn::storage);
        visit("compression", &ViewColumn::compression);
        visit("attributes", &ViewColumn::attributes);
    }
};

struct View {
    Name name;
    // The query. On SQLite the whole CREATE VIEW statement, since SQLite keeps nothing else; the rest is empty then.
    std::string definition;
    std::vector<ViewColumn> columns{};
    StorageParameters options{};  // security_barrier, security_invoker, check_option
    std::string comment{};
    Privileges privileges{};
    Owner owner{};

    bool operator==(const View&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &View::name);
        visit("definition", &View::definition);
        visit("columns", &View::columns);
        visit("options", &View::options);
        visit("comment", &View::comment);
        visit("privileges", &View::privileges);
        visit("owner", &View::owner);
    }
};

// Whether a materialized view has been filled. That follows from what was done to it, and so is no difference.
struct Filling {
    bool has_data = true;

    bool operator==(const Filling&) const { return true; }
};

struct MaterializedView {
    Name name;
    std::string definition;  // the query
    std::vector<ViewColumn> columns;
    std::vector<Index> indexes;
    StorageParameters storage;
    std::string tablespace;
    std::string access_method;  // empty: heap
    std::string comment;
    Privileges privileges;
    std::string clustered_on{};  // an index
    Owner owner{};
    Filling filling{};

    bool operator==(const MaterializedView&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &MaterializedView::name);
        visit("definition", &MaterializedView::definition);
        visit("columns", &MaterializedView::columns);
        visit("indexes", &MaterializedView::indexes);
        visit("storage", &MaterializedView::storage);
        visit("tablespace", &MaterializedView::tablespace);
        visit("access_method", &MaterializedView::access_method);
        visit("comment", &MaterializedView::comment);
        visit("privileges", &MaterializedView::privileges);
        visit("clustered_on", &MaterializedView::clustered_on);
        visit("owner", &MaterializedView::owner);
    }
};

}  // namespace schemist
