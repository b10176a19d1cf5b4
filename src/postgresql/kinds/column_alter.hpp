#pragma once
// How an existing column becomes another one. Pure.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <vector>

namespace schemist::postgresql {

void alter_column(const Name& table, const Column& before, const Column& after, const Reference& object,
                  const Differences& differences, Actions& actions);

// The server cannot turn the one into the other; the column, whose values are computed, is dropped and added.
bool must_be_recreated(const Column& before, const Column& after);

// Whether the server takes values of the one for the other without being told how.
bool is_converted_by_server(const Column& before, const Column& after, const Differences& differences);

// The value of a column that goes over to another type, where the server does not convert it by itself.
std::string converted_value(const Column& before, const Column& after, const Differences& differences);

std::string comment_on_column(const Name& table, const Column& column);

// Comment and privileges of the sequence that implements an identity, which had those of `before`; nullptr: it was just made.
std::vector<std::string> change_identity_facets(const Name& table, const Column& column,
                                                const Identity* before, const Differences& differences);

// What gives the sequence of an identity, which counts in one type until now, that of another one than the column's.
std::vector<std::string> set_type_of_identity(const Name& table, const Column& column,
                                              std::string_view type_until_now);

// With the sequence's name also where it is the one that the server would choose.
std::string identity_clause(const Name& table, const Column& column, bool name_sequence);

}  // namespace schemist::postgresql
