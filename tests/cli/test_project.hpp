#pragma once
// A project folder and its database, on either backend.

#include "cli/shell.hpp"
#include "support/postgresql.hpp"

#include <schemist/connection.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace schemist::test {

class Project {
  public:
    explicit Project(DialectName dialect);
    ~Project();

    Shell& shell() { return shell_; }
    const std::string& url() const { return url_; }
    // Runs `TOOL --url URL ARGUMENTS`, which must succeed.
    Outcome tool(const std::string& name, const std::string& arguments) const;

    // For what the tests ask, past everything that Schemist knows of structure.
    Connection& connection();
    // The rows of a query, a line for each, cells parted by |.
    std::string rows(std::string_view sql);
    // All of the structure, as pg_dump or SQLite itself tells it.
    std::string dump();
    bool refuses(std::string_view sql);

  private:
    Shell shell_;
    std::optional<TestDatabase> database_;
    std::unique_ptr<Connection> connection_;
    std::string url_;
};

}  // namespace schemist::test
