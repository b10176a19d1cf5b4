#include "config/url.hpp"

#include "config/connect.hpp"
#include "schema/dialect.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <map>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

EnvironmentVariables variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

struct Case {
    std::string url;
    std::string masked;
    std::string conninfo;
};

const std::vector<Case> postgresql_urls{
    {"postgresql://u:p@h:5433/d", "postgresql://u:***@h:5433/d",
     "host='h' port='5433' user='u' password='p' dbname='d'"},
    {"postgres://h/d", "postgresql://h/d", "host='h' dbname='d'"},
    {"postgresql+psycopg2://u:p@h/d", "postgresql://u:***@h/d", "host='h' user='u' password='p' dbname='d'"},
    {"POSTGRESQL+asyncpg://h/d?ssl=require", "postgresql://h/d", "host='h' dbname='d' sslmode='require'"},
    {" \"postgresql://h/d\"\n", "postgresql://h/d", "host='h' dbname='d'"},
    {"postgresql://", "postgresql:///", ""},
    {"postgresql:///d", "postgresql:///d", "dbname='d'"},
    {"postgresql://u%40x:p%2Fq%27%5C@h/d%20e", "postgresql://u@x:***@h/d e",
     "host='h' user='u@x' password='p/q\\'\\\\' dbname='d e'"},
    {"postgresql://u:a@b@h/d", "postgresql://u:***@h/d", "host='h' user='u' password='a@b' dbname='d'"},
    {"postgresql://u:a:b@h/d", "postgresql://u:***@h/d", "host='h' user='u' password='a:b' dbname='d'"},
    {"postgresql://a:1,b:2/d", "postgresql://a:1,b:2/d", "host='a,b' port='1,2' dbname='d'"},
    {"postgresql://[::1]:5432/d", "postgresql://[::1]:5432/d", "host='::1' port='5432' dbname='d'"},
    {"postgresql://u@/d?host=/tmp/x", "postgresql://u@/d?host=/tmp/x", "host='/tmp/x' user='u' dbname='d'"},
    {"postgresql://%2Ftmp%2Fx/d", "postgresql:///d?host=/tmp/x", "host='/tmp/x' dbname='d'"},
    {"postgresql://h/d?user=u&password=secret&sslmode=verify-full", "postgresql://u:***@h/d",
     "host='h' user='u' password='secret' dbname='d' sslmode='verify-full'"},
    {"postgresql://h/d?pgbouncer=true&connection_limit=1&sslmode=no-verify&schema=x", "postgresql://h/d",
     "host='h' dbname='d' sslmode='require'"},
    {"postgresql://u:p@x.eu.neon.tech/d", "postgresql://u:***@x.eu.neon.tech/d",
     "host='x.eu.neon.tech' user='u' password='p' dbname='d' sslmode='require'"},
};

const std::vector<Case> sqlite_urls{
    {"sqlite:///a/b.db", "sqlite:///a/b.db", "a/b.db"},
    {"sqlite:////a/b.db", "sqlite:////a/b.db", "/a/b.db"},
    {"sqlite+aiosqlite:///my%20file.db", "sqlite:///my file.db", "my file.db"},
    {"sqlite://", "sqlite://", ":memory:"},
    {"sqlite:///:memory:", "sqlite://", ":memory:"},
    {"sqlite:b.db", "sqlite:///b.db", "b.db"},
    {"sqlite:///b.db?timeout=3", "sqlite:///b.db", "b.db"},
};

}  // namespace

TEST_CASE("URLs of PostgreSQL") {
    for (const Case& c : postgresql_urls) {
        CAPTURE(c.url);
        const Url url = parse_url(c.url);
        CHECK(url.dialect == DialectName::postgresql);
        CHECK(url.masked() == c.masked);
        CHECK(url.conninfo() == c.conninfo);
    }
    const Url url = parse_url("postgresql://h/d?pgbouncer=true&pool_timeout=3", "DATABASE_URL");
    REQUIRE(url.notes.size() == 1);
    CHECK(url.notes[0] == "left out of DATABASE_URL, as libpq does not know it: pgbouncer, pool_timeout");
}

TEST_CASE("URLs of SQLite") {
    for (const Case& c : sqlite_urls) {
        CAPTURE(c.url);
        const Url url = parse_url(c.url);
        CHECK(url.dialect == DialectName::sqlite);
        CHECK(url.masked() == c.masked);
        CHECK(url.database == c.conninfo);
    }
}

TEST_CASE("a URL that is wrong is never shown") {
    for (const std::string text :
         {"", "secret", "mysql://u:secret@h/d", "postgresql:secret", "postgresql://u:secret/x@h/d",
          "postgresql://u:secret?x@h/d", "postgresql://u:sec%zzret@h/d", "postgresql://u:secret%@h/d",
          "postgresql://u@h:secret/d", "postgresql://[::1/secret", "sqlite://secret/d",
          "postgresql://u:secret%00@h/d"}) {
        CAPTURE(text);
        try {
            parse_url(text, "DATABASE_URL");
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.exit_code() == ExitCode::configuration);
            CHECK(error.where() == "DATABASE_URL");
            CHECK(std::string(error.what()).find("secret") == std::string::npos);
        }
    }
}

