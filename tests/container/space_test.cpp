// The repository of a Space, as packaging/huggingface/assemble makes it.
#include "support/process.hpp"

#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

namespace files = std::filesystem;

namespace {

const std::string source = SCHEMIST_SOURCE_DIR;
const std::string assemble = source + "/packaging/huggingface/assemble";

std::set<std::string> names(const files::path& folder) {
    std::set<std::string> found;
    for (const auto& entry : files::directory_iterator(folder)) {
        found.insert(entry.path().filename());
    }
    return found;
}

}  // namespace

TEST_CASE("a Space's repository has what its container is built from, and says how it is run") {
    const schemist::test::OwnFolder own;
    const files::path folder = own.path() / "space";
    schemist::test::run_command({{assemble, folder}});
    CHECK(names(folder) == std::set<std::string>{".dockerignore", "CMakeLists.txt", "CMakePresets.json",
                                                 "Dockerfile", "LICENSE", "README.md", "chatbot", "cmake",
                                                 "include", "packaging", "src"});

    // Names and values of the Hub's reference of a Space's configuration.
    std::istringstream readme(schemist::test::text_of(folder / "README.md"));
    std::string line;
    std::getline(readme, line);
    CHECK(line == "---");
    const std::set<std::string> known{"title",
                                      "emoji",
                                      "colorFrom",
                                      "colorTo",
                                      "sdk",
                                      "app_port",
                                      "short_description",
                                      "pinned",
                                      "fullWidth",
                                      "header",
                                      "startup_duration_timeout"};
    std::set<std::string> used;
    while (std::getline(readme, line) && line != "---") {
        used.insert(line.substr(0, line.find(':')));
        CHECK(known.contains(line.substr(0, line.find(':'))));
    }
    CHECK(line == "---");
    CHECK(used.contains("title"));
    const std::string text = schemist::test::text_of(folder / "README.md");
    CHECK(text.find("\nsdk: docker\n") != std::string::npos);
    CHECK(text.find("\napp_port: 7860\n") != std::string::npos);

    // It is a whole project: it configures by itself.
    schemist::test::run_command(
        {{"/usr/bin/cmake", "--preset", "release", "-DSCHEMIST_TESTS=OFF", "-DSCHEMIST_BENCHMARKS=OFF"},
         folder},
        std::chrono::minutes(3));
}

TEST_CASE("a Space's folder is renewed but for its history, and no other folder is touched") {
    const schemist::test::OwnFolder own;
    const files::path folder = own.path() / "space";
    schemist::test::run_command({{assemble, folder}});
    files::create_directory(folder / ".git");
    schemist::test::run_command({{"/bin/touch", folder / "src/left.over", folder / ".git/kept"}});
    schemist::test::run_command({{assemble, folder}});
    CHECK(!files::exists(folder / "src/left.over"));
    CHECK(files::exists(folder / ".git/kept"));

    const files::path other = own.path() / "other";
    files::create_directory(other);
    schemist::test::run_command({{"/bin/touch", other / "somebody's"}});
    schemist::test::Process refused({{assemble, other}});
    CHECK(refused.wait() == 2);
    CHECK(files::exists(other / "somebody's"));
}
