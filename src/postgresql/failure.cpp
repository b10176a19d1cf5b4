#include "postgresql/failure.hpp"

#include "schema/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

using enum FailureClass;

constexpr std::string_view no_sqlstate;
constexpr std::string_view neon = "XX000";  // its proxy gives every error of its own this one
constexpr std::string_view pgbouncer = "08P01";

constexpr std::string_view no_endpoint = "endpoint id is not specified";

constexpr std::string_view wait_hint = "try again; allow more time with SCHEMIST_CONNECT_DEADLINE";
constexpr std::string_view password_hint =
    "check user and password of the URL, or PGPASSWORD; special characters are percent-encoded (@ is %40)";
constexpr std::string_view database_hint = "check the name at the end of the URL, or create the database";
constexpr std::string_view quota_hint =
    "look at the project's limits and its state in Neon's console; if it is under maintenance, try again";
constexpr std::string_view crowd_hint =
    "wait until others have closed their connections, or allow the server more of them";
constexpr std::string_view tls_required_hint = "add sslmode=require to the URL";
constexpr std::string_view certificate_hint =
    "let sslrootcert name the file with the certificate of the server's authority "
    "(/etc/ssl/certs/ca-certificates.crt for public ones), and use the host name that the certificate names";
constexpr std::string_view own_certificate_hint =
    "check sslcert and sslkey of the URL; the key must be readable for its owner only";
constexpr std::string_view channel_binding_hint =
    "remove channel_binding=require from the URL: a pooler in between cannot offer it; or connect directly, "
    "with TLS";
constexpr std::string_view startup_parameter_hint =
    "remove options= from the URL, or connect directly, without the pooler";
constexpr std::string_view address_hint =
    "allow this address in the settings of the Neon project (IP allow list)";
constexpr std::string_view blocked_hint =
    "is the server asleep, or outbound port 5432 blocked? Hugging Face Spaces allow 80, 443 and 8080";
constexpr std::string_view running_hint = "check that the server runs, and host and port of the URL";
constexpr std::string_view websocket_hint =
    "check that port 443 of this host can be reached from here; SCHEMIST_TRANSPORT=tcp does without a "
    "WebSocket";
constexpr std::string_view no_websocket_hint =
    "what answers there takes no WebSocket for PostgreSQL: check the host of the URL, or "
    "SCHEMIST_WEBSOCKET_URL";
constexpr std::string_view host_hint = "check the host of the URL";

