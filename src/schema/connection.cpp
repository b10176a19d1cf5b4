#include <schemist/connection.hpp>
#include <schemist/error.hpp>

#include <charconv>

#include <fmt/format.h>

namespace schemist {

std::string_view to_string(DialectName dialect) {
    return dialect == DialectName::postgresql ? "postgresql" : "sqlite";
}

std::string Rows::text(std::size_t row, std::size_t column) const {
    struct ToText {
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(bool value) const { return value ? "t" : "f"; }
        std::string operator()(std::int64_t value) const { return std::to_string(value); }
        std::string operator()(double value) const { return fmt::format("{}", value); }
        std::string operator()(const std::string& value) const { return value; }
        std::string operator()(const Bytes& value) const {
            return {reinterpret_cast<const char*>(value.data()), value.size()};
        }
    };
    return std::visit(ToText{}, rows.at(row).at(column));
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
    if (const auto* value = std::get_if<std::int64_t>(&rows.at(row).at(column))) {
        return *value;
    }
    const std::string value = text(row, column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) {
        throw Error(fmt::format("'{}' is not an integer", value))
            .at("column " + columns.at(column))
            .exit_code(ExitCode::internal);
    }
    return number;
}

}  // namespace schemist
