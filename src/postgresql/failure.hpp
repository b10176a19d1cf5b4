#pragma once
// What a failure means for who would try again. The server's SQLSTATE comes first; where a proxy or libpq itself gives
// none that says anything, the text decides.

#include <schemist/error.hpp>

#include <span>
#include <string>
#include <string_view>

namespace schemist::postgresql {

enum class FailureClass {
    connect_transient,  // no connection was made; it may well be made later
    connect_ambiguous,  // no connection was made; a few more attempts show whether it is for good
    permanent,          // no attempt will do better until somebody changes something
    retry_step,         // the transaction was rolled back because of others; the same step may succeed now
    connection_lost,    // whether the last statement took effect must be found out
    statement,          // the statement itself is wrong, or what it met
};

// What the text of every failed attempt to connect begins with.
inline constexpr std::string_view cannot_connect = "cannot connect to PostgreSQL";

// How a failed attempt to connect is told apart: the first rule that fits.
struct ConnectRule {
    std::string_view sqlstate;  // what it begins with; "" for a failure that has none, "*" for any
    std::string_view text;      // a part of the message in small letters; "" for any
    FailureClass failure_class;
    std::string_view hint;  // what to do next
};

std::span<const ConnectRule> connect_rules();

// For errors of this backend.
FailureClass classify(const Error& error);

// Whether a server that says this ends the connection.
bool ends_connection(std::string_view sqlstate);

// Whether Neon's proxy did not hear the host's name, and asks to be told the endpoint in another way.
bool misses_endpoint(const Error& error);

// A failed attempt to connect as an error, with its exit code and what to do next.
Error connect_failure(std::string_view reason, std::string sqlstate);

// Why an attempt failed, in one line: without what every such message begins with, and without libpq's question whether
// the server runs.
std::string reason_of(const Error& error);

Error stopped_while_connecting();

// libpq has no SQLSTATE of a refused connection, but writes it into a verbose message: "FATAL:  28P01: ...". Of several
// hosts the last one's counts.
struct VerboseMessage {
    std::string sqlstate;
    std::string text;  // without what the verbose form adds
};

VerboseMessage read_verbose(std::string_view message);

}  // namespace schemist::postgresql
