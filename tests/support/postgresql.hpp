#pragma once
// A database of its own on the PostgreSQL server that tests/with-postgresql starts.

#include <schemist/connection.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace schemist::postgresql {
class Connection;
}

namespace schemist::test {

// The URL of the test server's superuser. Throws Error when SCHEMIST_TEST_POSTGRESQL is not set.
std::string postgresql_server();

// Made empty, with a name of its own; dropped when it goes, also while others are still connected.
class TestDatabase {
  public:
    // `script` is run in it.
    explicit TestDatabase(std::string_view script = {});
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    ~TestDatabase();

    const std::string& name() const { return name_; }
    std::string url() const;
    postgresql::Connection& connection();
    // A further connection.
    std::unique_ptr<postgresql::Connection> connect() const;
    // What pg_dump --schema-only prints, without comments, settings and empty lines.
    std::string dump() const;

  private:
    std::string name_;
    std::unique_ptr<postgresql::Connection> connection_;
};

}  // namespace schemist::test