// From the particular to the general: a proxy's text of a permanent failure may also have a part that looks transient.
constexpr std::array rules{
    ConnectRule{"*", "unsupported startup parameter", permanent, startup_parameter_hint},

    ConnectRule{neon, "endpoint is disabled", permanent, "enable the endpoint in Neon's console"},
    ConnectRule{neon, "endpoint cannot be found", permanent,
                "check the host of the URL against Neon's console"},
    ConnectRule{neon, no_endpoint, permanent,
                "add options=endpoint%3D<endpoint id> to the URL; the id is the first part of the host name"},
    ConnectRule{neon, "connection is insecure", permanent, tls_required_hint},
    ConnectRule{neon, "not allowed to connect to this endpoint", permanent, address_hint},
    ConnectRule{neon, "blocked network", permanent, address_hint},
    ConnectRule{neon, "password authentication failed", permanent, password_hint},
    ConnectRule{neon, "inconsistent project name", permanent,
                "remove options=endpoint%3D... or project%3D... from the URL, or let it name the endpoint of "
                "the host"},
    ConnectRule{neon, "temporarily unavailable", connect_ambiguous, quota_hint},
    ConnectRule{neon, "active endpoints limit exceeded", connect_ambiguous, quota_hint},
    ConnectRule{neon, "limit of concurrently active endpoints", connect_ambiguous, quota_hint},
    ConnectRule{neon, "quota", connect_ambiguous, quota_hint},
    ConnectRule{neon, "couldn't connect to compute node", connect_transient, wait_hint},
    ConnectRule{neon, "control plane request failed", connect_transient, wait_hint},
    ConnectRule{neon, "failed to acquire permit to connect to the database", connect_transient, crowd_hint},
    ConnectRule{neon, "too many connections attempts", connect_transient, crowd_hint},
    ConnectRule{neon, "too many connections to this endpoint", connect_transient, crowd_hint},
    ConnectRule{neon, "authentication timed out", connect_transient, wait_hint},
    ConnectRule{neon, "internal error", connect_transient, wait_hint},

    ConnectRule{pgbouncer, "does not exist", permanent, database_hint},
    ConnectRule{pgbouncer, "no such database", permanent, database_hint},
    ConnectRule{pgbouncer, "no such user", permanent, password_hint},
    ConnectRule{pgbouncer, "authentication failed", permanent, password_hint},
    ConnectRule{pgbouncer, "ssl required", permanent, tls_required_hint},
    ConnectRule{pgbouncer, "tls connection required", permanent, tls_required_hint},
    ConnectRule{pgbouncer, "server login has been failing", connect_transient,
                "check that the server behind the pooler runs; the pooler tries again by itself "
                "(server_login_retry)"},
    ConnectRule{pgbouncer, "query_wait_timeout", connect_transient, crowd_hint},
    ConnectRule{pgbouncer, "server conn crashed", connect_transient, running_hint},
    ConnectRule{pgbouncer, "no more connections allowed", connect_transient, crowd_hint},

    ConnectRule{"28P01", "", permanent, password_hint},
    ConnectRule{"28", "no encryption", permanent,
                "add sslmode=require to the URL, or let pg_hba.conf of the server admit this user from here"},
    ConnectRule{"28", "", permanent,
                "check the user of the URL, and that pg_hba.conf of the server admits it from here"},
    ConnectRule{"3D000", "", permanent, database_hint},
    ConnectRule{"42501", "", permanent, "give the user the right to connect (GRANT CONNECT ON DATABASE)"},
    ConnectRule{"53", "", connect_transient, crowd_hint},
    ConnectRule{"57P04", "", permanent, database_hint},
    ConnectRule{"57", "", connect_transient, wait_hint},
    ConnectRule{"08", "", connect_transient, running_hint},
    ConnectRule{"58", "", connect_ambiguous, "look at the log of the server"},
    ConnectRule{"XX", "", connect_ambiguous, "look at the log of the server"},

    ConnectRule{no_sqlstate, "answered http 429", connect_transient, crowd_hint},
    ConnectRule{no_sqlstate, "answered http 5", connect_transient, wait_hint},
    ConnectRule{no_sqlstate, "answered http ", permanent, no_websocket_hint},
    ConnectRule{no_sqlstate, "channel binding", permanent, channel_binding_hint},
    ConnectRule{no_sqlstate, "scram-sha-256-plus authentication over a non-ssl connection", permanent,
                tls_required_hint},
    ConnectRule{
        no_sqlstate, "does not support ssl", permanent,
        "use the server's TLS port, turn TLS on there, or remove sslmode from the URL where the way is safe"},
    ConnectRule{no_sqlstate, "private key", permanent, own_certificate_hint},
    ConnectRule{no_sqlstate, "could not read certificate file", permanent, own_certificate_hint},
    ConnectRule{no_sqlstate, "could not open certificate file", permanent, own_certificate_hint},
    ConnectRule{no_sqlstate, "alert certificate", permanent, own_certificate_hint},
    ConnectRule{no_sqlstate, "alert bad certificate", permanent, own_certificate_hint},
    ConnectRule{no_sqlstate, "alert unknown ca", permanent, own_certificate_hint},
    ConnectRule{no_sqlstate, "certificate", permanent, certificate_hint},
    ConnectRule{no_sqlstate, "host name must be specified for a verified ssl connection", permanent,
                host_hint},
    ConnectRule{no_sqlstate, "no password supplied", permanent, password_hint},
    ConnectRule{no_sqlstate, "authentication method", permanent,
                "use a method that libpq offers (SCRAM, md5, certificate), or a newer libpq"},
    ConnectRule{no_sqlstate, "gssapi", permanent,
                "check gssencmode and the Kerberos ticket, or add gssencmode=disable"},
    ConnectRule{no_sqlstate, "socket path", permanent, "use a shorter path of the socket"},
    ConnectRule{no_sqlstate, "could not match", permanent, "give one port, or one for each host"},
    ConnectRule{no_sqlstate, "invalid response to ssl negotiation", permanent,
                "check host and port of the URL: what answers there is no PostgreSQL server"},
    ConnectRule{no_sqlstate, "invalid ", permanent,
                "correct the parameter of the URL, or the PG... variable"},
    ConnectRule{no_sqlstate, "websocket", connect_transient, websocket_hint},
    ConnectRule{no_sqlstate, "could not translate host name", connect_transient, host_hint},
    ConnectRule{no_sqlstate, "session is read-only", connect_transient,
                "connect to the primary; this server only reads"},
    ConnectRule{no_sqlstate, "hot standby", connect_transient,
                "connect to the primary; this server only reads"},
    ConnectRule{no_sqlstate, "no answer within", connect_transient, blocked_hint},
    ConnectRule{no_sqlstate, "timeout expired", connect_transient, blocked_hint},
    ConnectRule{no_sqlstate, "timed out", connect_transient, blocked_hint},
    ConnectRule{no_sqlstate, "", connect_transient, running_hint},

    ConnectRule{"*", "", permanent, "correct what the server names; it may be a parameter of the URL"},
};

