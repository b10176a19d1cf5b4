#include "sqlite/lock_holder.hpp"

#include <cstdint>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/stat.h>

namespace schemist::sqlite {
namespace {

// Of the documents "File Locking And Concurrency" and "WAL-mode File Format".
constexpr std::uint64_t reserved_byte = 0x40000001;
constexpr std::uint64_t shared_memory_write_byte = 120;

struct FileLock {
    std::string process;
    std::string inode;
    bool writes = false;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

// "1: POSIX  ADVISORY  WRITE 4711 fd:00:1234 1073741825 1073741825"; a waiting one has "->" behind the number.
std::optional<FileLock> read_lock(const std::string& line) {
    std::istringstream words(line);
    std::string number;
    std::string kind;
    std::string advisory;
    std::string mode;
    std::string device;
    std::string last;
    FileLock lock;
    words >> number >> kind;
    if (kind == "->") {
        return std::nullopt;
    }
    words >> advisory >> mode >> lock.process >> device >> lock.first >> last;
    if (!words) {
        return std::nullopt;
    }
    lock.inode = device.substr(device.rfind(':') + 1);
    lock.writes = mode == "WRITE";
    lock.last = last == "EOF" ? UINT64_MAX : std::stoull(last);
    return lock;
}

std::optional<std::string> holder(const std::string& path, std::uint64_t byte) {
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0) {
        return std::nullopt;
    }
    const std::string inode = std::to_string(file.st_ino);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        const std::optional<FileLock> lock = read_lock(line);
        if (lock && lock->writes && lock->inode == inode && lock->first <= byte && byte <= lock->last) {
            std::ifstream name("/proc/" + lock->process + "/comm");
            std::string command;
            std::getline(name, command);
            return fmt::format("process {}{}", lock->process, command.empty() ? "" : " (" + command + ")");
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> write_lock_holder(const std::string& path) {
    if (path.empty()) {
        return std::nullopt;
    }
    const std::optional<std::string> in_log = holder(path + "-shm", shared_memory_write_byte);
    return in_log ? in_log : holder(path, reserved_byte);
}

}  // namespace schemist::sqlite
