#include "cli/shell_command.hpp"

#include <array>
#include <cstdio>

#include <sys/wait.h>

namespace schemist::cli {

ShellResult run_in_shell(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) {
        return {-1, ""};
    }
    std::string output;
    std::array<char, 65536> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        output.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : status, std::move(output)};
}

}  // namespace schemist::cli
