#include "random/draw.hpp"

namespace schemist::test {

std::string Draw::fresh(std::string_view word) {
    constexpr std::array<std::string_view, 20> keywords{
        "order", "user",       "select",   "table",    "Group",  "end",    "default",
        "check", "references", "primary",  "desc",     "column", "values", "natural",
        "left",  "like",       "interval", "position", "char",   "between"};
    if (keyword_ < keywords.size() && chance(6)) {
        return std::string(keywords[keyword_++]);
    }
    constexpr std::array<std::string_view, 4> forms{"{}_{}", "{} {}", "{}{}\"Q", "{}Mixed{}"};
    const std::string_view form = chance(90) ? forms[0] : any(forms);
    return fmt::format(fmt::runtime(form), word, ++counter_);
}

}  // namespace schemist::test
