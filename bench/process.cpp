#include "process.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {
namespace {

double milliseconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

// By posix_spawn, as a shell's or a supervisor's vfork does it: a forked copy of this program starts on another core.
pid_t start(const std::vector<std::string>& command) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0);
    }
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    pid_t process = 0;
    const int failure = posix_spawnp(&process, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failure != 0) {
        throw std::system_error(failure, std::generic_category(), command.front());
    }
    return process;
}

void require_success(int status, const std::vector<std::string>& command) {
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::string words;
        for (std::size_t i = 0; i < std::min<std::size_t>(command.size(), 6); ++i) {
            words += command[i] + " ";
        }
        throw std::runtime_error("failed: " + words + "(status " + std::to_string(WEXITSTATUS(status)) + ")");
    }
}

}  // namespace

Cost run(const std::vector<std::string>& command) {
    const auto begin = std::chrono::steady_clock::now();
    const pid_t process = start(command);
    int status = 0;
    rusage usage{};
    wait4(process, &status, 0, &usage);
    const auto end = std::chrono::steady_clock::now();
    require_success(status, command);
    return {std::chrono::duration<double, std::milli>(end - begin).count(),
            milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), usage.ru_maxrss};
}

Cost median(std::vector<Cost> costs) {
    std::ranges::sort(costs, {}, &Cost::milliseconds);
    Cost middle = costs[costs.size() / 2];
    std::ranges::sort(costs, {}, &Cost::cpu_milliseconds);
    middle.cpu_milliseconds = costs[costs.size() / 2].cpu_milliseconds;
    std::ranges::sort(costs, {}, &Cost::peak_kilobytes);
    middle.peak_kilobytes = costs[costs.size() / 2].peak_kilobytes;
    return middle;
}

}  // namespace bench
