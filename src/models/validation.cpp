#include "models/utf8.hpp"

#include <schemist/error.hpp>
#include <schemist/validation.hpp>

#include <cmath>

#include <fmt/format.h>

namespace schemist::detail {
namespace {

void check_text(const std::string& text, std::size_t longest, std::vector<std::string>& problems) {
    const std::optional<std::size_t> characters = count_characters(text);
    if (!characters) {
        problems.emplace_back("is not valid UTF-8");
    } else if (text.find('\0') != std::string::npos) {
        problems.emplace_back("holds the character NUL, which the database cannot keep");
    } else if (longest != 0 && *characters > longest) {
        problems.push_back(
            fmt::format("has {} characters, and at most {} are allowed", *characters, longest));
    }
}

void check_length(const CheckLength& check, const Value& value, std::vector<std::string>& problems) {
    const auto* text = std::get_if<std::string>(&value);
    const auto* bytes = std::get_if<Bytes>(&value);
    const std::size_t length = text != nullptr    ? count_characters(*text).value_or(text->size())
                               : bytes != nullptr ? bytes->size()
                                                  : 0;
    const std::string_view unit = bytes != nullptr ? "bytes" : "characters";
    if (length < check.minimum) {
        problems.push_back(
            length == 0 ? "is empty"
                        : fmt::format("has {} {}, and at least {} are needed", length, unit, check.minimum));
    } else if (length > check.maximum) {
        problems.push_back(fmt::format("has {} {}, and at most {} are allowed", length, unit, check.maximum));
    }
}

void check_range(const ColumnDefinition& column, const void* held, const Value& value,
                 std::vector<std::string>& problems) {
    const CheckRange& check = *column.check_range;
    const auto* number = std::get_if<double>(&value);
    const bool below = column.type->less(held, check.minimum.get());
    const bool above =
        column.type->less(check.maximum.get(), held) || (number != nullptr && std::isnan(*number));
    if (below || above) {
        const auto shown = [&](const void* bound) {
            return Rows{{}, {{column.type->encode_held(bound, DialectName::postgresql)}}, 0}.text(0, 0);
        };
        problems.push_back(fmt::format("is {}, and must be from {} to {}", shown(held),
                                       shown(check.minimum.get()), shown(check.maximum.get())));
    }
}

void check_held(const ColumnDefinition& column, const void* held, std::vector<std::string>& problems) {
    const Value value = column.type->encode_held(held, DialectName::postgresql);
    if (column.type->array) {
        check_text(std::get<std::string>(value), 0, problems);
        for (const Value& element : decode_array(value, DialectName::postgresql)) {
            if (const auto* text = std::get_if<std::string>(&element);
                text != nullptr && column.length != 0 && problems.empty()) {
                check_text(*text, column.length, problems);
            }
        }
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        check_text(*text, column.length, problems);
    }
    if (column.check_length && problems.empty()) {
        check_length(*column.check_length, value, problems);
    }
    if (column.check_range) {
        check_range(column, held, value, problems);
    }
}

}  // namespace

std::vector<FieldError> validate_member(const ColumnDefinition& column, const void* member) {
    std::vector<std::string> problems;
    if (const void* held = column.type->held(member)) {
        try {
            check_held(column, held, problems);
        } catch (const Error& error) {
            problems.push_back(error.what_failed());
        }
    }
    std::vector<FieldError> errors;
    for (std::string& problem : problems) {
        errors.push_back({column.name, std::move(problem)});
    }
    return errors;
}

std::vector<FieldError> validate(const TableDefinition& table, const void* row) {
    std::vector<FieldError> errors;
    for (const ColumnDefinition& column : table.columns) {
        if (!column.ignored && column.generated.empty()) {
            for (FieldError& error :
                 validate_member(column, static_cast<const std::byte*>(row) + column.offset)) {
                errors.push_back(std::move(error));
            }
        }
    }
    return errors;
}

void require_valid(const TableDefinition& table, const std::vector<FieldError>& errors) {
    if (!errors.empty()) {
        throw Error("the value " + errors.front().message)
            .at(table.name + "." + errors.front().field)
            .state("nothing was sent to the database")
            .hint("schemist::validate(row) gives all that is wrong with a row")
            .exit_code(ExitCode::configuration);
    }
}

}  // namespace schemist::detail
