// Every text of an error stands in docs/errors.md with its cause and its cure, and nothing else does.

#include "architecture/literals.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace files = std::filesystem;
using namespace source_text;

namespace {

const files::path source = SCHEMIST_SOURCE_DIR;

// Where texts of errors stand besides the constructor of Error itself: arguments of functions that make errors of them,
// and what is assigned, returned or listed to become a part of one.
struct Opening {
    std::string_view path;  // a file, or the beginning of several
    std::string_view text;  // "fail(": the argument of that number; otherwise all up to the semicolon
    std::size_t argument;
};

constexpr std::array openings{
    Opening{"src/cli/new_revision.cpp", "refused(", 0},
    Opening{"src/config/config.cpp", "wrong(", 0},
    Opening{"src/config/url.cpp", "not_understood(", 1},
    Opening{"src/history/", "wrong_target(", 0},
    Opening{"src/history/file_name.cpp", "wrong_pattern(", 0},
    Opening{"src/history/squash.cpp", "refused(", 0},
    Opening{"src/history/file.cpp", "fail(", 0},
    Opening{"src/history/graph.cpp", "damaged(", 0},
    Opening{"src/models/array.cpp", "fail(", 1},
    Opening{"src/models/codec.cpp", "decode_text(", 1},
    Opening{"src/models/codec.cpp", "fail(", 1},
    Opening{"src/models/codec.cpp", "parse_number<std::int64_t>(", 1},
    Opening{"src/models/codec.cpp", "parse_number<std::uint64_t>(", 1},
    Opening{"src/models/codec.cpp", "parse_number<double>(", 1},
    Opening{"src/models/definition.cpp", "fail(", 1},
    Opening{"src/models/table_schema.cpp", "fail(", 0},
    Opening{"src/models/time.cpp", "fail(", 1},
    Opening{"src/models/types.cpp", "fail(", 0},
    Opening{"src/models/validation.cpp", "problems.emplace_back(", 0},
    Opening{"src/models/validation.cpp", "problems.push_back(", 0},
    Opening{"src/models/", "reject(", 1},
    Opening{"src/net/tls.cpp", "TunnelFailure(", 0},
    Opening{"src/net/tls.cpp", "return", 0},
    Opening{"src/net/tunnel.cpp", "TunnelFailure(", 0},
    Opening{"src/net/tunnel_connection.cpp", "first_failed(", 0},
    Opening{"src/net/websocket.cpp", "done(", 0},
    Opening{"src/net/websocket.cpp", "fail_opening(", 0},
    Opening{"src/net/websocket.cpp", "given_up_because =", 0},
    Opening{"src/net/websocket.cpp", "return", 0},
    Opening{"src/net/websocket_url.cpp", "wrong(", 0},
    Opening{"src/postgresql/connection.cpp", "PQputCopyEnd(", 1},
    Opening{"src/postgresql/connection.cpp", "return", 0},
    Opening{"src/postgresql/connection_open.cpp", "connect_failure(", 0},
    Opening{"src/postgresql/connection_open.cpp", "message.text +=", 0},
    Opening{"src/postgresql/conninfo.cpp", "not_understood(", 0},
    Opening{"src/postgresql/failure.hpp", "cannot_connect =", 0},
    Opening{"src/postgresql/host_lookup.cpp", "connect_failure(", 0},
    Opening{"src/postgresql/lone_statement.cpp", "state.what =", 0},
    Opening{"src/postgresql/lone_statement.cpp", "unknown(", 0},
    Opening{"src/postgresql/newer_syntax.cpp", "return", 0},
    Opening{"src/postgresql/refusal.cpp", "return", 0},
    Opening{"src/postgresql/server.cpp", "fail(", 0},
    Opening{"src/postgresql/shared_object.cpp", "std::string what =", 0},
    Opening{"src/postgresql/shared_object.cpp", "unknown(", 0},
    Opening{"src/reconcile/adopt.cpp", "reasons.emplace_back(", 0},
    Opening{"src/reconcile/adopt.cpp", "reasons.push_back(", 0},
    Opening{"src/reconcile/conflict.cpp", "std::string text =", 0},
    Opening{"src/reconcile/known_tools.cpp", "tool.trouble =", 0},
    Opening{"src/reconcile/squash.cpp", "refused(", 1},
    Opening{"src/runner/failure.cpp", "std::string what =", 0},
    Opening{"src/runner/failure.cpp", "what +=", 0},
    Opening{"src/runner/postgresql_script.cpp", "raise(", 0},
    Opening{"src/schema/json_conversion.hpp", "reject(", 1},
    Opening{"src/sqlite/connection.cpp", "wrong(", 0},
    Opening{"src/sqlite/ddl.cpp", "unsupported(", 0},
    Opening{"src/sqlite/lexer.cpp", "fail(", 0},
    Opening{"src/sqlite/parser.cpp", "fail(", 0},
    Opening{"src/sqlite/token_reader.cpp", "fail(", 0},
};

// Where Error gets a text that was made elsewhere: by one of the functions above, or by a library or a server, whose
// words it passes on.
const std::set<std::string> passed_on{
    "src/cli/new_revision.cpp: std::move(what)",
    "src/cli/parser.cpp: message",
    "src/cli/run.cpp: error.what()",
    "src/config/config.cpp: std::move(what)",
    "src/history/expression.cpp: std::move(what)",
    "src/history/file.cpp: std::move(what)",
    "src/history/file_name.cpp: std::move(what)",
    "src/history/graph.cpp: std::move(what)",
    "src/history/squash.cpp: std::move(what)",
    "src/models/definition.cpp: std::move(what)",
    "src/models/rows.cpp: error.what_failed()",
    "src/models/table_schema.cpp: std::move(what)",
    "src/models/types.cpp: std::move(what)",
    "src/postgresql/connection.cpp: masked(message)",
    "src/postgresql/failure.cpp: fmt::format(\"{}: {}\", cannot_connect, reason)",
    "src/postgresql/parse_error.hpp: fmt::format(\"{}\", failure.message)",
    "src/postgresql/server.cpp: what + \"\\n\" + log_of(folder)",
    "src/postgresql/split.cpp: statement.refused",
    "src/reconcile/conflict.cpp: text",
    "src/reconcile/squash.cpp: std::move(what)",
    "src/runner/executor.cpp: error.what_failed()",
    "src/runner/failure.cpp: fmt::format(\"{}: {}\", what, error.what_failed())",
    "src/runner/run_alone.cpp: state.what",
    "src/runner/run_step.cpp: fmt::format(\"revision {}: {}\", revision.id, error.what_failed())",
    "src/runner/run_steps.cpp: error.what()",
    "src/schema/json_conversion.hpp: problem",
    "src/sqlite/connection.cpp: sqlite3_errmsg(handle_)",
    "src/sqlite/connection.cpp: std::move(what)",
    "src/sqlite/lexer.cpp: std::move(what)",
};

struct Text {
    std::string shape;  // as in the document: "..." for what differs
    std::string path;
};

std::string read(const files::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string trimmed(std::string text) {
    const auto is_margin = [](char c) { return is_space(c) || c == '.' || c == ',' || c == ':' || c == ';'; };
    text.erase(text.begin(), std::ranges::find_if_not(text, is_margin));
    while (!text.empty() && is_margin(text.back())) {
        text.pop_back();
    }
    return text;
}

// What one can look for: "{} is {}" is "... is ...". Empty when there are no words.
std::string shape_of(const std::string& literal) {
    std::string text;
    for (std::size_t i = 0; i < literal.size(); ++i) {
        const std::string_view two = std::string_view(literal).substr(i, 2);
        if (two == "{{" || two == "}}" || two == "\\\"" || two == "\\\\") {
            text += literal[++i];
        } else if (two == "\\n" || two == "\\t") {
            text += ' ';
            ++i;
        } else if (literal[i] == '{') {
            i = std::min(literal.find('}', i), literal.size());
            text += text.ends_with("...") ? "" : "...";
        } else if (!is_space(literal[i]) || (!text.empty() && !is_space(text.back()))) {
            text += literal[i];
        }
    }
    text = trimmed(text);
    const std::regex word("(^|[^\\w\\\\])[A-Za-z]+(?!\\w)");
    const auto words = std::distance(std::sregex_iterator(text.begin(), text.end(), word), {});
    return words > 1 ? text : std::string();
}

// With the strings that the argument names.
std::set<std::string> texts_in(std::string_view argument,
                               const std::map<std::string, std::string>& constants) {
    std::set<std::string> found;
    for (const std::string& literal : literals(argument)) {
        found.insert(shape_of(literal));
    }
    for (const auto& [name, text] : constants) {
        const std::size_t at = argument.find(name);
        if (at != std::string_view::npos && (at == 0 || !is_word(argument[at - 1])) &&
            (at + name.size() == argument.size() || !is_word(argument[at + name.size()]))) {
            found.insert(shape_of(text));
        }
    }
    found.erase("");
    return found;
}

std::map<std::string, std::string> constants_of(const std::string& code) {
    std::map<std::string, std::string> result;
    constexpr std::string_view opening = "constexpr std::string_view ";
    for (std::size_t at = code.find(opening); at != std::string::npos; at = code.find(opening, at + 1)) {
        const std::size_t name = at + opening.size();
        const std::size_t end = static_cast<std::size_t>(
            std::find_if_not(code.begin() + static_cast<std::ptrdiff_t>(name), code.end(), is_word) -
            code.begin());
        if (const auto values = literals(argument(code, end, 0, true)); values.size() == 1) {
            result.emplace(code.substr(name, end - name), values.front());
        }
    }
    return result;
}

// The places behind "Error(" and "Error error(".
std::vector<std::size_t> constructions(const std::string& code) {
    std::vector<std::size_t> result;
    const std::regex pattern("\\bError(\\s+\\w+)?\\(");
    for (std::sregex_iterator match(code.begin(), code.end(), pattern), end; match != end; ++match) {
        result.push_back(static_cast<std::size_t>(match->position() + match->length()));
    }
    return result;
}

// "fail(" and the like, and what is thrown, with the place of the arguments.
std::vector<std::pair<std::string, std::size_t>> calls_of_makers(const std::string& code) {
    std::vector<std::pair<std::string, std::size_t>> result;
    const std::regex pattern(
        "\\bthrow (\\w+::)*(\\w+\\()|\\b((fail|reject|refuse|unsupported|wrong)\\w*\\()");
    for (std::sregex_iterator match(code.begin(), code.end(), pattern), end; match != end; ++match) {
        result.emplace_back(match->str(2) + match->str(3),
                            static_cast<std::size_t>(match->position() + match->length()));
    }
    return result;
}

bool declares_parameters(const std::string& argument) {
    return argument.empty() || std::regex_match(argument, std::regex("\\s*(const )?[\\w:<>]+[&*]? +\\w+"));
}

class Collector {
  public:
    std::vector<Text> texts;
    std::vector<std::string> unknown;  // constructions whose texts are made where nobody looks
    std::set<const Opening*> used;     // those behind which a text was found

    void collect(const files::path& path) {
        const std::string name = files::relative(path, source).string();
        const std::string code = without_comments(read(path));
        const std::map<std::string, std::string> constants = constants_of(code);
        for (const std::size_t at : constructions(code)) {
            const std::string what(argument(code, at, 0, false));
            const bool copies = what == "error" || what == "std::string what_failed";
            if (!add(what, constants, name) && !copies && !declares_parameters(what) &&
                !passed_on.contains(name + ": " + what)) {
                unknown.push_back(name + ": " + what);
            }
        }
        for (const auto& [maker, at] : calls_of_makers(code)) {
            const auto is_this_one = [&, call = std::string_view(maker)](const Opening& opening) {
                return name.starts_with(opening.path) && opening.text == call;
            };
            const bool has_text = !texts_in(argument(code, at, 0, false), {}).empty() ||
                                  !texts_in(argument(code, at, 1, false), {}).empty();
            if (maker != "Error(" && has_text && std::ranges::none_of(openings, is_this_one)) {
                unknown.push_back(name + ": " + maker);
            }
        }
        for (const Opening& opening : openings) {
            if (name.starts_with(opening.path)) {
                collect_behind(opening, code, constants, name);
            }
        }
    }

  private:
    bool add(std::string_view from, const std::map<std::string, std::string>& constants,
             const std::string& name) {
        const std::set<std::string> found = texts_in(from, constants);
        for (const std::string& shape : found) {
            texts.push_back({shape, name});
        }
        return !found.empty();
    }

    void collect_behind(const Opening& opening, const std::string& code,
                        const std::map<std::string, std::string>& constants, const std::string& name) {
        for (std::size_t at = code.find(opening.text); at != std::string::npos;
             at = code.find(opening.text, at + 1)) {
            const bool is_whole_word = at == 0 || !is_word(code[at - 1]);
            if (is_whole_word &&
                add(argument(code, at + opening.text.size(), opening.argument, opening.text.back() != '('),
                    constants, name)) {
                used.insert(&opening);
            }
        }
    }
};

const Collector& collected() {
    static const Collector collector = [] {
        Collector result;
        for (const char* folder : {"include", "src"}) {
            for (const auto& entry : files::recursive_directory_iterator(source / folder)) {
                if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
                    result.collect(entry.path());
                }
            }
        }
        return result;
    }();
    return collector;
}

struct Row {
    std::vector<std::string> cells;
    std::string line;
};

// Of the tables whose first column is called "text".
std::vector<Row> rows_of(const files::path& document) {
    std::vector<Row> rows;
    bool lists_texts = false;
    std::istringstream lines(read(document));
    for (std::string line; std::getline(lines, line);) {
        lists_texts = line.starts_with('|') && (lists_texts || line.starts_with("| text |"));
        if (!lists_texts || line.starts_with("| text |") || line.starts_with("|---")) {
            continue;
        }
        Row row{{}, line};
        std::istringstream cells(line.substr(1));
        for (std::string cell; std::getline(cells, cell, '|');) {
            row.cells.push_back(trimmed(cell));
        }
        rows.push_back(row);
    }
    return rows;
}

// Each stands in backquotes.
std::vector<std::string> texts_of(const Row& row) {
    std::vector<std::string> result;
    const std::regex pattern("(`+) ?(.+?) ?\\1");
    const std::string& cell = row.cells.front();
    for (std::sregex_iterator match(cell.begin(), cell.end(), pattern), end; match != end; ++match) {
        result.push_back(match->str(2));
    }
    return result;
}

const std::vector<Row>& documented() {
    static const std::vector<Row> rows = rows_of(source / "docs/errors.md");
    return rows;
}

}  // namespace

