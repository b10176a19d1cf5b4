#include "history/checksum.hpp"

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

// Enough of a dialect for these texts: comments are whole lines.
std::string without_comments(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        result += line.starts_with("--") ? std::string_view{} : line;
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return result;
}

Revision revision(const std::string& text) {
    return parse_revision(text, "x.sql");
}

}  // namespace

TEST_CASE("SHA-256") {
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a checksum tells edits of the SQL from other edits") {
    const std::string text =
        "-- revision: a\n-- upgrade: any\n-- remark\nSELECT 1;\n-- step\nSELECT 2;\n-- downgrade: "
        "any\nSELECT 3;\n";
    const std::string stored = checksum(revision(text), DialectName::sqlite, without_comments);
    CHECK(stored.starts_with("1:"));
    const auto compare = [&](std::string other, const std::string& from, const std::string& to) {
        other.replace(other.find(from), from.size(), to);
        return compare_checksum(stored, revision(other), DialectName::sqlite, without_comments);
    };
    CHECK(compare(text, "SELECT 1", "SELECT 1") == ChecksumMatch::equal);
    CHECK(compare(text, "-- revision", "\xEF\xBB\xBF-- revision") == ChecksumMatch::equal);
    CHECK(compare(text, "-- remark\n", "-- remark\r\n") == ChecksumMatch::equal);
    CHECK(compare(text, "-- remark", "-- another") == ChecksumMatch::comments_only);
    CHECK(compare(text, "SELECT 3", "SELECT 4") == ChecksumMatch::comments_only);
    CHECK(compare(text, "SELECT 1", "SELECT 9") == ChecksumMatch::different);
    CHECK(compare(text, "-- step\n", "") == ChecksumMatch::different);
}

TEST_CASE("a checksum of another version is not guessed at") {
    const Revision any = revision("-- revision: a\n");
    CHECK_THROWS_AS(compare_checksum("2:aa:bb", any, DialectName::sqlite, without_comments), Error);
    CHECK_THROWS_AS(compare_checksum("nonsense", any, DialectName::sqlite, without_comments), Error);
}
