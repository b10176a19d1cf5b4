// Pairs of schemas from public projects, where all of their objects are of kinds that are read.

#include "convergence.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/introspect.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

namespace fs = std::filesystem;

// Without the lines that are meant for psql.
std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    for (std::string line; std::getline(file, line);) {
        text += line.starts_with("\\") ? "\n" : line + "\n";
    }
    return text;
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

// What is wrong; empty when it converges both ways.
std::string verdict(TestDatabase& changed, TestDatabase& goal) {
    const std::string end = comparable(goal.dump());
    const Plan there = plan_between(changed, goal);
    try {
        apply(changed, there);
        if (comparable(changed.dump()) != end) {
            return "differs after\n" + to_script(there) + comparable(changed.dump()) + "\n--- expected\n" +
                   end;
        }
        if (const Plan second = plan_between(changed, goal); !second.empty()) {
            return "is not finished after\n" + to_script(there) + "\n--- second plan\n" + to_script(second);
        }
    } catch (const Error& error) {
        return std::string("fails: ") + error.what() + "\n" + to_script(there);
    }
    return {};
}

// A role that a case mentions, and that the corpus does not list.
void create_missing_role(const Error& error) {
    const std::string_view message = error.what_failed();
    const std::size_t first = message.find('"');
    const std::size_t last = message.rfind('"');
    if (error.sqlstate() != "42704" || !message.starts_with("role ") || first == last) {
        throw error;
    }
    postgresql::Connection::open(postgresql_server())
        ->run_script("CREATE ROLE " + std::string(message.substr(first, last - first + 1)));
}

// One statement a line. The server may have been here before.
void create_roles(const std::string& script) {
    const auto connection = postgresql::Connection::open(postgresql_server());
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line);) {
        try {
            connection->run_script(line);
        } catch (const Error& error) {
            if (error.sqlstate() != "42710") {
                throw;
            }
        }
    }
}

// Nothing when it is written for a newer server.
std::unique_ptr<TestDatabase> load(const std::string& script) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        try {
            return std::make_unique<TestDatabase>(script);
        } catch (const Error& error) {
            if (error.sqlstate() == "42601" && server_major() < 15) {
                return nullptr;
            }
            create_missing_role(error);
        }
    }
    return std::make_unique<TestDatabase>(script);
}

// What became of the pairs of one folder.
struct Tally {
    std::size_t good = 0;
    std::size_t wrong = 0;
    std::map<std::string, std::size_t> skipped;  // by reason
};

// "view" of "view public.v": the sort of what is not read.
std::string sort_of(const std::string& object) {
    return object.substr(0, object.rfind(' '));
}

// Why the pair cannot be judged; empty when it can.
std::string reason_to_skip(TestDatabase& database) {
    const std::vector<std::string> objects = postgresql::unmodelled(database.connection());
    return objects.empty() ? std::string() : sort_of(objects.front());
}

std::string check_case(const fs::path& folder, std::string& skipped) {
    const std::string before = read_file(folder / "before.sql");
    const std::string after = read_file(folder / "after.sql");
    if ((before + after).find(" FROM stdin;") != std::string::npos) {
        skipped = "data, which only psql can load";
        return {};
    }
    const auto first = load(before);
    const auto second = first ? load(after) : nullptr;
    if (!second) {
        skipped = "SQL of a newer server";
        return {};
    }
    TestDatabase& one = *first;
    TestDatabase& two = *second;
    skipped = reason_to_skip(one) + reason_to_skip(two);
    if (!skipped.empty()) {
        return {};
    }
    std::string there = verdict(one, two);
    if (!there.empty()) {
        return "there: " + there;
    }
    TestDatabase start(before);
    std::string back = verdict(two, start);
    return back.empty() ? back : "back: " + back;
}

std::string summary(const std::string& folder, const Tally& tally) {
    std::string text =
        folder + ": " + std::to_string(tally.good) + " converge, " + std::to_string(tally.wrong) + " do not";
    for (const auto& [reason, count] : tally.skipped) {
        text += "\n    skipped: " + std::to_string(count) + " " + reason;
    }
    return text;
}

// Pairs that are known not to converge, with the words that their failure must still say: docs/limits.md has the reasons.
const std::map<std::string, std::string> known_limits{
    {"apgdiff/modify_inherits", "differs after"},
    {"migra/dependencies2", "because other objects depend on it"},
    {"migra/extversions", "has no update path"},
};

bool is_known_limit(const fs::path& folder, const std::string& wrong) {
    const auto known =
        known_limits.find((folder.parent_path().filename() / folder.filename()).generic_string());
    return known != known_limits.end() && wrong.find(known->second) != std::string::npos;
}

TEST_CASE("the corpus converges both ways") {
    const fs::path corpus = fs::path(SCHEMIST_SOURCE_DIR) / "../shared/corpus";
    if (!fs::exists(corpus / "postgresql")) {
        MESSAGE("skipped: no corpus");
        return;
    }
    create_roles(read_file(corpus / "roles.sql"));
    const char* only = std::getenv("SCHEMIST_TEST_CORPUS");
    std::map<std::string, Tally> tallies;
    for (const fs::path& folder : cases(corpus / "postgresql")) {
        if (only != nullptr && folder.string().find(only) == std::string::npos) {
            continue;
        }
        std::string skipped;
        std::string wrong;
        try {
            wrong = check_case(folder, skipped);
        } catch (const Error& error) {
            wrong = std::string("error: ") + error.what();
        }
        CAPTURE(folder);
        if (!is_known_limit(folder, wrong)) {
            CHECK(wrong == "");
        }
        Tally& tally = tallies[folder.parent_path().filename().string()];
        if (!skipped.empty()) {
            ++tally.skipped[skipped];
        } else {
            ++(wrong.empty() ? tally.good : tally.wrong);
        }
    }
    for (const auto& [folder, tally] : tallies) {
        MESSAGE(summary(folder, tally));
    }
}

}  // namespace
}  // namespace schemist::test