TEST_CASE("every text of an error stands in docs/errors.md") {
    std::vector<std::string> listed;
    for (const Row& row : documented()) {
        const std::vector<std::string> texts = texts_of(row);
        listed.insert(listed.end(), texts.begin(), texts.end());
    }
    REQUIRE(collected().texts.size() > 250);
    for (const Text& text : collected().texts) {
        const bool is_listed = std::ranges::any_of(
            listed, [&](const std::string& one) { return one.find(text.shape) != std::string::npos; });
        CHECK_MESSAGE(is_listed, text.path,
                      " has an error that docs/errors.md does not list; add a row for `", text.shape,
                      "` with its cause and its cure");
    }
}

TEST_CASE("docs/errors.md lists no text that is gone") {
    REQUIRE(documented().size() > 150);
    for (const Row& row : documented()) {
        INFO(row.line);
        CHECK_FALSE(texts_of(row).empty());
        for (const std::string& listed : texts_of(row)) {
            const bool is_there = std::ranges::any_of(collected().texts, [&](const Text& text) {
                return listed.find(text.shape) != std::string::npos;
            });
            CHECK_MESSAGE(is_there, "no error says `", listed, "`; take it out, or correct it");
        }
    }
}

TEST_CASE("docs/errors.md says cause and cure of every text") {
    for (const Row& row : documented()) {
        INFO(row.line);
        CHECK(row.cells.size() == 3);
        CHECK(std::ranges::none_of(row.cells, &std::string::empty));
    }
}

TEST_CASE("every construction of an Error has a text that the test finds") {
    for (const std::string& place : collected().unknown) {
        FAIL_CHECK(place,
                   " gives Error a text that this test does not see: name the function that makes it in "
                   "`openings`, and where Error takes it over in `passed_on`");
    }
    for (const Opening& opening : openings) {
        CHECK_MESSAGE(collected().used.contains(&opening), opening.path, " has no text behind ",
                      opening.text);
    }
}
