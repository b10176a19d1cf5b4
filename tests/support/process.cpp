#include "support/process.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace schemist::test {

namespace files = std::filesystem;

namespace {

constexpr auto pause = std::chrono::milliseconds(10);

const passwd* server_user() {
    if (geteuid() != 0) {
        return getpwuid(geteuid());
    }
    const passwd* user = getpwnam("postgres");
    return user != nullptr ? user : getpwnam("nobody");
}

// Between fork and exec: only calls that are safe there.
void become(const passwd* user) {
    if (geteuid() == 0 && user != nullptr) {
        if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) {
            _exit(126);
        }
    }
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) {
        all.push_back(text.data());
    }
    all.push_back(nullptr);
    return all;
}

void refuse_password(const std::string& name, std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    // Any spelling of it begins like this.
    if (lower.find("s3cr") != std::string::npos) {
        FAIL_CHECK(name << " printed the password:\n" << lower);
    }
}

}  // namespace

OwnFolder::OwnFolder(bool for_server) {
    std::string pattern = (files::temp_directory_path() / "schemist-faults-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw Error("no temporary folder could be made");
    }
    path_ = pattern;
    if (for_server) {
        const passwd* user = server_user();
        if (chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0 || chmod(pattern.c_str(), 0711) != 0) {
            throw Error("the temporary folder cannot be given to the server's user");
        }
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        throw Error("no pipe could be made");
    }
    remover_input_ = ends[1];
    // Waits for the end of its input, which comes however this process ends.
    const char* script =
        "read -r line; for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf \"$1\" 2>/dev/null && exit; sleep 0.5; done";
    remover_ = fork();
    if (remover_ == 0) {
        setsid();
        dup2(ends[0], STDIN_FILENO);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        execl("/bin/sh", "sh", "-c", script, "sh", pattern.c_str(), nullptr);
        _exit(127);
    }
    close(ends[0]);
}

OwnFolder::~OwnFolder() {
    close(remover_input_);
    waitpid(remover_, nullptr, 0);
}

Process::Process(const Command& command) : folder_(command.as_server_user) {
    out_ = command.log.empty() ? folder_.path() / "out" : command.log;
    error_ = command.log.empty() ? folder_.path() / "error" : command.log;
    name_ = fmt::format("{}", fmt::join(command.arguments, " "));
    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> variables{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"};
    for (const auto& [name, value] : command.environment) {
        variables.push_back(name + "=" + value);
    }
    const std::vector<char*> argv = pointers(arguments);
    const std::vector<char*> environment = pointers(variables);
    const passwd* user = command.as_server_user ? server_user() : nullptr;
    const std::string working = command.folder.string();
    const pid_t parent = getpid();
    const std::string& network = command.network;
    const std::string small_disk = command.small_disk.string();
    const std::string disk_options = fmt::format("size=8m,uid={}", user == nullptr ? 0 : user->pw_uid);

    id_ = fork();
    if (id_ < 0) {
        throw Error("no process could be started");
    }
    if (id_ == 0) {
        if (!network.empty() && setns(open(network.c_str(), O_RDONLY | O_CLOEXEC), CLONE_NEWNET) != 0) {
            _exit(126);
        }
        if (!small_disk.empty() &&
            (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
             mount("tmpfs", small_disk.c_str(), "tmpfs", 0, disk_options.c_str()) != 0)) {
            _exit(126);
        }
        become(user);
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(126);
        }
        const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
        dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
        dup2(open(out_.c_str(), flags, 0644), STDOUT_FILENO);
        dup2(open(error_.c_str(), flags, 0644), STDERR_FILENO);
        if (chdir(working.c_str()) == 0) {
            execve(argv[0], argv.data(), environment.data());
        }
        _exit(127);
    }
}

Process::~Process() {
    kill();
    refuse_password(name_, output());
}

void Process::reap(int status) {
    ended_ = true;
    result_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Process::signal(int number) const {
    if (!ended_) {
        ::kill(id_, number);
    }
}

bool Process::running() {
    int status = 0;
    if (!ended_ && waitpid(id_, &status, WNOHANG) == id_) {
        reap(status);
    }
    return !ended_;
}

int Process::wait(std::chrono::milliseconds longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    while (running()) {
        if (std::chrono::steady_clock::now() > until) {
            throw Error(fmt::format("{} did not end within {} ms; it printed:\n{}", name_, longest.count(),
                                    output()));
        }
        std::this_thread::sleep_for(pause);
    }
    return result_;
}

void Process::kill() {
    if (running()) {
        ::kill(id_, SIGKILL);
        int status = 0;
        waitpid(id_, &status, 0);
        reap(status);
    }
}

std::string Process::out() const {
    return text_of(out_);
}

std::string Process::error() const {
    return error_ == out_ ? std::string{} : text_of(error_);
}

void Process::wait_for_output(std::string_view text, std::chrono::milliseconds longest) {
    wait_until(
        fmt::format("{} to print '{}'", name_, text),
        [&] {
            if (output().find(text) != std::string::npos) {
                return true;
            }
            if (!running() && output().find(text) == std::string::npos) {
                throw Error(fmt::format("{} ended with {} and never printed '{}', but:\n{}", name_, result_,
                                        text, output()));
            }
            return false;
        },
        longest);
}

std::string run_command(const Command& command, std::chrono::milliseconds longest) {
    Process process(command);
    if (const int status = process.wait(longest); status != 0) {
        throw Error(fmt::format("{} ended with {}:\n{}", fmt::join(command.arguments, " "), status,
                                process.output()));
    }
    return process.out();
}

void wait_until(const std::string& what, const std::function<bool()>& condition,
                std::chrono::milliseconds longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            throw Error(fmt::format("waited {} ms in vain for {}", longest.count(), what));
        }
        std::this_thread::sleep_for(pause);
    }
}

std::string text_of(const files::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

int free_port() {
    // Below those that the kernel gives to connections that go out.
    std::random_device seed;
    std::uniform_int_distribution<int> choose(12000, 32000);
    for (int attempt = 0; attempt < 1000; ++attempt) {
        const int port = choose(seed);
        const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool free = bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        close(handle);
        if (free) {
            return port;
        }
    }
    throw Error("no free TCP port was found");
}

}  // namespace schemist::test
