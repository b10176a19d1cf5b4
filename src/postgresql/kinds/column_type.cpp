#include "postgresql/kinds/column_type.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace schemist::postgresql {
namespace {

constexpr std::array<std::string_view, 6> numbers{"smallint", "integer", "bigint",
                                                  "numeric",  "real",    "double precision"};
constexpr std::array<std::string_view, 3> texts{"character", "character varying", "text"};
constexpr std::array<std::string_view, 3> moments{"date", "timestamp without time zone",
                                                  "timestamp with time zone"};
constexpr std::array<std::string_view, 2> documents{"json", "jsonb"};

template <class Family>
std::ptrdiff_t place(const Family& family, std::string_view type) {
    const auto found = std::ranges::find(family, type);
    return found == family.end() ? -1 : found - family.begin();
}

template <class Family>
bool both(const Family& family, std::string_view before, std::string_view after) {
    return place(family, before) >= 0 && place(family, after) >= 0;
}

struct Modifiers {
    std::optional<int> first;
    int second = 0;
};

Modifiers modifiers(std::string_view type) {
    Modifiers found;
    const std::size_t open = type.find('(');
    if (open == std::string_view::npos) {
        return found;
    }
    int number = 0;
    const auto [end, error] = std::from_chars(type.data() + open + 1, type.data() + type.size(), number);
    if (error != std::errc{}) {
        return found;
    }
    found.first = number;
    if (*end == ',') {
        std::from_chars(end + 1, type.data() + type.size(), found.second);
    }
    return found;
}

bool modifiers_narrow(std::string_view base, std::string_view before, std::string_view after) {
    const Modifiers old_ones = modifiers(before);
    const Modifiers new_ones = modifiers(after);
    if (!new_ones.first) {
        return base == "character" && old_ones.first;  // character alone is character(1)
    }
    if (!old_ones.first) {
        return true;
    }
    return *new_ones.first - new_ones.second < *old_ones.first - old_ones.second ||
           new_ones.second < old_ones.second;
}

bool is_array(std::string_view type) {
    return type.ends_with("[]");
}

}  // namespace

std::string base_type(std::string_view type) {
    std::string base(type);
    while (base.ends_with("[]")) {
        base.resize(base.size() - 2);
    }
    // The modifiers may stand in the middle: "timestamp(3) with time zone".
    if (const std::size_t open = base.find('('); open != std::string::npos && !base.starts_with('"')) {
        const std::size_t close = base.find(')', open);
        base.erase(open, close == std::string::npos ? close : close - open + 1);
    }
    return base;
}

bool converts_by_itself(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    if (is_array(before) != is_array(after)) {
        return false;
    }
    return from == to || both(numbers, from, to) || both(moments, from, to) || both(documents, from, to) ||
           (place(texts, to) >= 0 && !is_array(after));
}

bool narrows(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    if (from == to) {
        return modifiers_narrow(to, before, after);
    }
    if (both(numbers, from, to)) {
        return place(numbers, to) < place(numbers, from) || (from == "numeric") ||
               (to == "numeric" && modifiers(after).first);
    }
    if (both(texts, from, to)) {
        return to != "text" && modifiers_narrow(to, before, after);
    }
    return both(moments, from, to) && to == "date";
}

bool same_family(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    return is_array(before) == is_array(after) && (from == to || both(numbers, from, to));
}

}  // namespace schemist::postgresql
