#include "history/file.hpp"

#include "schema/nearest.hpp"
#include "schema/text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

constexpr std::array<std::string_view, 7> header_keys{"revision", "revises", "message", "created",
                                                      "labels",   "depends", "replaces"};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\f\v") == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\f\v");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\f\v") - begin + 1);
}

// The length of the UTF-8 sequence that begins here, 0 when it is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    const bool too_long = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool surrogate_or_beyond = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
    return too_long || surrogate_or_beyond ? 0 : length;
}

// A line that looks like `-- key: value`, or like `-- key` (then has_value is false).
struct Marker {
    std::string_view key;
    std::string_view value;
    bool has_value = false;
    bool exact = false;  // written as it must be: "-- key: value"
};

std::optional<Marker> marker(std::string_view line) {
    if (line.substr(0, 2) != "--") {
        return std::nullopt;
    }
    const std::string_view content = trim(line.substr(2));
    const std::size_t colon = content.find(':');
    const std::string_view key = content.substr(0, colon);
    if (key.empty() || key.find_first_of(" \t\"'()") != std::string_view::npos) {
        return std::nullopt;
    }
    Marker result{key,
                  {},
                  colon != std::string_view::npos,
                  line.size() > 2 && line[2] == ' ' && line.substr(3, key.size()) == key};
    if (result.has_value) {
        result.value = trim(content.substr(colon + 1));
    }
    return result;
}

class Parser {
  public:
    Parser(std::string_view text, std::string path) {
        revision_.path = std::move(path);
        revision_.text = std::string(text);
        if (text.find('\r') != std::string_view::npos || text.starts_with(byte_order_mark)) {
            normalised_ = normalise_text(text);
        }
    }

    Revision parse() {
        std::string_view rest = normalised_.empty() ? revision_.text : normalised_;
        while (!rest.empty()) {
            ++line_;
            const std::size_t end = rest.find('\n');
            read_line(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
        finish_section();
        if (revision_.id.empty()) {
            line_ = 1;
            fail("the file has no '-- revision:' line",
                 "add the line, or move the file out of the migrations folder");
        }
        revision_.parents_line =
            revision_.parents_line == 0 ? revision_.revision_line : revision_.parents_line;
        return std::move(revision_);
    }

  private:
    [[noreturn]] void fail(std::string what, std::string hint) const {
        throw Error(std::move(what))
            .at(revision_.at(line_))
            .state("no database was touched")
            .hint(std::move(hint))
            .exit_code(ExitCode::mismatch);
    }

    void read_line(std::string_view line) {
        check_bytes(line);
        check_conflict(line);
        const std::optional<Marker> found = marker(line);
        if (found && (found->has_value ? starts_section(*found) : is_step(*found))) {
            return;
        }
        if (!in_section_) {
            read_header(line, found);
            return;
        }
        // Two files that were joined; other words may well begin a comment of the SQL.
        if (found && found->has_value && (found->key == "revision" || found->key == "revises")) {
            fail(fmt::format("'-- {}:' stands inside of a section", found->key),
                 "headers stand above the first section; indent the line if it is a comment of the SQL");
        }
        step_ += line;
        step_ += '\n';
    }

    void check_bytes(std::string_view line) const {
        const auto is_plain = [](char c) { return static_cast<signed char>(c) > 0; };
        for (std::size_t i = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_plain) -
                                                      line.begin());
             i < line.size();) {
            if (line[i] == '\0') {
                fail("the file has a NUL byte", "revision files are text in UTF-8; restore the file");
            }
            const std::size_t length = utf8_length(line.substr(i));
            if (length == 0) {
                fail(fmt::format("byte 0x{:02x} at column {} is not UTF-8",
                                 static_cast<unsigned char>(line[i]), i + 1),
                     "save the file as UTF-8");
            }
            i += length;
        }
    }

    void check_conflict(std::string_view line) const {
        if (line.substr(0, 8) == "<<<<<<< " || line.substr(0, 8) == ">>>>>>> ") {
            fail("the file has an unresolved merge conflict", "resolve it, and remove the conflict markers");
        }
    }

    static bool is_header(std::string_view key) {
        return std::find(header_keys.begin(), header_keys.end(), key) != header_keys.end();
    }

    // True when the line was a section's first. A near miss is an error: the SQL below it would run as
    // something else.
    bool starts_section(const Marker& found) {
        const std::string key = to_lower(found.key);
        if (key != "upgrade" && key != "downgrade") {
            const bool names_dialect =
                found.value == "postgresql" || found.value == "sqlite" || found.value == "any";
            if (names_dialect && !is_header(found.key) &&
                (edit_distance(key, "upgrade") <= 2 || edit_distance(key, "downgrade") <= 2)) {
                fail(fmt::format("unknown section '{}'", found.key),
                     "a section is '-- upgrade:' or '-- downgrade:'");
            }
            return false;
        }
        if (!found.exact || key != found.key) {
            fail(fmt::format("a section must be written '-- {}: DIALECT'", key), "correct the line");
        }
        RevisionSection section;
        section.direction = key == "upgrade" ? Direction::upgrade : Direction::downgrade;
        section.line = line_;
        if (found.value == "postgresql") {
            section.dialect = DialectName::postgresql;
        } else if (found.value == "sqlite") {
            section.dialect = DialectName::sqlite;
        } else if (found.value != "any") {
            fail(fmt::format("unknown section '{}: {}'", key, found.value),
                 "a section is for postgresql, sqlite or any; indent the line if it is a comment of the SQL");
        }
        finish_section();
        for (const RevisionSection& other : revision_.sections) {
            if (other.direction == section.direction && other.dialect == section.dialect) {
                fail(fmt::format("a second section '{}: {}'; the first is in line {}", key, found.value,
                                 other.line),
                     "join them, with '-- step' between them");
            }
        }
        revision_.sections.push_back(std::move(section));
        in_section_ = true;
        step_line_ = line_ + 1;
        return true;
    }

