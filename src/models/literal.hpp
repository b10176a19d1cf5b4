#pragma once
// Values as SQL text, for defaults and checks.

#include <schemist/member_type.hpp>

#include <string>

namespace schemist {

// What a member of this type holds, as a literal of SQL.
std::string literal(const void* held, const MemberType& type, DialectName dialect);

// Text as a literal, for both backends.
std::string text_literal(std::string_view text);

}  // namespace schemist