TEST_CASE("the first that names a database wins, and its name is kept") {
    std::map<std::string, std::string> all;
    Config config;
    CHECK(resolve_url({}, config, variables(all)).masked() == "sqlite:///schemist.db");
    config.path = "x/schemist.toml";
    config.database_url = "sqlite:///file.db";
    CHECK(resolve_url({}, config, variables(all)).source == "x/schemist.toml");
    // From the weakest to the strongest.
    for (const char* name :
         {"PGHOST", "PGHOST_UNPOOLED", "POSTGRES_URL", "DATABASE_URL", "POSTGRES_URL_NON_POOLING",
          "DATABASE_URL_UNPOOLED", "DIRECT_DATABASE_URL", "DIRECT_URL", "SCHEMIST_DATABASE_URL"}) {
        const bool is_host = std::string_view(name).starts_with("PGHOST");
        all[name] = is_host ? "h" : "postgresql://u:p@h/d";
        CHECK(resolve_url({}, config, variables(all)).source == name);
    }
    const Url given = resolve_url("sqlite:///given.db", config, variables(all));
    CHECK(given.source == "--url");
    CHECK(given.database == "given.db");
    const Url host = resolve_url(
        {}, Config{}, variables({{"PGHOST", "h"}, {"PGPORT", "1"}, {"PGUSER", "u"}, {"PGPASSWORD", "x"}}));
    CHECK(host.masked() == "postgresql://u@h:1/");
    CHECK(host.conninfo() == "host='h' port='1' user='u'");
}

TEST_CASE("migrations go past Neon's pooler") {
    const Url pooled = parse_url("postgresql://u:p@ep-cool-rain-123-pooler.eu-central-1.aws.neon.tech/d");
    const Url direct = for_migrations(pooled, variables({}));
    CHECK(direct.host == "ep-cool-rain-123.eu-central-1.aws.neon.tech");
    CHECK(direct.notes.size() == 1);
    CHECK(for_migrations(pooled, variables({{"SCHEMIST_KEEP_POOLER", "1"}})).host == pooled.host);
    const Url other = parse_url("postgresql://u:p@db-pooler.example.com/d");
    CHECK(for_migrations(other, variables({})).host == other.host);
    const Url already = parse_url("postgresql://u:p@ep-cool-rain-123.eu-central-1.aws.neon.tech/d");
    CHECK(for_migrations(already, variables({})).notes.empty());
}

TEST_CASE("the authorities of the system are named where libpq does not know them") {
    const SystemAuthorities old{false, "/bundle", false};
    const auto conninfo = [](const std::string& parameters, const SystemAuthorities& authorities) {
        return with_authorities(parse_url("postgresql://x.neon.tech/d" + parameters), authorities).conninfo();
    };
    const std::string before = "host='x.neon.tech' dbname='d'";
    CHECK(conninfo("?sslmode=verify-full", old) == before + " sslmode='verify-full' sslrootcert='/bundle'");
    CHECK(conninfo("?sslrootcert=system", old) == before + " sslrootcert='/bundle' sslmode='verify-full'");
    CHECK(conninfo("?sslrootcert=mine&sslmode=verify-ca", old) ==
          before + " sslrootcert='mine' sslmode='verify-ca'");
    CHECK(conninfo("", old) == before + " sslmode='require'");
    CHECK(conninfo("?sslmode=verify-full", {true, "/bundle", false}) == before + " sslmode='verify-full'");
    CHECK(conninfo("?sslrootcert=system", {true, "/bundle", false}) == before + " sslrootcert='system'");
    CHECK(conninfo("?sslmode=verify-full", {false, "", false}) == before + " sslmode='verify-full'");
    CHECK(conninfo("?sslmode=verify-full", {false, "/bundle", true}) == before + " sslmode='verify-full'");
    const Url elsewhere = parse_url("postgresql://db.example.com/d?sslmode=verify-full");
    CHECK(with_authorities(elsewhere, old).conninfo() == elsewhere.conninfo());
}

TEST_CASE("sqlite: a URL becomes a connection") {
    const Url url = parse_url("sqlite://");
    CHECK(dialect_of(url).name() == DialectName::sqlite);
    CHECK(connect(url, ConnectionPurpose::migration)->query("PRAGMA foreign_keys").integer(0, 0) == 0);
    CHECK(connect(url, ConnectionPurpose::application)->query("PRAGMA foreign_keys").integer(0, 0) == 1);
}

TEST_CASE("postgresql: a URL becomes a connection") {
    const Url url = parse_url(test::postgresql_server());
    CHECK(dialect_of(url).name() == DialectName::postgresql);
    CHECK(connect(url, ConnectionPurpose::migration)->query("SELECT 1").integer(0, 0) == 1);
}

TEST_CASE("the endpoint of a host of Neon's, named in the startup options") {
    const auto options = [](const char* text) {
        for (const auto& [name, value] : with_endpoint(parse_url(text)).parameters) {
            if (name == "options") {
                return value;
            }
        }
        return std::string();
    };
    CHECK(options("postgresql://u@ep-a-1.eu.aws.neon.tech/db") == "endpoint=ep-a-1");
    CHECK(options("postgresql://u@ep-a-1-pooler.eu.aws.neon.tech/db") == "endpoint=ep-a-1");
    CHECK(options("postgresql://u@ep-a-1.eu.aws.neon.tech/db?options=-c%20a%3Db") ==
          "-c a=b endpoint=ep-a-1");
    CHECK(options("postgresql://u@ep-a-1.eu.aws.neon.tech/db?options=endpoint%3Dother") == "endpoint=other");
    CHECK(options("postgresql://u@ep-a-1.eu.aws.neon.tech/db?options=project%3Dp") == "project=p");
    CHECK(options("postgresql://u@db.example.org/db") == "");
}
