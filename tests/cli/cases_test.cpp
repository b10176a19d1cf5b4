// What the command prints, and what it ends with. SCHEMIST_UPDATE_CASES=1 writes what it prints into the cases that
// do not agree; read the difference in git before you believe it.
#include "cli/command_case.hpp"
#include "cli/shell.hpp"
#include "support/postgresql.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist::test;

namespace {

std::vector<CommandCase> cases(bool on_postgresql) {
    std::vector<CommandCase> found;
    for (const auto& entry : std::filesystem::directory_iterator(SCHEMIST_SOURCE_DIR "/tests/cli/cases")) {
        if (entry.path().extension() == ".case") {
            CommandCase one = read_command_case(entry.path());
            if (one.needs_postgresql == on_postgresql) {
                found.push_back(std::move(one));
            }
        }
    }
    std::ranges::sort(found, {}, &CommandCase::path);
    return found;
}

bool update_wanted() {
    const char* wanted = std::getenv("SCHEMIST_UPDATE_CASES");
    return wanted != nullptr && std::string_view(wanted) == "1";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
        text.replace(at, what.size(), by);
    }
    return text;
}

// Where one case runs.
class Stage {
  public:
    explicit Stage(bool on_postgresql) {
        hide(shell_.folder().string(), "[FOLDER]");
        if (on_postgresql) {
            database_.emplace();
            shell_.set("POSTGRESQL_URL", database_->url());
            shell_.set("SCHEMIST_SCRATCH_POSTGRESQL", postgresql_server());
            shell_.set("PATH", fmt::format("{}:{}:/usr/bin:/bin", SCHEMIST_BINARY_DIR,
                                           std::getenv("SCHEMIST_TEST_POSTGRESQL_BIN")));
            const std::string server = postgresql_server();
            hide(server.substr(server.find("host=") + 5), "[SERVER]");
            hide(database_->name(), "[DATABASE]");
        }
    }

    std::vector<std::string> run(const std::string& command) const {
        Outcome outcome = shell_.run(command);
        for (const auto& [text, name] : hidden_) {
            outcome.out = replaced(outcome.out, text, name);
            outcome.error = replaced(outcome.error, text, name);
        }
        return lines_of(outcome.out, outcome.error, outcome.exit_code);
    }

    void write(const CaseFile& file) const { shell_.write(file.name, file.text); }

  private:
    void hide(std::string text, std::string name) { hidden_.emplace_back(std::move(text), std::move(name)); }

    Shell shell_;
    std::optional<TestDatabase> database_;
    std::vector<std::pair<std::string, std::string>> hidden_;
};

void perform(CommandCase one) {
    INFO("case: ", one.path.filename().string());
    const Stage stage(one.needs_postgresql);
    bool updated = false;
    for (auto& part : one.parts) {
        if (const auto* file = std::get_if<CaseFile>(&part)) {
            stage.write(*file);
            continue;
        }
        auto& command = std::get<CaseCommand>(part);
        const std::vector<std::string> actual = stage.run(command.command);
        if (matches(command.expected, actual)) {
            continue;
        }
        if (update_wanted()) {
            command.expected = with_placeholders(actual);
            updated = true;
            continue;
        }
        FAIL_CHECK(fmt::format("$ {}\n--- expected\n{}\n--- actual\n{}", command.command,
                               fmt::join(command.expected, "\n"), fmt::join(actual, "\n")));
    }
    if (updated) {
        write_file(one.path, text_of(one));
    }
}

}  // namespace

TEST_CASE("the command line does what its cases say, on SQLite") {
    const std::vector<CommandCase> all = cases(false);
    REQUIRE(!all.empty());
    for (const CommandCase& one : all) {
        perform(one);
    }
}

TEST_CASE("the command line does what its cases say, on PostgreSQL") {
    const std::vector<CommandCase> all = cases(true);
    REQUIRE(!all.empty());
    for (const CommandCase& one : all) {
        perform(one);
    }
}

TEST_CASE("a case's expectations match only what they say") {
    CHECK(matches({"a", "...", "z"}, {"a", "b", "c", "z"}));
    CHECK(matches({"a", "...", "z"}, {"a", "z"}));
    CHECK_FALSE(matches({"a", "..."}, {"b"}));
    CHECK(matches({"made [ID] in [MS]"}, {"made 8f3c2a91d0b4 in 1.25 s"}));
    CHECK_FALSE(matches({"made [ID]"}, {"made 8f3c2a91d0b"}));
    CHECK_FALSE(matches({"in [MS]"}, {"in 3 hours"}));
    CHECK_FALSE(matches({}, {"something"}));
    CHECK(lines_of("out\n", "error\n\n", 7) == std::vector<std::string>{"out", "! error", "!", "# exit 7"});
    CHECK(with_placeholders({"made m/8f3c2a91d0b4_x.sql in 12 ms"}) ==
          std::vector<std::string>{"made m/[ID]_x.sql in [MS]"});
}
