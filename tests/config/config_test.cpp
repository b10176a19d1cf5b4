#include "config/config.hpp"

#include <schemist/error.hpp>

#include <fstream>
#include <map>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist;

namespace {

EnvironmentVariables variables(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() || found->second.empty() ? std::nullopt : std::optional(found->second);
    };
}

void check_wrong(const std::string& text, const std::string& where, const std::string& what,
                 const std::string& hint) {
    CAPTURE(text);
    try {
        parse_config(text, "x/schemist.toml");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::configuration);
        CHECK(error.where() == where);
        CHECK_MESSAGE(error.what_failed().find(what) != std::string::npos, error.what_failed());
        CHECK_MESSAGE(error.hint().find(hint) != std::string::npos, error.hint());
    }
}

}  // namespace

TEST_CASE("every key is read") {
    const Config config = parse_config(R"(migrations = "db/m"
dialects = ["sqlite"]
[database]
url = "sqlite:///x.db"
[models]
files = ["a.sql", "b.sql"]
format = "sql"
[journal]
table = "log"
schema = "meta"
[scratch]
postgresql = "postgresql://localhost"
[upgrade]
connect_deadline = "0s"
lock_wait = "2min"
lock_lease = "1500ms"
lock_timeout = 3
lock_retries = 7
statement_timeout = "250ms"
stop_grace = "0s"
on_newer = "error"
)",
                                       "x/schemist.toml");
    CHECK(config.migrations == "db/m");
    CHECK(config.resolve(config.migrations) == std::filesystem::path("x/db/m"));
    CHECK(config.resolve("/abs") == std::filesystem::path("/abs"));
    CHECK(config.dialects == std::vector<DialectName>{DialectName::sqlite});
    CHECK(config.database_url == "sqlite:///x.db");
    CHECK(config.models.files == std::vector<std::string>{"a.sql", "b.sql"});
    CHECK(config.models.format == "sql");
    CHECK(config.journal == Name{"meta", "log"});
    CHECK(config.scratch_postgresql == "postgresql://localhost");
    CHECK(config.connect_deadline == std::chrono::seconds(0));
    CHECK(config.lock_wait == std::chrono::minutes(2));
    CHECK(config.lock_lease == std::chrono::milliseconds(1500));
    CHECK(config.lock_retries == 7);
    CHECK(config.stop_grace == std::chrono::seconds(0));
    CHECK(config.lock_timeout == std::chrono::seconds(3));
    CHECK(config.statement_timeout == std::chrono::milliseconds(250));
    CHECK(config.newer_is_error);
}

TEST_CASE("what is wrong is said with its line") {
    check_wrong("a =\n", "x/schemist.toml:1", "", "TOML");
    check_wrong("\nmigratons = \"m\"\n", "x/schemist.toml:2", "unknown key 'migratons'",
                "did you mean 'migrations'?");
    check_wrong("[upgrade]\nlock_wiat = \"1s\"\n", "x/schemist.toml:2", "upgrade.lock_wiat",
                "did you mean 'upgrade.lock_wait'?");
    check_wrong("[upgrades]\nlock_wait = \"1s\"\n", "x/schemist.toml:1", "unknown section '[upgrades]'",
                "[upgrade]");
    check_wrong("[hook]\nbefore_upgrade = \"a\"\n", "x/schemist.toml:1", "unknown section '[hook]'",
                "[hooks]");
    check_wrong("[upgrade]\nlock_wait = \"soon\"\n", "x/schemist.toml:2", "'soon' is not a time", "15min");
    check_wrong("[upgrade]\nlock_wait = \"-1s\"\n", "x/schemist.toml:2", "is not a time", "");
    check_wrong("[upgrade]\nlock_wait = \"99999999h\"\n", "x/schemist.toml:2", "is not a time", "");
    check_wrong("[upgrade]\nlock_lease = \"999ms\"\n", "x/schemist.toml:2", "at least 1s", "60s");
    check_wrong("[upgrade]\nlock_retries = \"often\"\n", "x/schemist.toml:2", "'often' is no number", "30");
    check_wrong("[upgrade]\nlock_retries = -1\n", "x/schemist.toml:2", "'-1' is no number", "30");
    check_wrong("dialects = [\"mysql\"]\n", "x/schemist.toml:1", "'mysql' is none of postgresql, sqlite", "");
    check_wrong("dialects = []\n", "x/schemist.toml:1", "there must be a dialect", "");
    check_wrong("migrations = [\"a\"]\n", "x/schemist.toml:1", "has one value", "");
    check_wrong("migrations = true\n", "x/schemist.toml:1", "must be a text", "");
    check_wrong("[models]\ncommand = \"a\"\nfiles = [\"b\"]\n", "x/schemist.toml", "more than one place", "");
    check_wrong("[upgrade]\non_newer = \"warn\"\n", "x/schemist.toml:2", "'warn' is none of ignore, error",
                "");
}

