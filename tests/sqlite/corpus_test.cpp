// Real histories of other projects, where the corpus is there.

#include "sqlite/database.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<fs::path> cases(const fs::path& corpus) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
        if (entry.path().filename() == "before.sql") {
            found.push_back(entry.path().parent_path());
        }
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

TEST_CASE("every pair of the corpus goes up and back") {
    const fs::path corpus = fs::path(SCHEMIST_SOURCE_DIR) / ".." / "shared" / "corpus" / "sqlite";
    if (!fs::exists(corpus)) {
        MESSAGE("skipped: no corpus");
        return;
    }
    int passed = 0;
    for (const fs::path& path : cases(corpus)) {
        CAPTURE(path.string());
        std::string problem;
        try {
            problem = schemist::test::round_trip(read(path / "before.sql"), read(path / "after.sql"));
        } catch (const schemist::Error& error) {
            problem = error.what();
        }
        CHECK(problem == "");
        passed += problem.empty() ? 1 : 0;
    }
    MESSAGE(passed << " pairs of the corpus passed");
    CHECK(passed > 0);
}
