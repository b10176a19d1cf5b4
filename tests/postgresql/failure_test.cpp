#include "postgresql/failure.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::postgresql {
namespace {

using enum FailureClass;

struct Case {
    std::string sqlstate;
    std::string message;
    FailureClass failure_class;
    std::string hint = {};  // a part of it
};

// Neon's texts as its proxy sends them, pgbouncer's as 1.18 does, libpq's as 15 does.
const std::vector<Case> connecting{
    {"", "connection to server at \"h\" (1.2.3.4), port 5432 failed: Connection refused", connect_transient,
     "server runs"},
    {"", "connection to server at \"h\", port 5432 failed: Connection reset by peer", connect_transient},
    {"", "connection to server at \"h\", port 5432 failed: Connection timed out", connect_transient,
     "port 5432 blocked?"},
    {"", "WebSocket wss://h/v2: no answer within 20 s", connect_transient, "port 443"},
    {"", "no answer within 4 seconds; WebSocket wss://h/v2: Connection refused", connect_transient,
     "port 443"},
    {"", "WebSocket wss://h/v2: answered HTTP 429 Too Many Requests", connect_transient},
    {"", "WebSocket wss://h/v2: answered HTTP 503 Service Unavailable", connect_transient},
    {"", "WebSocket wss://h/v2: answered HTTP 404 Not Found", permanent, "SCHEMIST_WEBSOCKET_URL"},
    {"",
     "no answer within 4 seconds; WebSocket wss://h/v2: certificate verify failed: certificate has expired",
     permanent, "sslrootcert"},
    {"", "no answer within 20 seconds", connect_transient, "Spaces allow 80, 443 and 8080"},
    {"", "connection to server failed: server closed the connection unexpectedly", connect_transient},
    {"", "connection to server failed: SSL connection has been closed unexpectedly", connect_transient},
    {"", "connection to server failed: SSL SYSCALL error: EOF detected", connect_transient},
    {"", "could not translate host name \"h\" to address: Temporary failure in name resolution",
     connect_transient, "host of the URL"},
    {"", "could not translate host name \"h\" to address: Name or service not known", connect_transient},
    {"", "connection to server failed: session is read-only", connect_transient, "primary"},
    {"57P03", "FATAL:  the database system is starting up", connect_transient},
    {"57P01", "FATAL:  terminating connection due to administrator command", connect_transient},
    {"57P02", "FATAL:  terminating connection because of crash of another server process", connect_transient},
    {"53300", "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
     connect_transient, "others"},
    {"53300", "FATAL:  sorry, too many clients already", connect_transient},
    {"08006", "connection failure", connect_transient},
    {"08001", "unable to establish the connection", connect_transient},
    {"08004", "the server rejected the connection", connect_transient},
    {"08P01", "FATAL:  server login has been failing, try again later (server_login_retry)",
     connect_transient, "server_login_retry"},
    {"08P01", "FATAL:  query_wait_timeout", connect_transient},
    {"08P01", "FATAL:  server conn crashed?", connect_transient},
    {"08P01", "FATAL:  no more connections allowed (max_client_conn)", connect_transient},
    {"08P01", "FATAL:  client_login_timeout (server down)", connect_transient},

    {"XX000", "ERROR:  Couldn't connect to compute node", connect_transient},
    {"XX000", "ERROR:  Control plane request failed", connect_transient},
    {"XX000",
     "ERROR:  Failed to acquire permit to connect to the database. Too many database connection attempts are "
     "currently ongoing.",
     connect_transient},
    {"XX000", "ERROR:  Too many connections attempts", connect_transient},
    {"XX000", "ERROR:  Too many connections to this endpoint. Please try again later.", connect_transient},
    {"XX000", "ERROR:  Authentication timed out", connect_transient},
    {"XX000", "ERROR:  Internal error", connect_transient},

    {"XX000",
     "ERROR:  Control plane request failed: endpoint is temporarily unavailable. Check your quotas and/or "
     "contact our support.",
     connect_ambiguous, "limits"},
    {"XX000", "ERROR:  active endpoints limit exceeded", connect_ambiguous},
    {"XX000", "ERROR:  You have exceeded the limit of concurrently active endpoints", connect_ambiguous},
    {"XX000", "ERROR:  Your account has exceeded the compute time quota.", connect_ambiguous},
    {"XX000", "ERROR:  something that nobody knows", connect_ambiguous, "log"},
    {"58P01", "FATAL:  could not open file", connect_ambiguous},

    {"XX000", "ERROR:  Control plane request failed: endpoint is disabled", permanent, "enable"},
    {"XX000", "ERROR:  Control plane request failed: endpoint cannot be found", permanent, "host"},
    {"XX000", "ERROR:  Endpoint ID is not specified. Either please upgrade the postgres client library",
     permanent, "options=endpoint%3D"},
    {"XX000", "ERROR:  The endpoint ID is not specified. Either upgrade the Postgres client library",
     permanent, "options=endpoint%3D"},
    {"XX000", "ERROR:  connection is insecure (try using `sslmode=require`)", permanent, "sslmode=require"},
    {"XX000", "ERROR:  This IP address 1.2.3.4 is not allowed to connect to this endpoint.", permanent,
     "allow this address"},
    {"XX000", "ERROR:  password authentication failed for user 'u'", permanent, "password"},
    {"XX000", "ERROR:  Inconsistent project name inferred from SNI ('a') and project option ('b').",
     permanent},
    {"XX000",
     "ERROR:  unsupported startup parameter: options. Please use unpooled connection or remove this "
     "parameter from the startup package.",
     permanent, "options="},
    {"08P01", "FATAL:  unsupported startup parameter: options", permanent, "options="},
    {"08P01", "FATAL:  unsupported startup parameter in options: search_path", permanent, "options="},
    {"08P01", "FATAL:  database \"x\" does not exist", permanent, "name at the end of the URL"},
    {"08P01", "FATAL:  no such database: x", permanent},
    {"08P01", "FATAL:  no such user: x", permanent},
    {"08P01", "FATAL:  password authentication failed", permanent},
    {"08P01", "FATAL:  SASL authentication failed", permanent},
    {"08P01", "FATAL:  SSL required", permanent, "sslmode=require"},
    {"28P01", "FATAL:  password authentication failed for user \"u\"", permanent, "percent-encoded"},
    {"28000", "FATAL:  role \"u\" does not exist", permanent, "pg_hba.conf"},
    {"28000", "FATAL:  no pg_hba.conf entry for host \"h\", user \"u\", database \"d\", no encryption",
     permanent, "sslmode=require"},
    {"3D000", "FATAL:  database \"x\" does not exist", permanent, "create the database"},
    {"42501", "FATAL:  permission denied for database \"x\"", permanent, "GRANT CONNECT"},
    {"42704", "FATAL:  unrecognized configuration parameter \"x\"", permanent},
    {"55000", "FATAL:  database \"x\" is not currently accepting connections", permanent},
    {"", "connection to server failed: SSL error: certificate verify failed", permanent, "sslrootcert"},
    {"", "connection to server failed: root certificate file \"system\" does not exist", permanent,
     "sslrootcert"},
    {"", "connection to server failed: server certificate for \"a\" does not match host name \"b\"",
     permanent, "host name"},
    {"", "connection to server failed: SSL error: tlsv1 alert unknown ca", permanent, "sslcert"},
    {"", "private key file \"k\" has group or world access", permanent, "sslkey"},
    {"",
     "channel binding is required, but server did not offer an authentication method that supports channel "
     "binding",
     permanent, "channel_binding"},
    {"", "channel binding required, but SSL not in use", permanent, "TLS"},
    {"", "connection to server failed: server does not support SSL, but SSL was required", permanent,
     "sslmode"},
    {"", "connection to server failed: fe_sendauth: no password supplied", permanent, "PGPASSWORD"},
    {"", "connection to server failed: received invalid response to SSL negotiation: H", permanent,
     "no PostgreSQL server"},
    {"", "invalid sslmode value: \"x\"", permanent, "parameter"},
    {"", "could not match 2 port numbers to 1 hosts", permanent},
};

// What a statement ends with, and whether the connection still lives.
struct Lost {
    std::string sqlstate;
    bool alive;
    FailureClass failure_class;
};

const std::vector<Lost> running{
    {"40P01", true, retry_step},       {"40001", true, retry_step},       {"55P03", true, retry_step},
    {"57014", true, statement},        {"42601", true, statement},        {"42501", true, statement},
    {"23505", true, statement},        {"22003", true, statement},        {"0A000", true, statement},
    {"25001", true, statement},        {"53100", true, statement},        {"XX000", true, statement},
    {"57P01", true, connection_lost},  {"57P02", true, connection_lost},  {"57P03", true, connection_lost},
    {"57P05", true, connection_lost},  {"25P03", true, connection_lost},  {"25P04", true, connection_lost},
    {"08P01", true, connection_lost},  {"08006", true, connection_lost},  {"", false, connection_lost},
    {"57P01", false, connection_lost}, {"53200", false, connection_lost}, {"XX000", false, connection_lost},
};

std::string small(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

TEST_CASE("every way not to be connected has its class, and says what to do next") {
    for (const Case& c : connecting) {
        CAPTURE(c.sqlstate);
        CAPTURE(c.message);
        const Error error = connect_failure(c.message, c.sqlstate);
        CHECK(classify(error) == c.failure_class);
        CHECK(error.sqlstate() == c.sqlstate);
        CHECK(error.exit_code() ==
              (c.failure_class == permanent ? ExitCode::configuration : ExitCode::unreachable));
        CHECK_FALSE(error.hint().empty());
        CHECK(error.hint().find(c.hint) != std::string::npos);
        CHECK(error.state() == "nothing was changed");
    }
}

TEST_CASE("no rule stands behind one that takes all of its failures") {
    for (const ConnectRule& rule : connect_rules()) {
        CAPTURE(rule.sqlstate);
        CAPTURE(rule.text);
        const std::string sqlstate = rule.sqlstate == "*" ? "99999"
                                     : rule.sqlstate.empty()
                                         ? ""
                                         : std::string(rule.sqlstate).append("000").substr(0, 5);
        const Error error = connect_failure(rule.text, sqlstate);
        CHECK(error.hint() == rule.hint);
        CHECK(classify(error) == rule.failure_class);
        CHECK(small(std::string(rule.text)) == rule.text);
    }
}

TEST_CASE("a statement is told apart from a lost connection and from what others caused") {
    for (const Lost& c : running) {
        CAPTURE(c.sqlstate);
        CAPTURE(c.alive);
        Error error("what the server said");
        error.sqlstate(c.sqlstate);
        if (!c.alive) {
            error.exit_code(ExitCode::unreachable);
        }
        CHECK(classify(error) == c.failure_class);
    }
    Error wrong("a URL that nobody understands");
    CHECK(classify(wrong.exit_code(ExitCode::configuration)) == permanent);
    CHECK(classify(stopped_while_connecting()) == permanent);
}

TEST_CASE("a verbose message gives its SQLSTATE and its text") {
    const VerboseMessage one = read_verbose(
        "connection to server at \"h\", port 1 failed: FATAL:  28P01: password authentication failed\n"
        "LOCATION:  auth_failed, auth.c:326\n");
    CHECK(one.sqlstate == "28P01");
    CHECK(one.text == "connection to server at \"h\", port 1 failed: FATAL:  password authentication failed");
    const VerboseMessage two = read_verbose(
        "connection to server at \"a\" failed: FATAL:  57P03: starting up\nLOCATION:  x\n"
        "connection to server at \"b\" failed: Connection refused\n\tIs the server running?\n");
    CHECK(two.sqlstate == "57P03");
    CHECK(two.text ==
          "connection to server at \"a\" failed: FATAL:  starting up\n"
          "connection to server at \"b\" failed: Connection refused\n\tIs the server running?");
    for (const char* text : {"", "no state:  abcde: x", "x:  28P0", "x:  28P01", "x:  28P011: y"}) {
        CHECK(read_verbose(text).sqlstate.empty());
        CHECK(read_verbose(text).text == text);
    }
}

TEST_CASE("why an attempt failed is told in one line") {
    CHECK(reason_of(connect_failure("server at \"h\" failed: Connection refused\n\tIs the server running?\n"
                                    "server at \"i\" failed: timeout\n\tof the WebSocket: it was cut",
                                    "")) ==
          "server at \"h\" failed: Connection refused server at \"i\" failed: timeout of the WebSocket: it "
          "was cut");
    CHECK(reason_of(connect_failure("FATAL:  starting up", "57P03")) ==
          "FATAL: starting up (SQLSTATE 57P03)");
    CHECK(reason_of(Error("something else")) == "something else");
}

TEST_CASE("docs/retries.md names every text by which a failure is told apart") {
    std::ifstream file(SCHEMIST_SOURCE_DIR "/docs/retries.md");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string document = small(text.str());
    for (const ConnectRule& rule : connect_rules()) {
        if (!rule.text.empty()) {
            CAPTURE(rule.text);
            CHECK(document.find(rule.text) != std::string::npos);
        }
    }
}

}  // namespace
}  // namespace schemist::postgresql