const ConnectRule& rule_for(std::string_view message, std::string_view sqlstate) {
    const std::string text = to_lower(message);
    return *std::ranges::find_if(rules, [&](const ConnectRule& rule) {
        const bool of_state =
            rule.sqlstate == "*" ||
            (rule.sqlstate.empty() ? sqlstate.empty() : sqlstate.starts_with(rule.sqlstate));
        return of_state && text.find(rule.text) != std::string::npos;
    });
}

bool one_of(std::string_view sqlstate, std::span<const std::string_view> states) {
    return std::ranges::find(states, sqlstate) != states.end();
}

// Where in "FATAL:  28P01: ..." the SQLSTATE is.
std::size_t find_sqlstate(std::string_view line) {
    constexpr std::size_t length = 5;
    for (std::size_t at = line.find(":  "); at != std::string_view::npos; at = line.find(":  ", at + 1)) {
        const std::string_view word = line.substr(at + 3, length);
        const bool is_state = std::ranges::all_of(
            word, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
        if (is_state && line.substr(at + 3).substr(word.size()).starts_with(": ") && word.size() == length) {
            return at + 3;
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::span<const ConnectRule> connect_rules() {
    return rules;
}

bool ends_connection(std::string_view sqlstate) {
    // 57P05 is idle_session_timeout; 25P03 and 25P04 are the two timeouts of a transaction.
    constexpr std::array<std::string_view, 7> ends{"57P01", "57P02", "57P03", "57P04",
                                                   "57P05", "25P03", "25P04"};
    return one_of(sqlstate, ends);
}

FailureClass classify(const Error& error) {
    constexpr std::array<std::string_view, 3> because_of_others{"40P01", "40001", "55P03"};
    const std::string& sqlstate = error.sqlstate();
    if (error.exit_code() == ExitCode::interrupted) {
        return permanent;
    }
    if (error.what_failed().starts_with(cannot_connect)) {
        return rule_for(std::string_view(error.what_failed()).substr(cannot_connect.size()), sqlstate)
            .failure_class;
    }
    // Whatever the server's last word was: when it has hung up, the connection is what is lost.
    if (error.exit_code() == ExitCode::unreachable || ends_connection(sqlstate) ||
        sqlstate.starts_with("08")) {
        return connection_lost;
    }
    if (one_of(sqlstate, because_of_others)) {
        return retry_step;
    }
    return error.exit_code() == ExitCode::configuration && sqlstate.empty() ? permanent : statement;
}

bool misses_endpoint(const Error& error) {
    return error.sqlstate() == neon && to_lower(error.what_failed()).find(no_endpoint) != std::string::npos;
}

Error connect_failure(std::string_view reason, std::string sqlstate) {
    const ConnectRule& rule = rule_for(reason, sqlstate);
    Error error(fmt::format("{}: {}", cannot_connect, reason));
    return error.sqlstate(std::move(sqlstate))
        .state("nothing was changed")
        .hint(std::string(rule.hint))
        .exit_code(rule.failure_class == permanent ? ExitCode::configuration : ExitCode::unreachable);
}

std::string reason_of(const Error& error) {
    std::string_view text = error.what_failed();
    text.remove_prefix(text.starts_with(cannot_connect) ? cannot_connect.size() + 2 : 0);
    std::string result;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find("Is the server running") != std::string_view::npos) {
            continue;
        }
        for (const char c : fmt::format(" {}", line)) {
            const bool is_blank = c == ' ' || c == '\t';
            if (!is_blank || (!result.empty() && result.back() != ' ')) {
                result += is_blank ? ' ' : c;
            }
        }
    }
    return error.sqlstate().empty() ? result : fmt::format("{} (SQLSTATE {})", result, error.sqlstate());
}

Error stopped_while_connecting() {
    Error error("stopped on request while connecting");
    return error.state("nothing was changed")
        .hint("run the same command again")
        .exit_code(ExitCode::interrupted);
}

VerboseMessage read_verbose(std::string_view message) {
    VerboseMessage result;
    while (!message.empty()) {
        std::string line(message.substr(0, message.find('\n')));
        message.remove_prefix(std::min(message.size(), line.size() + 1));
        if (line.starts_with("LOCATION:") || line.empty()) {
            continue;
        }
        if (const std::size_t at = find_sqlstate(line); at != std::string::npos) {
            result.sqlstate = line.substr(at, 5);
            line.erase(at, 7);
        }
        result.text += (result.text.empty() ? "" : "\n") + line;
    }
    return result;
}

}  // namespace schemist::postgresql
