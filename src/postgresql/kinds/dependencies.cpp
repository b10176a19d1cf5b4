// What uses what, from the server's own catalogue.

#include "postgresql/kinds/facets.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Left out is what a table's own value tells: which columns its constraints and indexes are on, which sequence is whose.
// Few rows are left where all tables are plain, so that looking up their names costs little. Who uses what belongs to an
// extension uses the extension; of an array, its elements; of a row, its table.
std::string query(const Scope&) {
    return fmt::format(R"(
        SELECT d.classid, d.objid, d.objsubid, coalesce(uk.conrelid, ui.indrelid, ud.adrelid, ur.ev_class),
            coalesce(uk.conname, uc.relname), coalesce(uk.contype::text, ik.contype::text, CASE WHEN ui.indrelid IS NOT NULL THEN 'i' END), ud.adnum,
            ur.rulename,
            CASE WHEN e.refobjid IS NOT NULL THEN e.refclassid WHEN et.typrelid <> 0 THEN 'pg_class'::regclass
                ELSE d.refclassid END,
            CASE WHEN e.refobjid IS NOT NULL THEN e.refobjid WHEN et.typrelid <> 0 THEN et.typrelid
                ELSE coalesce(et.oid, d.refobjid) END,
            CASE WHEN e.refobjid IS NULL THEN d.refobjsubid ELSE 0 END, rk.conrelid, rk.conname, rk.contype
        FROM pg_depend d
            LEFT JOIN pg_constraint uk ON d.classid = 'pg_constraint'::regclass AND uk.oid = d.objid
            LEFT JOIN pg_index ui ON d.classid = 'pg_class'::regclass AND ui.indexrelid = d.objid
            LEFT JOIN pg_class uc ON uc.oid = ui.indexrelid
            LEFT JOIN pg_constraint ik ON ik.conindid = ui.indexrelid AND ik.contype IN ('p', 'u', 'x')
            LEFT JOIN pg_attrdef ud ON d.classid = 'pg_attrdef'::regclass AND ud.oid = d.objid
            LEFT JOIN pg_rewrite ur ON d.classid = 'pg_rewrite'::regclass AND ur.oid = d.objid
            LEFT JOIN pg_type rt ON d.refclassid = 'pg_type'::regclass AND rt.oid = d.refobjid
            LEFT JOIN pg_type et ON et.oid = CASE WHEN rt.typcategory = 'A' THEN rt.typelem ELSE rt.oid END
            LEFT JOIN pg_constraint rk ON d.refclassid = 'pg_constraint'::regclass AND rk.oid = d.refobjid
            LEFT JOIN pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
                AND e.refclassid = 'pg_extension'::regclass
        WHERE d.deptype IN ('n', 'a') AND {} AND {} AND d.refclassid <> 'pg_namespace'::regclass
            AND (d.refclassid <> 'pg_class'::regclass OR d.classid NOT IN ('pg_class'::regclass,
                'pg_constraint'::regclass, 'pg_attrdef'::regclass)))",
                       is_of_users("d.objid"), is_of_users("d.refobjid"));
}

std::optional<Kind> kind_of_part(char letter) {
    switch (letter) {
        case 'p':
            return Kind::primary_key;
        case 'u':
            return Kind::unique;
        case 'c':
            return Kind::check;
        case 'x':
            return Kind::exclusion;
        case 'f':
            return Kind::foreign_key;
        case 'i':
            return Kind::index;
        default:
            return std::nullopt;
    }
}

using Found = std::optional<Reference>;

Found object(const Reading& reading, Oid catalogue, Oid oid) {
    if (const Reading::Located* located = reading.located({catalogue, oid})) {
        return located->reference;
    }
    const auto part = reading.parts.find({catalogue, oid});
    return part == reading.parts.end() ? std::nullopt : Found(part->second);
}

// A table, one of its columns, or a view.
Found relation(const Reading& reading, Oid oid, std::int64_t number) {
    const Reading::TableInfo* info = reading.info(oid);
    if (info == nullptr) {
        return object(reading, catalogue::relations, oid);
    }
    const Name& name = reading.schema.tables[info->position].name;
    const auto position = static_cast<std::size_t>(number);
    if (number <= 0 || position >= info->column_names.size()) {
        return Reference{Kind::table, name, {}};
    }
    return Reference{Kind::column, name, info->column_names[position]};
}

Found part(const Reading& reading, Oid table, std::string_view name, char letter) {
    const Found owner = relation(reading, table, 0);
    const std::optional<Kind> kind = kind_of_part(letter);
    return owner && kind ? Found(Reference{*kind, owner->name, std::string(name)}) : std::nullopt;
}

Found user(const Result& rows, std::size_t row, const Reading& reading) {
    const Oid catalogue = rows.oid(row, 0);
    if (const Found found = object(reading, catalogue, rows.oid(row, 1))) {
        return found;
    }
    if (rows.is_null(row, 3)) {
        return catalogue == catalogue::relations ? relation(reading, rows.oid(row, 1), rows.integer(row, 2))
                                                 : std::nullopt;
    }
    const Oid table = rows.oid(row, 3);
    if (catalogue == catalogue::defaults) {
        return relation(reading, table, rows.integer(row, 6));
    }
    // The rule that makes a view.
    return catalogue == catalogue::rules ? object(reading, catalogue::relations, table)
                                         : part(reading, table, rows.text(row, 4), rows.letter(row, 5));
}

Found used(const Result& rows, std::size_t row, const Reading& reading) {
    const Oid catalogue = rows.oid(row, 8);
    if (catalogue == catalogue::relations) {
        return relation(reading, rows.oid(row, 9), rows.integer(row, 10));
    }
    if (const Found found = object(reading, catalogue, rows.oid(row, 9))) {
        return found;
    }
    return rows.is_null(row, 11) ? std::nullopt
                                 : part(reading, rows.oid(row, 11), rows.text(row, 12), rows.letter(row, 13));
}

void read(const Result& rows, Reading& reading) {
    std::vector<Dependency>& list = reading.schema.dependencies.list;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Found from = user(rows, row, reading);
        const Found to = from ? used(rows, row, reading) : std::nullopt;
        if (from && to && *from != *to) {
            list.push_back({*from, *to});
        }
    }
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Reader dependency_reader() {
    return {query, read};
}

}  // namespace schemist::postgresql
