#pragma once
// What objects of many kinds have: comments and privileges. Pure but for the readers, which read them of all kinds at once.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// After all kinds, whose objects they belong to.
std::vector<Reader> facet_readers(const Scope& scope);
// After all kinds: what uses what.
Reader dependency_reader();

// COMMENT ON, when they differ.
void write_comment(std::string_view target, std::string_view before, std::string_view after,
                   std::vector<std::string>& statements);

// ALTER ... OWNER TO, when they differ.
void write_owner(std::string_view target, const Owner& before, const Owner& after,
                 std::vector<std::string>& statements);

// GRANT and REVOKE, so that the privileges also stand in the order that they have afterwards. `column` is quoted, or empty.
// `owner` is whose the object is then. Gives what is revoked.
std::vector<Grant> change_privileges(const Privileges& before, const Privileges& after,
                                     std::string_view object, std::string_view column,
                                     std::vector<std::string>& statements, const Owner& owner = {});

// What is revoked on a table is revoked on each of its columns too; a column gets again what it is to keep of that.
void keep_column_privileges(const std::vector<Grant>& revoked, const Privileges& kept,
                            std::string_view object, std::string_view column,
                            std::vector<std::string>& statements);

}  // namespace schemist::postgresql
