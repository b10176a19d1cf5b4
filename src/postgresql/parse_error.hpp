#pragma once
// libpg_query's refusal as the project's exception.

#include <schemist/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <pg_query.h>

namespace schemist::postgresql {

// The library counts characters from one; Error wants bytes from zero.
inline Error parse_error(const PgQueryError& failure, std::string_view sql) {
    std::size_t offset = 0;
    for (int characters = failure.cursorpos - 1; characters > 0 && offset < sql.size(); --characters) {
        do {
            ++offset;
        } while (offset < sql.size() && (static_cast<unsigned char>(sql[offset]) & 0xC0U) == 0x80U);
    }
    return Error(fmt::format("{}", failure.message))
        .position(offset)
        .sqlstate("42601")
        .exit_code(ExitCode::configuration);
}

}  // namespace schemist::postgresql
