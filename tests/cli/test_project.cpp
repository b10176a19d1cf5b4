#include "cli/test_project.hpp"

#include "postgresql/connection.hpp"
#include "sqlite/connection.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::test {

Project::Project(DialectName dialect) {
    if (dialect == DialectName::postgresql) {
        database_.emplace();
        url_ = database_->url();
        shell_.set("SCHEMIST_SCRATCH_POSTGRESQL", postgresql_server());
    } else {
        url_ = "sqlite:///" + (shell_.folder() / "test.db").string();
    }
    shell_.set("SCHEMIST_DIALECTS", std::string(to_string(dialect)));
}

Project::~Project() = default;

Outcome Project::tool(const std::string& name, const std::string& arguments) const {
    return shell_.require(fmt::format("{} --url '{}' {}", name, url_, arguments));
}

Connection& Project::connection() {
    if (connection_ == nullptr) {
        if (database_) {
            connection_ = database_->connect();
        } else {
            connection_ = sqlite::Connection::open((shell_.folder() / "test.db").string());
        }
    }
    return *connection_;
}

std::string Project::rows(std::string_view sql) {
    const Rows found = connection().query(sql);
    std::string text;
    for (std::size_t row = 0; row < found.size(); ++row) {
        for (std::size_t column = 0; column < found.columns.size(); ++column) {
            text += (column == 0 ? "" : "|") + found.text(row, column);
        }
        text += "\n";
    }
    return text;
}

std::string Project::dump() {
    // SQLite puts the name of a table that was renamed, as a rebuild does, in quotes.
    return database_ ? database_->dump()
                     : rows(
                           "SELECT type, name, replace(sql, '\"' || name || '\"', name) FROM sqlite_schema "
                           "ORDER BY type, name");
}

bool Project::refuses(std::string_view sql) {
    try {
        connection().run_script(sql);
    } catch (const Error&) {
        return true;
    }
    return false;
}

}  // namespace schemist::test
