#include "architecture/literals.hpp"

#include <algorithm>
#include <cctype>

namespace source_text {
namespace {

// Behind the literal that begins here; a quote between digits begins none.
std::size_t end_of_literal(std::string_view code, std::size_t begin) {
    if (code[begin] == '\'' && begin > 0 && is_word(code[begin - 1])) {
        return begin + 1;
    }
    if (begin > 0 && code[begin - 1] == 'R' && code.substr(begin, 2) == "\"(") {
        return std::min(code.find(")\"", begin), code.size() - 2) + 2;
    }
    std::size_t end = begin + 1;
    while (end < code.size() && code[end] != code[begin]) {
        end += code[end] == '\\' ? 2 : 1;
    }
    return end + 1;
}

}  // namespace

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string without_comments(const std::string& code) {
    std::string result;
    for (std::size_t i = 0; i < code.size();) {
        std::size_t end = i + 1;
        if (code[i] == '"' || code[i] == '\'') {
            end = end_of_literal(code, i);
        } else if (code.compare(i, 2, "//") == 0) {
            i = end = std::min(code.find('\n', i), code.size());
        }
        result += code.substr(i, end - i);
        i = end;
    }
    return result;
}

std::string_view argument(std::string_view code, std::size_t begin, std::size_t number, bool whole) {
    int depth = 0;
    std::size_t start = begin;
    for (std::size_t i = begin; i < code.size();) {
        const char c = code[i];
        if (c == '"' || c == '\'') {
            i = end_of_literal(code, i);
            continue;
        }
        const bool closes = c == ')' || c == ']' || c == '}';
        if (depth == 0 && (whole ? c == ';' : closes || c == ',')) {
            if (number == 0 || c != ',') {
                return number == 0 ? code.substr(start, i - start) : std::string_view();
            }
            --number;
            start = i + 1;
        }
        depth += closes ? -1 : c == '(' || c == '[' || c == '{' ? 1 : 0;
        ++i;
    }
    return {};
}

std::vector<std::string> literals(std::string_view code) {
    std::vector<std::string> result;
    bool joins = false;
    for (std::size_t i = 0; i < code.size();) {
        const std::size_t end = code[i] == '"' || code[i] == '\'' ? end_of_literal(code, i) : i + 1;
        if (code[i] == '"') {
            result.resize(result.size() + (joins ? 0 : 1));
            result.back() += code.substr(i + 1, end - i - 2);
            joins = true;
        } else if (!is_space(code[i])) {
            joins = false;
        }
        i = end;
    }
    return result;
}

}  // namespace source_text
