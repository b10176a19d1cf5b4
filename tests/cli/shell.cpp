#include "cli/shell.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace schemist::test {

namespace files = std::filesystem;

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (files::temp_directory_path() / "schemist-cli-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder could be made");
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    files::remove_all(path_, ignored);
}

Shell::Shell() {
    files::create_directory(folder());
    files::create_directory(temporary_files());
    // The private scratch server may run as another user.
    files::permissions(home_.path(), files::perms::others_exec, files::perm_options::add);
    files::permissions(temporary_files(), files::perms::all | files::perms::sticky_bit);
    environment_ = {{"PATH", SCHEMIST_BINARY_DIR ":/usr/bin:/bin"},
                    {"HOME", home_.path().string()},
                    {"TMPDIR", temporary_files().string()},
                    {"LANG", "C.UTF-8"},
                    {"SCHEMIST_CONNECT_DEADLINE", "0s"}};
}

pid_t Shell::start(const std::string& command) const {
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment_) {
        variables.push_back(name + "=" + value);
    }
    std::vector<char*> environment;
    for (std::string& variable : variables) {
        environment.push_back(variable.data());
    }
    environment.push_back(nullptr);
    const std::string out = (home_.path() / "out").string();
    const std::string error = (home_.path() / "error").string();
    const std::string here = folder().string();

    const pid_t process = fork();
    if (process < 0) {
        throw std::runtime_error("no process could be started");
    }
    if (process == 0) {
        setpgid(0, 0);
        const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
        dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
        dup2(open(out.c_str(), flags, 0600), STDOUT_FILENO);
        dup2(open(error.c_str(), flags, 0600), STDERR_FILENO);
        if (chdir(here.c_str()) == 0) {
            execle("/bin/sh", "sh", "-c", command.c_str(), nullptr, environment.data());
        }
        _exit(127);
    }
    return process;
}

Outcome Shell::run(const std::string& command) const {
    int status = 0;
    waitpid(start(command), &status, 0);
    return {read_file(home_.path() / "out"), read_file(home_.path() / "error"),
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

Outcome Shell::require(const std::string& command) const {
    Outcome outcome = run(command);
    if (outcome.exit_code != 0) {
        throw std::runtime_error(command + " ended with " + std::to_string(outcome.exit_code) + "\n" +
                                 outcome.out + outcome.error);
    }
    return outcome;
}

void Shell::write(const std::string& name, const std::string& text) const {
    files::create_directories((folder() / name).parent_path());
    write_file(folder() / name, text);
}

std::string Shell::read(const std::string& name) const {
    return read_file(folder() / name);
}

std::string read_file(const files::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        throw std::runtime_error("cannot read " + path.string());
    }
    return text.str();
}

void write_file(const files::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

}  // namespace schemist::test
