#include "postgresql/server.hpp"

#include <schemist/error.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace schemist::postgresql {
namespace {

namespace files = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view folder_prefix = "schemist-scratch-";

// initdb and postgres refuse to run as root, so that then another user's identity is taken.
const passwd* server_user() {
    if (geteuid() != 0) {
        return nullptr;
    }
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* user = getpwnam(name)) {
            return user;
        }
    }
    throw Error("neither the user \"postgres\" nor \"nobody\" exists, and PostgreSQL does not run as root")
        .at("private scratch server")
        .hint("run as a normal user, or set [scratch] postgresql to the URL of a development server")
        .exit_code(ExitCode::configuration);
}

[[noreturn]] void run_in_child(const std::vector<std::string>& command, const files::path& folder,
                               const passwd* user) {
    const files::path log = folder / "log";
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setsid();  // Ctrl-C at the terminal is for this program; it stops the server itself
    if (user != nullptr &&
        (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
        _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    if (chdir(folder.c_str()) == 0) {
        execv(arguments[0], arguments.data());
    }
    _exit(127);
}

pid_t start_process(const std::vector<std::string>& command, const files::path& folder, const passwd* user) {
    const pid_t process = fork();
    if (process == 0) {
        run_in_child(command, folder, user);
    }
    if (process < 0) {
        throw Error("no process could be started").at(command.front()).exit_code(ExitCode::internal);
    }
    return process;
}

std::string log_of(const files::path& folder) {
    std::ifstream log(folder / "log");
    std::ostringstream text;
    text << log.rdbuf();
    return text.str();
}

[[noreturn]] void fail(const std::string& what, const files::path& folder) {
    throw Error(what + "\n" + log_of(folder))
        .at("private scratch server")
        .hint("set [scratch] postgresql to the URL of a development server where databases may be created")
        .exit_code(ExitCode::configuration);
}

// Folders of programs that were killed before they could remove them.
void remove_stale_folders(const files::path& parent) {
    std::error_code ignored;
    for (const files::directory_entry& entry : files::directory_iterator(parent, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(folder_prefix)) {
            continue;
        }
        const pid_t owner = std::atoi(name.c_str() + folder_prefix.size());
        if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) {
            files::remove_all(entry.path(), ignored);
        }
    }
}

files::path make_folder() {
    std::error_code ignored;
    files::path parent = files::temp_directory_path(ignored);
    constexpr std::size_t longest_for_a_socket = 60;
    if (parent.empty() || parent.string().size() > longest_for_a_socket) {
        parent = "/tmp";
    }
    remove_stale_folders(parent);
    std::string pattern = (parent / fmt::format("{}{}-XXXXXX", folder_prefix, getpid())).string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw Error("no temporary folder can be made in " + parent.string())
            .at("private scratch server")
            .hint("make it writable, or set TMPDIR")
            .exit_code(ExitCode::configuration);
    }
    return pattern;
}

}  // namespace

std::filesystem::path find_server_binaries() {
    files::path newest;
    int newest_major = 0;
    std::error_code ignored;
    for (const files::directory_entry& entry : files::directory_iterator("/usr/lib/postgresql", ignored)) {
        const int major = std::atoi(entry.path().filename().c_str());
        if (major > newest_major && files::exists(entry.path() / "bin/initdb", ignored)) {
            newest = entry.path() / "bin";
            newest_major = major;
        }
    }
    if (!newest.empty()) {
        return newest;
    }
    const char* path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (files::exists(files::path(folder) / "initdb", ignored)) {
            return folder;
        }
    }
    return {};
}

PrivateServer::PrivateServer(const std::string& binaries) : binaries_(binaries) {
    if (binaries_.empty()) {
        binaries_ = find_server_binaries();
    }
    if (binaries_.empty()) {
        throw Error("PostgreSQL server programs (initdb, postgres) are not installed")
            .at("private scratch server")
            .hint(
                "install them (Debian: apt-get install postgresql-15), or set [scratch] postgresql to the "
                "URL of a "
                "development server where databases may be created")
            .exit_code(ExitCode::configuration);
    }
    folder_ = make_folder();
    try {
        start();
    } catch (...) {
        stop();
        throw;
    }
}

void PrivateServer::start() {
    const passwd* user = server_user();
    if (user != nullptr && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        fail("the temporary folder cannot be given to " + std::string(user->pw_name), folder_);
    }
    const std::string data = (folder_ / "data").string();
    const pid_t initdb =
        start_process({(binaries_ / "initdb").string(), "-D", data, "-U", "schemist", "-A", "trust", "-E",
                       "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
                      folder_, user);
    int status = 0;
    waitpid(initdb, &status, 0);
    if (status != 0) {
        fail("initdb failed", folder_);
    }
    process_ = start_process(
        {(binaries_ / "postgres").string(), "-D", data, "-k", folder_.string(), "-c",
         "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
         "-c", "autovacuum=off", "-c", "shared_buffers=32MB", "-c", "max_locks_per_transaction=1024"},
        folder_, user);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (PQping(url().c_str()) != PQPING_OK) {
        if (waitpid(process_, &status, WNOHANG) == process_) {
            process_ = -1;
            fail("the server ended at once", folder_);
        }
        if (std::chrono::steady_clock::now() > deadline) {
            fail("the server did not answer within 30 s", folder_);
        }
        std::this_thread::sleep_for(10ms);
    }
}

void PrivateServer::stop() noexcept {
    if (process_ > 0) {
        kill(process_, SIGQUIT);
        int status = 0;
        waitpid(process_, &status, 0);
        process_ = -1;
    }
    std::error_code ignored;
    files::remove_all(folder_, ignored);
}

PrivateServer::~PrivateServer() {
    stop();
}

std::string PrivateServer::url() const {
    return "postgresql://schemist@/postgres?host=" + folder_.string();
}

}  // namespace schemist::postgresql
