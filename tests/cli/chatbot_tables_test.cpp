// The chatbot's tables come up on a fresh database as they are to be, asked of the database itself.
#include "cli/test_project.hpp"

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

namespace {

// The chatbot's own revisions, in a folder of their own.
void copy_chatbot(Project& project) {
    const std::filesystem::path chatbot = SCHEMIST_SOURCE_DIR "/chatbot";
    const std::filesystem::path copy = project.shell().folder() / "chatbot";
    std::filesystem::create_directory(copy);
    std::filesystem::copy(chatbot / "schemist.toml", copy / "schemist.toml");
    std::filesystem::copy(chatbot / "migrations", copy / "migrations");
}

Outcome chatbot_tool(const Project& project, const std::string& arguments) {
    return project.tool("chatbot-schemist -c chatbot/schemist.toml", arguments);
}

void check_that_constraints_hold(Project& project) {
    project.connection().run_script(
        "INSERT INTO conversations (id, user_id) VALUES (1, 7);"
        "INSERT INTO messages (id, conversation_id, user_id, role, content) VALUES (1, 1, 7, 'tool', 'x')");
    const auto message = [](const std::string& conversation, const std::string& user, const std::string& role,
                            const std::string& content) {
        return "INSERT INTO messages (id, conversation_id, user_id, role, content) VALUES (9, " +
               conversation + ", " + user + ", " + role + ", " + content + ")";
    };
    const std::string longest = "'" + std::string(10'000, 'x') + "'";
    CHECK_FALSE(project.refuses(
        "INSERT INTO messages (id, conversation_id, user_id, role, content) VALUES (2, 1, 7, 'system', " +
        longest + ")"));
    CHECK(project.refuses(message("1", "7", "'user'", "'y" + longest.substr(1))));
    CHECK(project.refuses(message("1", "7", "'user'", "''")));
    CHECK(project.refuses(message("1", "7", "'user'", "NULL")));
    CHECK(project.refuses(message("1", "7", "'nobody'", "'x'")));
    CHECK(project.refuses(message("1", "7", "NULL", "'x'")));
    CHECK(project.refuses(message("1", "NULL", "'user'", "'x'")));
    CHECK(project.refuses(message("NULL", "7", "'user'", "'x'")));
    CHECK(project.refuses(message("2", "7", "'user'", "'x'")));
    CHECK(project.refuses("INSERT INTO conversations (id, user_id) VALUES (9, NULL)"));
    CHECK(
        project.rows("SELECT count(*) FROM messages WHERE created_at IS NOT NULL AND updated_at IS NOT NULL "
                     "AND timestamp IS NOT NULL AND metadata_json IS NULL") == "2\n");
    project.connection().run_script("DELETE FROM conversations");
    CHECK(project.rows("SELECT count(*) FROM messages") == "0\n");
}

void check_that_it_goes_up_and_down(Project& project) {
    const std::string up = project.dump();
    CHECK(chatbot_tool(project, "upgrade head").error ==
          "nothing to do: the database is at the target already\n");
    CHECK(project.dump() == up);
    chatbot_tool(project, "downgrade base");
    const std::string down = project.dump();
    CHECK(down.find("conversations") == std::string::npos);
    CHECK(down.find("messages") == std::string::npos);
    for (int round = 0; round < 10; ++round) {
        chatbot_tool(project, "upgrade head");
        CHECK(project.dump() == up);
        chatbot_tool(project, "downgrade base");
        CHECK(project.dump() == down);
    }
    chatbot_tool(project, "upgrade head");
}

}  // namespace

TEST_CASE("the chatbot's tables on a fresh PostgreSQL database") {
    Project project(DialectName::postgresql);
    copy_chatbot(project);
    chatbot_tool(project, "upgrade head");

    CHECK(project.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
                       "ORDER BY 1") == "conversations\nexchange_keys\nmessages\nschemist_journal\n");
    CHECK(
        project.rows("SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, "
                     "is_identity FROM information_schema.columns WHERE table_name = 'conversations' "
                     "ORDER BY ordinal_position") ==
        "id|integer||NO||YES\n"
        "user_id|integer||NO||NO\n"
        "title|character varying|100|YES||NO\n"
        "created_at|timestamp with time zone||NO|now()|NO\n"
        "updated_at|timestamp with time zone||NO|now()|NO\n");
    CHECK(
        project.rows("SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, "
                     "is_identity FROM information_schema.columns WHERE table_name = 'messages' "
                     "ORDER BY ordinal_position") ==
        "id|integer||NO||YES\n"
        "conversation_id|integer||NO||NO\n"
        "user_id|integer||NO||NO\n"
        "role|character varying|20|NO||NO\n"
        "content|text||NO||NO\n"
        "timestamp|timestamp with time zone||NO|now()|NO\n"
        "metadata_json|jsonb||YES||NO\n"
        "created_at|timestamp with time zone||NO|now()|NO\n"
        "updated_at|timestamp with time zone||NO|now()|NO\n");
    CHECK(project.rows("SELECT conrelid::regclass, contype, pg_get_constraintdef(oid) FROM pg_constraint "
                       "WHERE conrelid IN ('conversations'::regclass, 'messages'::regclass) "
                       "AND contype <> 'n' ORDER BY 1, 2, 3") ==
          "conversations|p|PRIMARY KEY (id)\n"
          "messages|c|CHECK (((char_length(content) >= 1) AND (char_length(content) <= 10000)))\n"
          "messages|c|CHECK (((role)::text = ANY ((ARRAY['user'::character varying, 'assistant'::character "
          "varying, 'system'::character varying, 'tool'::character varying])::text[])))\n"
          "messages|f|FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE\n"
          "messages|p|PRIMARY KEY (id)\n");
    CHECK(project.rows("SELECT indexdef FROM pg_indexes WHERE tablename IN ('conversations', 'messages') "
                       "ORDER BY tablename, indexname") ==
          "CREATE UNIQUE INDEX conversations_pkey ON public.conversations USING btree (id)\n"
          "CREATE INDEX ix_conversations_user_id ON public.conversations USING btree (user_id)\n"
          "CREATE INDEX ix_messages_conversation_id ON public.messages USING btree (conversation_id)\n"
          "CREATE INDEX ix_messages_timestamp ON public.messages USING btree (\"timestamp\")\n"
          "CREATE INDEX ix_messages_user_id ON public.messages USING btree (user_id)\n"
          "CREATE UNIQUE INDEX messages_pkey ON public.messages USING btree (id)\n");
    check_that_constraints_hold(project);
    check_that_it_goes_up_and_down(project);
    chatbot_tool(project, "check");
}

