#include "postgresql/newer_syntax.hpp"

#include "postgresql/scanner.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

struct Syntax {
    std::string_view words;
    int major;
};

// The parts of CREATE TABLE, ALTER TABLE and CREATE INDEX that came after the oldest server that is supported; "..." is any name.
constexpr std::array<Syntax, 13> newer{{{"NULLS NOT DISTINCT", 15},
                                        {"UNLOGGED SEQUENCE", 15},
                                        {"SET EXPRESSION", 17},
                                        {"WITHOUT OVERLAPS", 18},
                                        {"NOT ENFORCED", 18},
                                        {"ENFORCED", 18},
                                        {"VIRTUAL", 18},
                                        {"PERIOD", 18},
                                        {"NOT NULL NO INHERIT", 18},
                                        {"ADD NOT NULL", 18},
                                        {"ADD CONSTRAINT ... NOT NULL", 18},
                                        {"ALTER CONSTRAINT ... INHERIT", 18},
                                        {"ALTER CONSTRAINT ... NO INHERIT", 18}}};

std::vector<std::string> upper_case_words(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char letter : text) {
        if (letter == ' ') {
            words.emplace_back();
        } else {
            words.back() += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
        }
    }
    return words;
}

class Statement {
  public:
    explicit Statement(std::string_view sql) : sql_(sql), tokens_(scan(sql)) {}

    // Whether the words stand somewhere over the token at that position.
    bool has(std::string_view text, std::size_t position) const {
        const auto token = std::ranges::find(tokens_, position, &Token::offset);
        const std::vector<std::string> words = upper_case_words(text);
        const auto at = static_cast<std::size_t>(token - tokens_.begin());
        for (std::size_t before = 0; token != tokens_.end() && before < words.size() && before <= at;
             ++before) {
            if (begins(at - before, words)) {
                return true;
            }
        }
        return false;
    }

  private:
    bool begins(std::size_t at, const std::vector<std::string>& words) const {
        for (const std::string& word : words) {
            if (at >= tokens_.size() ||
                (word != "..." &&
                 upper_case_words(sql_.substr(tokens_[at].offset, tokens_[at].length)).front() != word)) {
                return false;
            }
            ++at;
        }
        return true;
    }

    std::string_view sql_;
    std::vector<Token> tokens_;
};

}  // namespace

std::string newer_syntax(std::string_view sql, std::size_t position, int server_major) {
    try {
        const Statement statement(sql);
        for (const Syntax& syntax : newer) {
            if (server_major < syntax.major && statement.has(syntax.words, position)) {
                return fmt::format("{} needs PostgreSQL {}, and this server is PostgreSQL {}", syntax.words,
                                   syntax.major, server_major);
            }
        }
    } catch (const Error&) {
        // The server's own message says it all.
    }
    return {};
}

}  // namespace schemist::postgresql
