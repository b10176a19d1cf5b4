#pragma once
/// \file
/// Checks a row against what its model declares, before it is sent anywhere.

#include <schemist/model.hpp>

#include <string>
#include <vector>

namespace schemist {

/// What is wrong with one member of a row.
struct FieldError {
    std::string field;    ///< the column's name
    std::string message;  ///< for people: "has 10001 characters, and at most 10000 are allowed"

    bool operator==(const FieldError&) const = default;
};

namespace detail {

std::vector<FieldError> validate(const TableDefinition& table, const void* row);
std::vector<FieldError> validate_member(const ColumnDefinition& column, const void* member);
/// Throws the first of them as an Error at "table.column".
void require_valid(const TableDefinition& table, const std::vector<FieldError>& errors);

}  // namespace detail

/// Everything that is wrong with a row: lengths in characters, ranges, enum values, text that is no UTF-8 or
/// holds a NUL. Empty when the database would take it.
/// Database does this itself before it writes.
/// \code
/// for (const FieldError& error : schemist::validate(message)) respond(422, error.field, error.message);
/// \endcode
template <class T>
std::vector<FieldError> validate(const T& row) {
    return detail::validate(definition_of<T>(), &row);
}

}  // namespace schemist
