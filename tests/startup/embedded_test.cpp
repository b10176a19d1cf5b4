#include "embedded_test_migrations.hpp"
#include "history/file.hpp"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

using namespace schemist;

TEST_CASE("embedded migrations are the files, byte by byte") {
    const std::span<const EmbeddedMigration> migrations = embedded::test::embedded_migrations();
    REQUIRE(migrations.size() == 2);
    CHECK(migrations[0].name == "a_awkward.sql");
    CHECK(migrations[1].name == "b_line_ends.sql");
    for (const EmbeddedMigration& migration : migrations) {
        std::ifstream stream(SCHEMIST_SOURCE_DIR "/tests/startup/migrations/" + std::string(migration.name),
                             std::ios::binary);
        std::ostringstream text;
        text << stream.rdbuf();
        CHECK(migration.text == text.str());
        CHECK(parse_revision(migration.text, std::string(migration.name)).sections.size() == 1);
    }
}
