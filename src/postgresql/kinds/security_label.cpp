// The kind `security_label`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <optional>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Of what is in this database: the server knows how each object is called in SQL.
std::string query(const Scope&) {
    return "SELECT x.objoid, x.classoid, x.objsubid, x.provider, x.objtype, CASE WHEN x.classoid = "
           "'pg_proc'::regclass THEN x.objoid::regprocedure::text ELSE x.objname END, x.label FROM "
           "pg_seclabels x WHERE x.objtype NOT IN ('database', 'role', 'tablespace', 'large object') AND " +
           is_of_users("x.objoid") +
           " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = x.classoid AND e.objid = x.objoid AND "
           "e.deptype = 'e') ORDER BY x.objtype, x.objname, x.provider";
}

std::string target(std::string_view type, std::string_view name) {
    if (type == "window") {
        return "FUNCTION " + std::string(name);
    }
    std::string words;
    for (const char letter : type) {
        words += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return words + " " + std::string(name);
}

std::optional<Reference> labelled_object(const Reading& reading, const Reading::CatalogueId& id,
                                         std::int64_t number) {
    if (const Reading::Located* found = reading.located(id)) {
        return found->reference;
    }
    const Reading::TableInfo* info = id.catalogue == catalogue::relations ? reading.info(id.object) : nullptr;
    if (info == nullptr) {
        return std::nullopt;
    }
    const Name& table = reading.schema.tables[info->position].name;
    return number == 0
               ? Reference{Kind::table, table, {}}
               : Reference{Kind::column, table, info->column_names.at(static_cast<std::size_t>(number))};
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        SecurityLabel label;
        label.provider = rows.string(row, 3);
        label.object = target(rows.text(row, 4), rows.text(row, 5));
        label.name = label.provider + " on " + label.object;
        label.label = rows.string(row, 6);
        if (const std::optional<Reference> labelled =
                labelled_object(reading, {rows.oid(row, 1), rows.oid(row, 0)}, rows.integer(row, 2))) {
            reading.schema.dependencies.list.push_back({reference_of(label), *labelled});
        }
        reading.schema.security_labels.push_back(std::move(label));
    }
}

std::string statement(const SecurityLabel& label, std::string_view value) {
    return fmt::format("SECURITY LABEL FOR {} ON {} IS {}", quote_identifier(label.provider), label.object,
                       value);
}

struct SecurityLabels {
    using Value = SecurityLabel;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const SecurityLabel& label) { return label.object; }

    static std::vector<std::string> create(const SecurityLabel& label) {
        return {statement(label, quote_literal(label.label))};
    }
    static std::vector<std::string> alter(const SecurityLabel&, const SecurityLabel& after) {
        return create(after);
    }
    static std::vector<std::string> drop(const SecurityLabel& label) { return {statement(label, "NULL")}; }
};

}  // namespace

// Behind every kind that can have one: those are looked up.
KindOfObject security_label_kind() {
    KindOfObject kind = standard_kind<SecurityLabels>();
#define SCHEMIST_OTHER(name, ...)               \
    if (Kind::name != Kind::security_label) {   \
        kind.reads_after.push_back(Kind::name); \
    }
    SCHEMIST_KINDS(SCHEMIST_OTHER, SCHEMIST_OTHER)
#undef SCHEMIST_OTHER
    return kind;
}

}  // namespace schemist::postgresql
