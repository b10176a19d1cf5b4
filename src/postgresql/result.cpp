#include "postgresql/result.hpp"

#include <schemist/error.hpp>

#include <charconv>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace schemist::postgresql {

void Result::Clear::operator()(pg_result* result) const noexcept {
    PQclear(result);
}

std::size_t Result::size() const {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}

std::size_t Result::width() const {
    return static_cast<std::size_t>(PQnfields(result_.get()));
}

bool Result::is_null(std::size_t row, std::size_t column) const {
    return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view Result::text(std::size_t row, std::size_t column) const {
    const int r = static_cast<int>(row);
    const int c = static_cast<int>(column);
    return {PQgetvalue(result_.get(), r, c), static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

char Result::letter(std::size_t row, std::size_t column) const {
    const std::string_view value = text(row, column);
    return value.empty() ? '\0' : value.front();
}

std::int64_t Result::integer(std::size_t row, std::size_t column) const {
    const std::string_view value = text(row, column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) {
        throw Error(fmt::format("the server sent '{}' where a number belongs", value))
            .at(fmt::format("column {}", PQfname(result_.get(), static_cast<int>(column))))
            .exit_code(ExitCode::internal);
    }
    return number;
}

}  // namespace schemist::postgresql
