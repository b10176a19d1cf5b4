#include "postgresql/expression.hpp"

#include "postgresql/scanner.hpp"
#include "postgresql/sql.hpp"

#include <optional>
#include <vector>

namespace schemist::postgresql {
namespace {

class Expression {
  public:
    explicit Expression(std::string_view text) : text_(text), tokens_(scan(text)) {}

    std::string rewritten() {
        std::string result;
        std::size_t copied = 0;
        for (std::size_t at = 0; at < tokens_.size(); ++at) {
            const std::optional<CastArray> array = cast_array(at);
            if (!array) {
                continue;
            }
            const std::size_t left = left_of_comparison(at, *array);
            if (left != none) {
                result += text_.substr(copied, tokens_[left].offset - copied);
                result += in_list(left, *array);
                at = array->end + 1;  // the parenthesis of ANY ( )
                copied = end_of(at);
            } else if (!array->element_type.empty()) {
                const std::size_t end = end_of(array->close + 1);
                result += text_.substr(copied, end - copied);
                result += "::" + array->element_type + "[]";
                copied = end;
                at = array->end;
            }
        }
        return result + std::string(text_.substr(copied));
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    // ( ARRAY [ ... ] ) :: type [ ]
    struct CastArray {
        std::size_t open;                     // the token of [
        std::size_t close;                    // of ]
        std::size_t end;                      // the last one of the cast
        std::string element_type;             // empty when the first element does not tell
        std::vector<std::string_view> texts;  // the elements, when all are varchar constants
    };

    std::string_view text(std::size_t token) const {
        return token < tokens_.size() ? text_.substr(tokens_[token].offset, tokens_[token].length)
                                      : std::string_view{};
    }

    std::size_t end_of(std::size_t token) const { return tokens_[token].offset + tokens_[token].length; }

    bool are(std::size_t first, std::initializer_list<std::string_view> texts) const {
        for (const std::string_view expected : texts) {
            if (text(first++) != expected) {
                return false;
            }
        }
        return true;
    }

    std::size_t closing_bracket(std::size_t open) const {
        std::size_t depth = 0;
        for (std::size_t at = open; at < tokens_.size(); ++at) {
            if (text(at) == "[" || text(at) == "(") {
                ++depth;
            } else if ((text(at) == "]" || text(at) == ")") && --depth == 0) {
                return at;
            }
        }
        return none;
    }

    std::optional<CastArray> cast_array(std::size_t at) const {
        if (!are(at, {"(", "ARRAY", "["})) {
            return std::nullopt;
        }
        CastArray array{at + 2, closing_bracket(at + 2), 0, {}, {}};
        if (array.close == none || !are(array.close + 1, {")", "::"})) {
            return std::nullopt;
        }
        array.end = array.close + 3;
        while (array.end < tokens_.size() && text(array.end) != "]" && text(array.end) != ")") {
            ++array.end;
        }
        if (text(array.end) != "]") {
            return std::nullopt;
        }
        array.element_type = type_of_first(array);
        array.texts = constants(array);
        return array;
    }

    std::string type_of_first(const CastArray& array) const {
        std::size_t depth = 0;
        std::size_t cast = none;
        std::size_t at = array.open + 1;
        for (; at < array.close && (depth > 0 || text(at) != ","); ++at) {
            depth += text(at) == "(" || text(at) == "[" ? 1 : 0;
            depth -= text(at) == ")" || text(at) == "]" ? 1 : 0;
            cast = depth == 0 && text(at) == "::" ? at : cast;
        }
        if (cast == none) {
            return {};
        }
        const std::size_t first = tokens_[cast + 1].offset;
        return std::string(text_.substr(first, end_of(at - 1) - first));
    }

    std::vector<std::string_view> constants(const CastArray& array) const {
        std::vector<std::string_view> texts;
        for (std::size_t at = array.open + 1; at < array.close; at += 5) {
            const bool last = at + 4 == array.close;
            if (tokens_[at].kind != TokenKind::string_constant ||
                !are(at + 1, {"::", "character", "varying"}) || (!last && text(at + 4) != ",")) {
                return {};
            }
            texts.push_back(text(at));
        }
        return texts;
    }

    // The first token of "(column)::text = ANY (" in front of the array, or of its opposite.
    std::size_t left_of_comparison(std::size_t at, const CastArray& array) const {
        if (at < 8 || array.texts.size() < 2 || text(array.end + 1) != ")" || text(array.end - 2) != "text") {
            return none;
        }
        const std::size_t left = at - 8;
        const bool is_column = are(left, {"("}) && are(left + 2, {")", "::", "text"});
        const bool is_in = are(at - 3, {"=", "ANY", "("}) || are(at - 3, {"<>", "ALL", "("});
        const bool is_call = left > 0 && tokens_[left - 1].kind == TokenKind::identifier;
        return is_column && is_in && !is_call ? left : none;
    }

    std::string in_list(std::size_t left, const CastArray& array) const {
        std::string list(text(left + 1));
        list += text(left + 5) == "=" ? " IN (" : " NOT IN (";
        for (std::size_t i = 0; i < array.texts.size(); ++i) {
            list += i == 0 ? "" : ", ";
            list += array.texts[i];
        }
        return list + ")";
    }

    std::string_view text_;
    std::vector<Token> tokens_;
};

}  // namespace

std::string reparsable(std::string_view expression) {
    if (expression.find("(ARRAY[") == std::string_view::npos) {
        return std::string(expression);
    }
    return Expression(expression).rewritten();
}

std::vector<std::string_view> split_list(std::string_view list) {
    if (list.find(',') == std::string_view::npos) {
        return list.empty() ? std::vector<std::string_view>{} : std::vector<std::string_view>{list};
    }
    std::vector<std::string_view> expressions;
    std::size_t begin = 0;
    int depth = 0;
    for (const Token& token : scan(list)) {
        const std::string_view text = list.substr(token.offset, token.length);
        depth += text == "(" || text == "[" ? 1 : 0;
        depth -= text == ")" || text == "]" ? 1 : 0;
        if (depth == 0 && text == ",") {
            expressions.push_back(list.substr(begin, token.offset - begin));
            begin = token.offset + 2;  // behind the space
        }
    }
    expressions.push_back(list.substr(begin));
    return expressions;
}

}  // namespace schemist::postgresql
