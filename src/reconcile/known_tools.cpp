#include "reconcile/known_tools.hpp"

#include "schema/text.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace schemist {
namespace {

// PostgreSQL prints t, SQLite keeps what it was given.
bool is_true(const Rows& rows, std::size_t row, std::size_t column) {
    const Value& value = rows.rows[row][column];
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return *number != 0;
    }
    const std::string text = to_lower(rows.text(row, column));
    return text == "t" || text == "true" || text == "1";
}

bool is_null_at(const Rows& rows, std::size_t row, std::size_t column) {
    return is_null(rows.rows[row][column]);
}

void add(OtherTool& tool, std::string version, std::vector<std::string> names = {}, std::string group = {}) {
    names.insert(names.begin(), version);
    tool.applied.push_back({std::move(version), std::move(names), std::move(group)});
}

void remove(OtherTool& tool, const std::string& version) {
    std::erase_if(tool.applied, [&](const OtherEntry& entry) { return entry.version == version; });
}

void read_versions(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        add(tool, rows.text(row, 0));
    }
}

void read_flyway(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string version = rows.text(row, 0);
        const std::string type = rows.text(row, 3);
        const std::string script = rows.text(row, 2);
        if (!is_true(rows, row, 4)) {
            tool.trouble = fmt::format("the migration {} has failed", script);
        } else if (is_null_at(rows, row, 0)) {
            continue;  // a repeatable migration, or the creation of a schema
        } else if (type.starts_with("UNDO") || type == "DELETE") {
            remove(tool, version);
        } else {
            remove(tool, version);
            add(tool, version, {rows.text(row, 1), without_extension(script)});
        }
    }
}

void read_liquibase(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string id = rows.text(row, 0);
        const std::string whole = fmt::format("{}::{}::{}", rows.text(row, 2), id, rows.text(row, 1));
        if (rows.text(row, 3) == "FAILED") {
            tool.trouble = fmt::format("the change set {} has failed", whole);
        } else {
            add(tool, id, {whole});
        }
    }
}

void read_golang_migrate(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (is_true(rows, row, 1)) {
            tool.trouble = fmt::format("version {} is dirty", rows.text(row, 0));
        } else {
            add(tool, rows.text(row, 0));
        }
    }
}

// The latest row of a version says whether it is applied; version 0 is none.
void read_goose(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string version = rows.text(row, 0);
        remove(tool, version);
        if (is_true(rows, row, 1) && version != "0") {
            add(tool, version);
        }
    }
}

void read_prisma(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string name = rows.text(row, 0);
        if (!is_null_at(rows, row, 2)) {
            continue;  // rolled back
        }
        if (is_null_at(rows, row, 1)) {
            tool.trouble = fmt::format("the migration {} has failed or is running", name);
        } else {
            const std::size_t words = name.find('_');
            add(tool, name, {name.substr(0, words)});
        }
    }
}

void read_django(const Rows& rows, OtherTool& tool) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string application = rows.text(row, 0);
        const std::string name = rows.text(row, 1);
        add(tool, application + "." + name, {application + "_" + name, name}, application);
    }
}

}  // namespace

// golang-migrate, dbmate and Rails call their tables alike; the one with the most telling columns comes first.
const std::vector<KnownTool>& known_tools() {
    static const std::vector<KnownTool> tools{
        {"alembic",
         "Alembic",
         "alembic_version",
         {"version_num"},
         "SELECT version_num FROM {} ORDER BY version_num",
         read_versions,
         true},
        {"flyway",
         "Flyway",
         "flyway_schema_history",
         {"installed_rank", "version", "description", "type", "script", "success"},
         "SELECT version, description, script, type, success FROM {} ORDER BY installed_rank",
         read_flyway},
        {"liquibase",
         "Liquibase",
         "databasechangelog",
         {"id", "author", "filename", "orderexecuted", "exectype"},
         "SELECT id, author, filename, exectype FROM {} ORDER BY orderexecuted",
         read_liquibase,
         false,
         "databasechangeloglock"},
        {"golang-migrate",
         "golang-migrate",
         "schema_migrations",
         {"version", "dirty"},
         "SELECT version, dirty FROM {} ORDER BY version",
         read_golang_migrate,
         true},
        {"rails",
         "Rails",
         "schema_migrations",
         {"version"},
         "SELECT version FROM {} ORDER BY version",
         read_versions,
         false,
         "ar_internal_metadata"},
        {"dbmate",
         "dbmate",
         "schema_migrations",
         {"version"},
         "SELECT version FROM {} ORDER BY version",
         read_versions},
        {"goose",
         "goose",
         "goose_db_version",
         {"id", "version_id", "is_applied", "tstamp"},
         "SELECT version_id, is_applied FROM {} ORDER BY id",
         read_goose},
        {"prisma",
         "Prisma",
         "_prisma_migrations",
         {"id", "checksum", "finished_at", "migration_name", "rolled_back_at", "started_at"},
         "SELECT migration_name, finished_at, rolled_back_at FROM {} ORDER BY started_at, migration_name",
         read_prisma},
        {"django",
         "Django",
         "django_migrations",
         {"app", "name", "applied"},
         "SELECT app, name FROM {} ORDER BY id",
         read_django},
    };
    return tools;
}

std::string without_extension(const std::string& path) {
    return std::filesystem::path(path).stem().string();
}

}  // namespace schemist