TEST_CASE("the chatbot's tables on a fresh SQLite database") {
    Project project(DialectName::sqlite);
    copy_chatbot(project);
    chatbot_tool(project, "upgrade head");

    CHECK(project.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") ==
          "conversations\nexchange_keys\nmessages\nschemist_journal\n");
    const std::string now = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')";
    CHECK(project.rows(
              "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('conversations')") ==
          "id|INTEGER|1||1\n"
          "user_id|INTEGER|1||0\n"
          "title|VARCHAR(100)|0||0\n"
          "created_at|TIMESTAMP|1|" +
              now +
              "|0\n"
              "updated_at|TIMESTAMP|1|" +
              now + "|0\n");
    CHECK(project.rows("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('messages')") ==
          "id|INTEGER|1||1\n"
          "conversation_id|INTEGER|1||0\n"
          "user_id|INTEGER|1||0\n"
          "role|VARCHAR(20)|1||0\n"
          "content|TEXT|1||0\n"
          "timestamp|TIMESTAMP|1|" +
              now +
              "|0\n"
              "metadata_json|TEXT|0||0\n"
              "created_at|TIMESTAMP|1|" +
              now +
              "|0\n"
              "updated_at|TIMESTAMP|1|" +
              now + "|0\n");
    CHECK(project.rows("SELECT \"from\", \"table\", \"to\", on_delete, on_update "
                       "FROM pragma_foreign_key_list('messages')") ==
          "conversation_id|conversations|id|CASCADE|NO ACTION\n");
    CHECK(project.rows("SELECT count(*) FROM pragma_foreign_key_list('conversations')") == "0\n");
    CHECK(project.rows(
              "SELECT l.name, l.\"unique\", l.partial, i.name FROM pragma_index_list('conversations') l, "
              "pragma_index_info(l.name) i ORDER BY 1, i.seqno") == "ix_conversations_user_id|0|0|user_id\n");
    CHECK(project.rows("SELECT l.name, l.\"unique\", l.partial, i.name FROM pragma_index_list('messages') l, "
                       "pragma_index_info(l.name) i ORDER BY 1, i.seqno") ==
          "ix_messages_conversation_id|0|0|conversation_id\n"
          "ix_messages_timestamp|0|0|timestamp\n"
          "ix_messages_user_id|0|0|user_id\n");
    check_that_constraints_hold(project);
    check_that_it_goes_up_and_down(project);
    chatbot_tool(project, "check");
}
