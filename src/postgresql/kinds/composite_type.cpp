// The kind `composite_type`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT t.oid, c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_type t ON t.oid = c.reltype "
           "JOIN "
           "pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'c' AND " +
           is_of_users("c.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_type", "t.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        CompositeType type;
        type.name = {rows.string(row, 2), rows.string(row, 3)};
        reading.add(reading.schema.composite_types, std::move(type),
                    {{catalogue::types, rows.oid(row, 0)}, {catalogue::relations, rows.oid(row, 1)}});
    }
}

std::string attribute_query(const Scope&) {
    return "SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> "
           "t.typcollation THEN a.attcollation END, d.description FROM pg_class c JOIN pg_attribute a ON "
           "a.attrelid = "
           "c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid" +
           join_comment("pg_class", "c.oid", "a.attnum") + " WHERE c.relkind = 'c' AND " +
           is_of_users("c.oid") + " ORDER BY a.attrelid, a.attnum";
}

void read_attributes(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::Located* located = reading.located({catalogue::relations, rows.oid(row, 0)});
        if (located == nullptr) {
            continue;
        }
        Attribute attribute{rows.string(row, 1), rows.string(row, 2), {}, rows.string(row, 4)};
        if (!rows.is_null(row, 3)) {
            attribute.collation = reading.collations.at(rows.oid(row, 3));
        }
        reading.schema.composite_types.at(located->position).attributes.push_back(std::move(attribute));
    }
}

struct CompositeTypes {
    using Value = CompositeType;

    static std::vector<Reader> readers() { return {{query, read}, {attribute_query, read_attributes}}; }

    static std::string target(const CompositeType& type) { return "TYPE " + qualified(type.name); }

    static std::string definition(const Attribute& attribute) {
        return fmt::format("{} {}{}", quote_identifier(attribute.name), attribute.type,
                           attribute.collation.empty() ? "" : " COLLATE " + attribute.collation);
    }

    static void comment(const CompositeType& type, const Attribute& attribute, std::string_view before,
                        std::vector<std::string>& statements) {
        write_comment(fmt::format("COLUMN {}.{}", qualified(type.name), quote_identifier(attribute.name)),
                      before, attribute.comment, statements);
    }

    static std::vector<std::string> create(const CompositeType& type) {
        std::vector<std::string> attributes;
        std::ranges::transform(type.attributes, std::back_inserter(attributes), definition);
        std::vector<std::string> statements{
            fmt::format("CREATE {} AS ({})", target(type), join(attributes, ", "))};
        for (const Attribute& attribute : type.attributes) {
            comment(type, attribute, {}, statements);
        }
        return statements;
    }

    static const Attribute* find(const CompositeType& type, const std::string& name) {
        const auto found = std::ranges::find(type.attributes, name, &Attribute::name);
        return found == type.attributes.end() ? nullptr : &*found;
    }

    static std::vector<std::string> alter(const CompositeType& before, const CompositeType& after) {
        const std::string alter_this = "ALTER " + target(after);
        std::vector<std::string> statements;
        for (const Attribute& attribute : before.attributes) {
            if (find(after, attribute.name) == nullptr) {
                statements.push_back(
                    fmt::format("{} DROP ATTRIBUTE {}", alter_this, quote_identifier(attribute.name)));
            }
        }
        for (const Attribute& attribute : after.attributes) {
            const Attribute* old = find(before, attribute.name);
            if (old == nullptr) {
                statements.push_back(fmt::format("{} ADD ATTRIBUTE {}", alter_this, definition(attribute)));
            } else if (old->type != attribute.type || old->collation != attribute.collation) {
                statements.push_back(fmt::format(
                    "{} ALTER ATTRIBUTE {} TYPE {}{}", alter_this, quote_identifier(attribute.name),
                    attribute.type, attribute.collation.empty() ? "" : " COLLATE " + attribute.collation));
            }
            comment(after, attribute, old == nullptr ? std::string() : old->comment, statements);
        }
        return statements;
    }

    // New attributes come last; whatever leads to another order makes the type anew.
    static bool is_replaced(const CompositeType& before, const CompositeType& after) {
        std::vector<std::string> outcome;
        for (const Attribute& attribute : before.attributes) {
            if (find(after, attribute.name) != nullptr) {
                outcome.push_back(attribute.name);
            }
        }
        return !std::ranges::equal(outcome.begin(), outcome.end(), after.attributes.begin(),
                                   after.attributes.begin() + static_cast<std::ptrdiff_t>(outcome.size()), {},
                                   {}, &Attribute::name);
    }
};

}  // namespace

KindOfObject composite_type_kind() {
    return standard_kind<CompositeTypes>();
}

}  // namespace schemist::postgresql
