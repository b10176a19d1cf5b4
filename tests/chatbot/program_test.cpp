// The program as a supervisor sees it: arguments, output, signals and exit status.
#include "running_service.hpp"

#include <csignal>
#include <map>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using chat::test::Backend;
using chat::test::EmptyDatabase;

namespace {

// The chatbot as a process of its own; killed when it goes.
class Program {
  public:
    Program(const std::vector<std::string>& arguments,
            const std::map<std::string, std::string>& environment) {
        int ends[2];
        if (pipe(ends) != 0) {
            throw std::runtime_error("no pipe");
        }
        std::string name = SCHEMIST_BINARY_DIR "/chatbot";
        std::vector<std::string> copies = arguments;
        std::vector<char*> words{name.data()};
        for (auto& argument : copies) {
            words.push_back(argument.data());
        }
        words.push_back(nullptr);
        process_ = fork();
        if (process_ == 0) {
            dup2(ends[1], STDOUT_FILENO);
            dup2(ends[1], STDERR_FILENO);
            close(ends[0]);
            close(ends[1]);
            for (const auto& [variable, value] : environment) {
                setenv(variable.c_str(), value.c_str(), 1);
            }
            execv(name.c_str(), words.data());
            _exit(127);
        }
        close(ends[1]);
        output_end_ = ends[0];
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (process_ > 0) {
            kill(process_, SIGKILL);
            waitpid(process_, nullptr, 0);
        }
        close(output_end_);
    }

    // Reads until the output has the text, or ends.
    const std::string& read_until(const std::string& text) {
        char buffer[4096];
        while (output_.find(text) == std::string::npos) {
            const auto length = read(output_end_, buffer, sizeof buffer);
            if (length <= 0) {
                break;
            }
            output_.append(buffer, static_cast<std::size_t>(length));
        }
        return output_;
    }
    const std::string& read_all() { return read_until(std::string("\0 never printed", 15)); }

    void signal(int number) const { kill(process_, number); }

    int exit_status() {
        int status = 0;
        waitpid(process_, &status, 0);
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    pid_t process_ = 0;
    int output_end_ = -1;
    std::string output_;
};

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::map<std::string, std::string> on(const EmptyDatabase& database) {
    return {{"DATABASE_URL", database.url()}, {"PORT", "0"}, {"HOST", "127.0.0.1"}};
}

std::string url_in(const std::string& output) {
    std::smatch found;
    REQUIRE(std::regex_search(output, found, std::regex("ready at +(http://[^ \n]+)")));
    return found[1];
}

}  // namespace

TEST_CASE("help and version need no database") {
    Program help({"--help"}, {{"DATABASE_URL", "nonsense"}});
    CHECK(mentions(help.read_all(), "Usage: chatbot"));
    CHECK(help.exit_status() == 0);
    Program version({"--version"}, {{"DATABASE_URL", "nonsense"}});
    CHECK(mentions(version.read_all(), "chatbot 0."));
    CHECK(version.exit_status() == 0);
}

TEST_CASE("an unknown argument or a wrong setting ends with status 2 and says what to do") {
    Program argument({"--once"}, {});
    CHECK(mentions(argument.read_all(), "unknown argument '--once'"));
    CHECK(argument.exit_status() == 2);
    Program port({}, {{"PORT", "many"}});
    CHECK(mentions(port.read_all(), "PORT: 'many'"));
    CHECK(port.exit_status() == 2);
    Program endpoint(
        {}, {{"CHAT_API_URL", "nowhere"}, {"CHAT_API_KEY", "secret"}, {"CHAT_MODEL", "m"}, {"PORT", "0"}});
    CHECK(mentions(endpoint.read_all(), "CHAT_API_URL"));
    CHECK_FALSE(mentions(endpoint.read_all(), "secret"));
    CHECK(endpoint.exit_status() == 2);
}

TEST_CASE("the program migrates, serves, and ends with status 0 when it is asked to stop") {
    for (const int signal : {SIGTERM, SIGINT}) {
        const EmptyDatabase database(Backend::sqlite);
        Program program({}, on(database));
        const std::string output = program.read_until("ready at");
        CHECK(mentions(output, "migrated    1 revision"));
        const std::string url = url_in(program.read_until("\nready at    http://127.0.0.1:"));
        httplib::Client client(url);
        const auto answer =
            client.Post("/api/chat", R"({"user_id":1,"message":"Hello"})", "application/json");
        REQUIRE(answer);
        CHECK(answer->status == 201);
        program.signal(signal);
        CHECK(mentions(program.read_all(), "stopping"));
        CHECK(program.exit_status() == 0);
        CHECK(database.number("SELECT count(*) FROM messages") == 2);
    }
}

TEST_CASE("--migrate-only migrates and ends, and a second time finds nothing to do") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        Program first({"--migrate-only"}, on(database));
        CHECK(mentions(first.read_all(), "migrated    1 revision"));
        CHECK(first.exit_status() == 0);
        Program second({"--migrate-only"}, on(database));
        CHECK(mentions(second.read_all(), "nothing to do"));
        CHECK(second.exit_status() == 0);
        CHECK(database.number("SELECT count(*) FROM messages") == 0);
    }
}

TEST_CASE("a port that is taken is told, with what to do") {
    const EmptyDatabase database(Backend::sqlite);
    Program first({}, on(database));
    const std::string url = url_in(first.read_until("\nready at    http://127.0.0.1:"));
    auto environment = on(database);
    environment["PORT"] = url.substr(url.rfind(':') + 1);
    Program second({}, environment);
    CHECK(mentions(second.read_all(), "Address already in use"));
    CHECK(mentions(second.read_all(), "PORT="));
    CHECK(second.exit_status() == 2);
}

TEST_CASE("a migration that cannot run ends the program with schemist's status, and shows no password") {
    const EmptyDatabase database(Backend::sqlite);
    auto environment = on(database);
    environment["DATABASE_URL"] = "postgresql://somebody:pa55word@127.0.0.1:1/nowhere";
    environment["SCHEMIST_CONNECT_DEADLINE"] = "1";
    Program program({}, environment);
    const std::string output = program.read_all();
    CHECK_FALSE(mentions(output, "pa55word"));
    CHECK_FALSE(mentions(output, "ready at"));
    CHECK(program.exit_status() == 3);
}