TEST_CASE("the environment comes before the file") {
    const Config file = parse_config("migrations = \"a\"\n[models]\nfiles = [\"x.sql\"]\n", "schemist.toml");
    const Config config = with_environment(file, variables({{"SCHEMIST_MIGRATIONS", "b"},
                                                            {"SCHEMIST_DIALECTS", "sqlite, postgresql"},
                                                            {"SCHEMIST_LOCK_WAIT", "7"}}));
    CHECK(config.migrations == "b");
    CHECK(config.dialects == std::vector<DialectName>{DialectName::sqlite, DialectName::postgresql});
    CHECK(config.lock_wait == std::chrono::seconds(7));
    CHECK(config.models.files == std::vector<std::string>{"x.sql"});

    const Config other = with_environment(file, variables({{"SCHEMIST_MODELS_COMMAND", "print"}}));
    CHECK(other.models.command == "print");
    CHECK(other.models.files.empty());
    CHECK_THROWS_WITH_AS(with_environment(file, variables({{"SCHEMIST_LOCK_WAIT", "x"}})),
                         doctest::Contains("SCHEMIST_LOCK_WAIT"), Error);
}

TEST_CASE("what init writes says what the defaults are") {
    const Config defaults;
    const std::string text = default_config_text("my \"own\"");
    const Config config = parse_config(text, "schemist.toml");
    CHECK(config.migrations == "my \"own\"");
    CHECK(config.dialects == defaults.dialects);
    // Every line that is commented out is valid too.
    std::string all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const bool is_key = line.starts_with("# ") && line.find(" = ") != std::string::npos;
        const bool is_models =
            line.find("files =") != std::string::npos || line.find("database =") != std::string::npos;
        all += (is_key && !is_models ? line.substr(2) : line) + "\n";
    }
    const Config full = parse_config(all, "schemist.toml");
    CHECK(full.connect_deadline == defaults.connect_deadline);
    CHECK(full.lock_wait == defaults.lock_wait);
    CHECK(full.lock_lease == defaults.lock_lease);
    CHECK(full.lock_retries == defaults.lock_retries);
    CHECK(full.stop_grace == defaults.stop_grace);
    CHECK(full.lock_timeout == defaults.lock_timeout);
    CHECK(full.statement_timeout == defaults.statement_timeout);
    CHECK(full.journal == defaults.journal);
    CHECK(full.newer_is_error == defaults.newer_is_error);
    CHECK(full.models.format == defaults.models.format);
    CHECK(full.database_url == "sqlite:///schemist.db");
}

TEST_CASE("the file is found, or named") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("schemist-config-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder / "deep" / "er");
    std::ofstream(folder / "schemist.toml") << "migrations = \"found\"\n";
    std::ofstream(folder / "empty.toml");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder / "deep" / "er");
    const Config found = load_config({}, variables({}));
    CHECK(found.migrations == "found");
    CHECK(found.path == "../../schemist.toml");
    CHECK(std::filesystem::equivalent(found.resolve("."), folder));
    std::filesystem::current_path(before);

    CHECK(load_config((folder / "empty.toml").string(), variables({})).migrations == "migrations");
    CHECK(load_config({}, variables({{"SCHEMIST_CONFIG", (folder / "schemist.toml").string()}})).migrations ==
          "found");
    CHECK_THROWS_WITH_AS(load_config((folder / "none.toml").string(), variables({})),
                         doctest::Contains("none.toml"), Error);
    std::filesystem::remove_all(folder);
}
