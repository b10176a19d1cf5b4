// The kind `publication`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Lists of columns, conditions and schemas came with version 15.
std::string query(const Scope& scope) {
    const std::string_view generated =
        scope.server_version >= 180000
            ? "CASE WHEN x.pubgencols <> 'n' THEN ', publish_generated_columns = stored' END"
            : "NULL";
    return fmt::format(
        "SELECT x.oid, x.pubname, x.puballtables, concat('publish = ', quote_literal(concat_ws(', ', CASE "
        "WHEN x.pubinsert THEN 'insert' END, CASE WHEN x.pubupdate THEN 'update' END, CASE WHEN x.pubdelete "
        "THEN 'delete' END, CASE WHEN x.pubtruncate THEN 'truncate' END)), ', publish_via_partition_root = "
        "', "
        "CASE WHEN x.pubviaroot THEN 'true' ELSE 'false' END, {}) FROM pg_publication x WHERE {} AND {}",
        generated, is_of_users("x.oid"), is_no_extension_member("pg_publication", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Publication publication;
        publication.name = rows.string(row, 1);
        publication.all_tables = rows.boolean(row, 2);
        publication.parameters = rows.string(row, 3);
        reading.add(reading.schema.publications, std::move(publication),
                    {{catalogue::publications, rows.oid(row, 0)}});
    }
}

std::string object_query(const Scope& scope) {
    const std::string_view details =
        scope.server_version >= 150000
            ? ", (SELECT format(' (%s)', string_agg(quote_ident(a.attname), ', ' ORDER BY u.place)) FROM "
              "unnest(x.prattrs) WITH ORDINALITY u(number, place) JOIN pg_attribute a ON a.attrelid = "
              "x.prrelid AND a.attnum = u.number WHERE x.prattrs IS NOT NULL HAVING count(*) > 0), ' WHERE "
              "(' || pg_get_expr(x.prqual, x.prrelid) || ')'"
            : "";
    const std::string_view schemas =
        scope.server_version >= 150000
            ? " UNION ALL SELECT x.pnpubid, 0, format('TABLES IN SCHEMA %I', n.nspname), 0 FROM "
              "pg_publication_namespace x JOIN pg_namespace n ON n.oid = x.pnnspid"
            : "";
    return fmt::format(
        "SELECT x.prpubid, x.oid, concat('TABLE ONLY ', x.prrelid::regclass{}), 1 AS place FROM "
        "pg_publication_rel x{} ORDER BY 4, 3",
        details, schemas);
}

void read_objects(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (const Reading::Located* found = reading.located({catalogue::publications, rows.oid(row, 0)})) {
            reading.schema.publications.at(found->position).objects.push_back(rows.string(row, 2));
            reading.parts.insert_or_assign({catalogue::publication_relations, rows.oid(row, 1)},
                                           found->reference);
        }
    }
}

constexpr std::string_view table_word = "TABLE ";
constexpr std::string_view schema_words = "TABLES IN SCHEMA ";

// Version 14 takes the word TABLE only once.
std::string list(const std::vector<std::string>& objects) {
    std::string text;
    bool after_table = false;
    for (const std::string& object : objects) {
        const bool is_table = object.starts_with(table_word);
        text += text.empty() ? "" : ", ";
        text += is_table && after_table ? object.substr(table_word.size()) : object;
        after_table = is_table;
    }
    return text;
}

struct Publications {
    using Value = Publication;

    static std::vector<Reader> readers() { return {{query, read}, {object_query, read_objects}}; }
    static std::string target(const Publication& publication) {
        return "PUBLICATION " + quote_identifier(publication.name);
    }
    static std::vector<std::string> create(const Publication& publication) {
        std::string text = "CREATE " + target(publication);
        if (publication.all_tables) {
            text += " FOR ALL TABLES";
        } else if (!publication.objects.empty()) {
            text += " FOR " + list(publication.objects);
        }
        return {fmt::format("{} WITH ({})", text, publication.parameters)};
    }
    static std::vector<std::string> alter(const Publication& before, const Publication& after) {
        std::vector<std::string> statements;
        if (before.objects != after.objects) {
            statements.push_back(fmt::format("ALTER {} SET {}", target(after), list(after.objects)));
        }
        if (before.parameters != after.parameters) {
            statements.push_back(fmt::format("ALTER {} SET ({})", target(after), after.parameters));
        }
        return statements;
    }
    static bool is_replaced(const Publication& before, const Publication& after) {
        return before.all_tables != after.all_tables || (!before.objects.empty() && after.objects.empty());
    }

    // What is published as a whole schema depends on the schema.
    static void add_schemas(const Publication& publication, std::vector<Reference>& references) {
        for (const std::string& object : publication.objects) {
            if (object.starts_with(schema_words)) {
                add_schema(references, {mentions(object.substr(schema_words.size())).identifiers.at(0), {}});
            }
        }
    }
    static void connect(const Publication& publication, const Differences&, DdlAction& action) {
        add_schemas(publication, action.needs);
    }
    static void disconnect(const Publication& publication, DdlAction& action) {
        add_schemas(publication, action.frees);
    }
};

}  // namespace

KindOfObject publication_kind() {
    return standard_kind<Publications>();
}

}  // namespace schemist::postgresql
