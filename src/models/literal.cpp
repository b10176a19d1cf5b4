#include "models/literal.hpp"

#include <cmath>

#include <fmt/format.h>

namespace schemist {
namespace {

struct WriteLiteral {
    DialectName dialect;

    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const {
        if (std::isfinite(value)) {
            return fmt::format("{}", value);
        }
        if (dialect ==
            DialectName::sqlite) {  // which has no word for it, and reads what is too large as infinite
            return value < 0 ? "-9e999" : "9e999";
        }
        return std::isnan(value) ? "'NaN'" : value < 0 ? "'-Infinity'" : "'Infinity'";
    }
    std::string operator()(const std::string& value) const { return text_literal(value); }
    std::string operator()(const Bytes& value) const {
        std::string digits;
        for (const std::byte byte : value) {
            digits += fmt::format("{:02x}", static_cast<unsigned>(byte));
        }
        return dialect == DialectName::sqlite ? "x'" + digits + "'" : "'\\x" + digits + "'";
    }
};

}  // namespace

std::string literal(const void* held, const MemberType& type, DialectName dialect) {
    const Value value = type.encode_held(held, dialect);
    const bool bare = !type.array && dialect == DialectName::postgresql &&
                      (type.kind == TypeKind::decimal || type.kind == TypeKind::integer);
    if (const auto* text = std::get_if<std::string>(&value); text != nullptr && bare) {
        return *text;
    }
    return std::visit(WriteLiteral{dialect}, value);
}

std::string text_literal(std::string_view text) {
    std::string result = "'";
    for (const char character : text) {
        result += character;
        if (character == '\'') {
            result += character;
        }
    }
    return result += '\'';
}

}  // namespace schemist
