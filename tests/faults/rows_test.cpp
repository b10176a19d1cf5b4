// The document and the tests speak of the same rows.

#include "support/process.hpp"

#include <filesystem>
#include <regex>
#include <set>

#include <doctest/doctest.h>

using namespace schemist::test;

namespace {

constexpr int rows = 68;

void add_numbers(std::multiset<int>& found, const std::string& text, const char* pattern) {
    const std::regex expression(pattern);
    for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match) {
        found.insert(std::stoi((*match)[1]));
    }
}

}  // namespace

TEST_CASE("every row of docs/reliability.md stands there once and has a test") {
    const std::filesystem::path root = SCHEMIST_SOURCE_DIR;
    std::multiset<int> documented;
    add_numbers(documented, text_of(root / "docs/reliability.md"), "\n\\| (\\d+) \\|");
    std::multiset<int> tested;
    for (const auto& file : std::filesystem::directory_iterator(root / "tests/faults")) {
        if (file.path().extension() == ".cpp") {
            add_numbers(tested, text_of(file.path()), "TEST_CASE\\(\"row (\\d+):");
        }
    }
    for (int row = 1; row <= rows; ++row) {
        CAPTURE(row);
        CHECK(documented.count(row) == 1);
        CHECK(tested.count(row) >= 1);
    }
    CHECK(documented.size() == rows);
}
