// What `schemist init` writes.

#include "config/config.hpp"

#include <fmt/format.h>

namespace schemist {

std::string default_config_text(std::string_view migrations) {
    std::string quoted;
    for (const char c : migrations) {
        quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
    return fmt::format(
        R"(# Settings of Schemist. Environment variables (in brackets) come before what stands here,
# and options of the command line before both.

# The folder of the revision files. [SCHEMIST_MIGRATIONS]
migrations = "{}"

# The databases that revisions are written for. [SCHEMIST_DIALECTS]
dialects = ["postgresql", "sqlite"]

[database]
# Better in the environment, where no password gets into git. Looked for in this order: SCHEMIST_DATABASE_URL, DIRECT_URL,
# DIRECT_DATABASE_URL, DATABASE_URL_UNPOOLED, POSTGRES_URL_NON_POOLING, DATABASE_URL, POSTGRES_URL, PGHOST_UNPOOLED, PGHOST;
# then this; then sqlite:///schemist.db.
# url = "sqlite:///schemist.db"
# How it is reached: "tcp", "websocket", or "auto": TCP, and a WebSocket when nobody answers there. [SCHEMIST_TRANSPORT]
# transport = "auto"
# Where the WebSocket is; hosts of Neon have one of their own. [SCHEMIST_WEBSOCKET_URL]
# websocket = "wss://db.example.org/v2"

[models]
# Where the desired state comes from: one of these three. A program that is built with Schemist and runs schemist::run()
# itself needs none.
# A command that prints a schema, [SCHEMIST_MODELS_COMMAND]
# command = "./build/my_models models"
# as "json" (what the C++ library prints) or "sql". [SCHEMIST_MODELS_FORMAT]
# format = "json"
# SQL files, in order. [SCHEMIST_MODELS_FILES]
# files = ["schema.sql"]
# A database whose structure is the goal. [SCHEMIST_MODELS_DATABASE]
# database = "postgresql://localhost/goal"

[objects]
# What Schemist looks at, in models, revisions and databases, by patterns as "name", "schema.name" or "kind:schema.name", with
# * and ?. Everything, or only what one of these matches, [SCHEMIST_OBJECTS_INCLUDE]
# include = ["public.*"]
# without what one of these matches. [SCHEMIST_OBJECTS_EXCLUDE]
# exclude = ["table:public.tmp_*", "tiger.*"]

[revision]
# How a new file is called: id, slug, year, month, day, hour, minute, second in braces. [SCHEMIST_REVISION_FILE_NAME]
# file_name = "{{id}}_{{slug}}"
# A file that new ones are made from: text with {{headers}} and {{sections}} in it. [SCHEMIST_REVISION_TEMPLATE]
# template = "revision.template"

[hooks]
# Commands around `schemist upgrade`; one that fails before it stops it. [SCHEMIST_BEFORE_UPGRADE, SCHEMIST_AFTER_UPGRADE]
# before_upgrade = "./backup"
# after_upgrade = "./announce"
# After a revision was written; $SCHEMIST_FILE is its path. [SCHEMIST_AFTER_REVISION]
# after_revision = "sqlfluff fix $SCHEMIST_FILE"

[journal]
# The table that records what was applied. [SCHEMIST_JOURNAL_TABLE, SCHEMIST_JOURNAL_SCHEMA]
# table = "schemist_journal"
# schema = "public"

[scratch]
# A server where throwaway databases may be made; else a private one is started. [SCHEMIST_SCRATCH_POSTGRESQL]
# postgresql = "postgresql://localhost/postgres"

[upgrade]
# How long to try to connect, 0 for one attempt. [SCHEMIST_CONNECT_DEADLINE]
# connect_deadline = "2min"
# How long to wait while another process migrates. [SCHEMIST_LOCK_WAIT]
# lock_wait = "15min"
# How long the server keeps the lock of a process that does not answer. [SCHEMIST_LOCK_LEASE]
# lock_lease = "60s"
# How long a statement may wait for a table that is in use, 0 for ever. [SCHEMIST_LOCK_TIMEOUT]
# lock_timeout = "5s"
# How often a step is tried again because of others: a table in use, a deadlock. [SCHEMIST_LOCK_RETRIES]
# lock_retries = 30
# How long a statement may run, 0 for ever. [SCHEMIST_STATEMENT_TIMEOUT]
# statement_timeout = "0s"
# How long a statement outside of a transaction may go on when the run is to stop. [SCHEMIST_STOP_GRACE]
# stop_grace = "8s"
# When the database is newer than the files: "ignore" or "error". [SCHEMIST_ON_NEWER]
# on_newer = "ignore"
)",
        quoted);
}

}  // namespace schemist
