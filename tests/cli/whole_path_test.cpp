// From models to tables, and on to the next models, with the rows of users in between.
#include "cli/test_project.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using namespace schemist::test;

namespace {

namespace files = std::filesystem;

const char* const some_rows =
    "INSERT INTO conversations (id, user_id, title, state, created_at) VALUES"
    " (1, 7, 'first', 'open', '2026-01-02T03:04:05Z'), (2, 8, NULL, 'closed', '2026-01-02T03:04:06Z');"
    "INSERT INTO messages (id, conversation_id, role, content, metadata_json) VALUES"
    " (1, 1, 'user', 'How are you?', '{\"a\": 1}'), (2, 1, 'assistant', 'It''s \"fine\"', NULL),"
    " (3, 2, 'user', 'ÄÖÜ 漢字', NULL)";

std::string conversations(Project& project) {
    return project.rows("SELECT id, user_id, title, state, created_at FROM conversations ORDER BY id");
}

std::string messages(Project& project, const std::string& content) {
    return project.rows(fmt::format(
        "SELECT id, conversation_id, role, {}, metadata_json FROM messages ORDER BY id", content));
}

void first_revision(Project& project) {
    files::create_directory(project.shell().folder() / "migrations");
    project.tool("models_v1_tool", "revision --autogenerate -m 'first tables' --rev-id a1");
}

void evolve(Project& project) {
    first_revision(project);
    project.tool("models_v1_tool", "upgrade head");
    project.tool("models_v1_tool", "check");
    project.connection().run_script(some_rows);
    const std::string old_conversations = conversations(project);
    const std::string old_messages = messages(project, "content");
    const std::string old_structure = project.dump();
    REQUIRE(old_conversations.size() > 20);
    REQUIRE(old_messages.find("漢字") != std::string::npos);

    const Outcome made = project.tool("models_v2_tool", "revision --autogenerate -m second --rev-id b2");
    CHECK(made.error.find("rename column messages.content to body") != std::string::npos);
    CHECK(made.error.find("drop column") == std::string::npos);
    CHECK(made.error.find("drop table") == std::string::npos);
    project.tool("models_v2_tool", "upgrade head");
    const std::string new_structure = project.dump();
    CHECK(conversations(project) == old_conversations);
    CHECK(messages(project, "body") == old_messages);
    CHECK(project.rows("SELECT count(*) FROM conversations WHERE NOT pinned") == "2\n");
    CHECK(project.rows("SELECT count(*) FROM messages WHERE token_count IS NULL") == "3\n");

    // The new name stays declared with its old one.
    CHECK(project.tool("models_v2_tool", "revision --autogenerate -m third").error.find("nothing changed") ==
          0);
    project.tool("models_v2_tool", "check");

    project.tool("models_v2_tool", "downgrade -1");
    CHECK(project.dump() == old_structure);
    CHECK(conversations(project) == old_conversations);
    CHECK(messages(project, "content") == old_messages);

    project.tool("models_v2_tool", "upgrade head");
    CHECK(project.dump() == new_structure);
    CHECK(conversations(project) == old_conversations);
    CHECK(messages(project, "body") == old_messages);

    project.connection().run_script(
        "UPDATE conversations SET user_id = 5000000000, state = 'archived', pinned = true WHERE id = 2;"
        "INSERT INTO messages (id, conversation_id, role, body, token_count) VALUES (4, 2, 'tool', 'x', 3)");
    CHECK(
        project.refuses("INSERT INTO messages (id, conversation_id, role, body) VALUES (5, 2, 'tool', '')"));
    CHECK(project.refuses(
        "INSERT INTO messages (id, conversation_id, role, body) VALUES (5, 2, 'nobody', 'x')"));
    CHECK(project.refuses("UPDATE conversations SET state = 'nothing'"));
    CHECK(
        project.refuses("INSERT INTO messages (id, conversation_id, role, body) VALUES (5, 3, 'user', 'x')"));
    CHECK(project.rows("SELECT id FROM messages WHERE token_count = 3") == "4\n");
}

// A second project over the same models gives the same files.
std::string without_date(const std::string& text) {
    const std::size_t begin = text.find("-- created:");
    return text.substr(0, begin) + text.substr(text.find('\n', begin));
}

void check_that_files_are_the_same(DialectName dialect) {
    std::string revisions[2];
    std::string schemas[2];
    for (int i = 0; i < 2; ++i) {
        Project project(dialect);
        first_revision(project);
        project.tool("models_v2_tool", "revision --autogenerate -m second --rev-id b2");
        revisions[i] = without_date(project.shell().read("migrations/a1_first_tables.sql")) +
                       without_date(project.shell().read("migrations/b2_second.sql"));
        schemas[i] = project.shell().read(fmt::format("migrations/schema.{}.sql", to_string(dialect)));
    }
    CHECK(revisions[0] == revisions[1]);
    CHECK(schemas[0] == schemas[1]);
    CHECK(schemas[0].find("token_count") != std::string::npos);
}

}  // namespace

TEST_CASE("models change and rows stay, on SQLite") {
    Project project(DialectName::sqlite);
    evolve(project);
}

TEST_CASE("models change and rows stay, on PostgreSQL") {
    Project project(DialectName::postgresql);
    evolve(project);
}

TEST_CASE("the same models give the same files, byte for byte but id and date") {
    check_that_files_are_the_same(DialectName::sqlite);
    check_that_files_are_the_same(DialectName::postgresql);
}
