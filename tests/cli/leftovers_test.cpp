// Scratch databases and servers leave nothing behind, also when the program is killed.
#include "cli/test_project.hpp"
#include "postgresql/connection.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace schemist;
using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

namespace files = std::filesystem;

std::vector<std::string> names_in(const files::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : files::directory_iterator(folder)) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

// Whether any process was started with this text in its command line.
bool runs(const std::string& text) {
    for (const auto& entry : files::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "cmdline", std::ios::binary);
        const std::string words{std::istreambuf_iterator<char>(file), {}};
        if (words.find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

template <class Condition>
bool becomes_true(Condition condition) {
    for (int i = 0; i < 3000; ++i) {
        if (condition()) {
            return true;
        }
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

// A role of its own on the test server, so that the scratch databases of other tests do not count.
class ScratchRole {
  public:
    ScratchRole() : name_(fmt::format("scratch_{}", ::getpid())) {
        server().run_script(fmt::format("CREATE ROLE {} LOGIN CREATEDB", name_));
    }
    ScratchRole(const ScratchRole&) = delete;
    ScratchRole& operator=(const ScratchRole&) = delete;
    ~ScratchRole() { server().run_script(fmt::format("DROP ROLE {}", name_)); }

    postgresql::Connection& server() {
        if (server_ == nullptr) {
            server_ = postgresql::Connection::open(postgresql_server());
        }
        return *server_;
    }
    std::string url() const { return postgresql_server() + "&user=" + name_; }
    void make(const std::string& database) {
        server().run_script(fmt::format("CREATE DATABASE {} OWNER {}", database, name_));
    }
    void drop(const std::string& database) { server().run_script("DROP DATABASE " + database); }
    std::vector<std::string> databases() {
        const Rows rows = server().query(
            fmt::format("SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = '{}'", name_));
        std::vector<std::string> names;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            names.push_back(rows.text(row, 0));
        }
        return names;
    }

  private:
    std::string name_;
    std::unique_ptr<postgresql::Connection> server_;
};

}  // namespace

TEST_CASE("a private scratch server leaves nothing behind") {
    Shell shell;
    shell.set("SCHEMIST_DIALECTS", "postgresql");
    files::create_directory(shell.folder() / "migrations");
    shell.require("models_v1_tool revision --autogenerate -m first");
    CHECK(names_in(shell.temporary_files()).empty());
    CHECK_FALSE(runs(shell.temporary_files().string()));
}

namespace {

// Kills an autogenerate while initdb makes the server, or when the server is up, and runs another.
void kill_and_repeat(bool when_server_is_up) {
    Shell shell;
    shell.set("SCHEMIST_DIALECTS", "postgresql");
    files::create_directory(shell.folder() / "migrations");
    const files::path temporary_files = shell.temporary_files();
    const auto reached = [&] {
        const std::vector<std::string> folders = names_in(temporary_files);
        return !folders.empty() &&
               (when_server_is_up ? files::exists(temporary_files / folders[0] / ".s.PGSQL.5432")
                                  : runs(temporary_files.string()));
    };

    const pid_t process = shell.start("exec models_v1_tool revision --autogenerate -m first");
    const bool in_time = becomes_true(reached);
    kill(process, SIGKILL);
    int status = 0;
    waitpid(process, &status, 0);
    REQUIRE(in_time);
    REQUIRE(WIFSIGNALED(status));
    CHECK(names_in(temporary_files).size() == 1);
    CHECK(becomes_true([&] { return !runs(temporary_files.string()); }));
    CHECK(names_in(shell.folder() / "migrations").empty());

    shell.require("models_v1_tool revision --autogenerate -m first");
    CHECK(names_in(temporary_files).empty());
    CHECK_FALSE(runs(temporary_files.string()));
    CHECK(names_in(shell.folder() / "migrations").size() == 2);
}

}  // namespace

TEST_CASE("a killed autogenerate leaves no process, and the next one removes its folder") {
    kill_and_repeat(false);
    kill_and_repeat(true);
}

TEST_CASE("a development server keeps no scratch database, and loses those that were forgotten") {
    ScratchRole role;
    Shell shell;
    shell.set("SCHEMIST_DIALECTS", "postgresql");
    shell.set("SCHEMIST_SCRATCH_POSTGRESQL", role.url());
    files::create_directory(shell.folder() / "migrations");
    const std::string number = std::to_string(::getpid());
    const std::string others = "schemist_scratch_data_of_others_" + number;
    role.make("schemist_scratch_1700000000_" + number);
    role.make(others);
    shell.require("models_v1_tool revision --autogenerate -m first");
    const std::vector<std::string> left = role.databases();
    role.drop(others);
    CHECK(left == std::vector<std::string>{others});

    // Also when it fails.
    shell.write(
        "migrations/b2_wrong.sql",
        fmt::format("-- revision: b2\n-- revises: {}\n-- message: wrong\n-- upgrade: any\nSELECT wrong;\n",
                    shell.require("schemist heads").out.substr(0, 12)));
    CHECK(shell.run("models_v2_tool revision --autogenerate -m second").exit_code == 5);
    CHECK(role.databases().empty());
}
