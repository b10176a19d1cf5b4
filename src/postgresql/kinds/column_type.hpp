#pragma once
// What is known of a change of a column's type before the server is asked. Pure.

#include "schema/column.hpp"
#include "schema/name.hpp"

#include <string>
#include <string_view>

namespace schemist::postgresql {

// "character varying" of "character varying(20)[]".
std::string base_type(std::string_view type);

bool is_array(std::string_view type);

// The server converts by itself, loudly refusing values that do not fit; an explicit cast would cut them short.
bool converts_by_itself(std::string_view before, std::string_view after);

// The server knows no cast between these two, which are its own, or of which one is an array: the way leads through text.
bool has_no_cast(std::string_view before, std::string_view after);

// Values may be rounded or cut, or refused.
bool narrows(std::string_view before, std::string_view after);

// How the server stores long values of the type, unless it is told otherwise.
std::string_view default_storage(std::string_view type);

// Expressions on a column of the one type mean the same on the other.
bool same_family(std::string_view before, std::string_view after);

// Whether the column, rather than only its default, is of that type, of the rows of that table, or an array of it.
bool is_of_type(const Column& column, const Reference& type);

}  // namespace schemist::postgresql