    bool is_step(const Marker& found) {
        if (to_lower(found.key) != "step") {
            return false;
        }
        if (!in_section_) {
            fail("'-- step' stands above the first section", "put it between two statements of a section");
        }
        if (!found.exact || found.key != "step") {
            fail("a step must begin with '-- step'", "correct the line");
        }
        finish_step();
        return true;
    }

    void finish_step() {
        std::size_t begin = 0;
        std::size_t line = step_line_;
        for (std::size_t end = step_.find('\n');
             end != std::string::npos && is_blank({step_.data() + begin, end - begin});
             end = step_.find('\n', begin)) {
            begin = end + 1;
            ++line;
        }
        std::string text = step_.substr(begin);
        const std::size_t last = text.find_last_not_of(" \t\n\r\f\v");
        text.resize(last == std::string::npos ? 0 : last + 1);
        revision_.sections.back().steps.push_back({std::move(text), line});
        step_.clear();
        step_line_ = line_ + 1;
    }

    // A step without text between others is nothing to do; a section of nothing keeps one.
    void finish_section() {
        if (!in_section_) {
            return;
        }
        finish_step();
        std::vector<RevisionStep>& steps = revision_.sections.back().steps;
        const RevisionStep first = steps.front();
        steps.erase(
            std::remove_if(steps.begin(), steps.end(), [](const RevisionStep& s) { return s.text.empty(); }),
            steps.end());
        if (steps.empty()) {
            steps.push_back(first);
        }
    }

    void read_header(std::string_view line, const std::optional<Marker>& found) {
        if (is_blank(line)) {
            return;
        }
        if (line.substr(0, 2) != "--") {
            fail("text above the first section",
                 "put SQL below a line '-- upgrade: postgresql', or sqlite, or any");
        }
        if (!found || !found->has_value) {
            return;
        }
        if (!is_header(found->key)) {
            unknown_header(found->key);
        }
        if (!found->exact) {
            fail(fmt::format("a header must be written '-- {}: ...'", found->key), "correct the line");
        }
        if (!seen_.insert(std::string(found->key)).second) {
            fail(fmt::format("a second '-- {}:' line", found->key), "keep one of them");
        }
        set_header(found->key, found->value);
    }

    [[noreturn]] void unknown_header(std::string_view key) const {
        const std::vector<std::string> known(header_keys.begin(), header_keys.end());
        const std::vector<std::string> close = nearest(to_lower(key), known, 1);
        fail(fmt::format("unknown header '{}'", key),
             close.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                           : fmt::format("did you mean '{}'?", close.front()));
    }

    void set_header(std::string_view key, std::string_view value) {
        if (key == "revision") {
            if (!is_valid_id(value)) {
                fail(fmt::format("'{}' cannot be the id of a revision", value),
                     "an id has letters, digits, '_' and '.', and is not head, heads, base or current");
            }
            revision_.id = value;
            revision_.revision_line = line_;
        } else if (key == "revises") {
            revision_.parents_line = line_;
            revision_.parents = value == "base" ? std::vector<std::string>{} : ids(key, value);
        } else if (key == "message") {
            revision_.message = value;
        } else if (key == "created") {
            const bool date = value.size() >= 10 && value[4] == '-' && value[7] == '-' &&
                              value.find_first_not_of("0123456789-+:.TZ ") == std::string_view::npos;
            if (!value.empty() && !date) {
                fail(fmt::format("'{}' is not a time", value), "write it as 2026-11-20T12:41:07Z");
            }
            revision_.created = value;
        } else if (key == "labels") {
            revision_.labels = ids(key, value);
        } else if (key == "replaces") {
            revision_.replaces_line = line_;
            revision_.replaces = ids(key, value);
        } else {
            revision_.depends_line = line_;
            revision_.depends = ids(key, value);
        }
    }

    std::vector<std::string> ids(std::string_view key, std::string_view value) const {
        std::vector<std::string> result = comma_list(value);
        std::set<std::string> seen;
        for (const std::string& id : result) {
            if (!is_valid_id(id)) {
                fail(fmt::format("'{}' in '-- {}:' cannot be the id of a revision", id, key),
                     "write whole ids, with commas between them");
            }
            if (!seen.insert(id).second) {
                fail(fmt::format("'{}' stands twice in '-- {}:'", id, key), "remove one of them");
            }
        }
        return result;
    }

    Revision revision_;
    std::string normalised_;  // empty: the text is so already
    std::size_t line_ = 0;
    bool in_section_ = false;
    std::string step_;
    std::size_t step_line_ = 0;
    std::set<std::string> seen_;
};

}  // namespace

std::string normalise_text(std::string_view text) {
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(3);
    }
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool line_end = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (!line_end) {
            result += text[i];
        }
    }
    return result;
}

Revision parse_revision(std::string_view text, std::string path) {
    return Parser(text, std::move(path)).parse();
}

}  // namespace schemist
