#pragma once
// What became of a statement about something outside of a single database's schema: databases, tablespaces,
// subscriptions. Part of examine_lone_statement().

#include "schema/dialect.hpp"

#include <schemist/connection.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {

// SQL.
inline constexpr std::string_view this_database =
    "(SELECT oid FROM pg_database WHERE datname = current_database())";

inline LoneStatementState unknown(std::string what) {
    return {Aftermath::unknown, std::move(what)};
}

inline LoneStatementState repeatable(std::string what) {
    LoneStatementState state{Aftermath::had_no_effect, std::move(what)};
    state.repeatable = true;
    return state;
}

// Nothing when the statement is about something else.
std::optional<LoneStatementState> examine_shared_object(schemist::Connection& connection,
                                                        const PgQuery__Node& node);

}  // namespace schemist::postgresql
