#pragma once
// Programs as processes of their own: started, watched, signalled, waited for, and gone when the test ends.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace schemist::test {

// Of every role that a test makes. What a process prints is searched for it, encoded or not.
inline constexpr std::string_view password = "s3cr/et p@ss%";
inline constexpr std::string_view encoded_password = "s3cr%2Fet%20p%40ss%25";

// A folder below the system's temporary one. It is removed when this goes, and also when the test is killed.
class OwnFolder {
  public:
    // For a server: owned by the user that servers run as, and open to others for their sockets.
    explicit OwnFolder(bool for_server = false);
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
    ~OwnFolder();

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    pid_t remover_ = 0;
    int remover_input_ = -1;
};

struct Command {
    std::vector<std::string> arguments;  // the first is the program's path
    std::filesystem::path folder = "/";
    std::map<std::string, std::string> environment = {};  // nothing else is passed on but PATH and LANG
    // As the user that servers run as, since neither PostgreSQL nor pgbouncer runs as root.
    bool as_server_user = false;
    // A file for both outputs; else each has one of its own.
    std::filesystem::path log = {};
    // Both need root. The file of a network namespace to run in; a folder that is a disk of 8 MB to this process alone.
    std::string network = {};
    std::filesystem::path small_disk = {};
};

class Process {
  public:
    // Call it from the thread that outlives the process: the kernel kills it when that thread ends.
    explicit Process(const Command& command);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();  // kills it

    pid_t id() const { return id_; }
    void signal(int number) const;
    bool running();
    // What it ended with, 128 + n for a signal n. Throws Error with its output when it takes longer.
    int wait(std::chrono::milliseconds longest = std::chrono::seconds(60));
    void kill();

    std::string out() const;
    std::string error() const;
    std::string output() const { return out() + error(); }
    void wait_for_output(std::string_view text, std::chrono::milliseconds longest = std::chrono::seconds(30));

  private:
    void reap(int status);

    OwnFolder folder_;
    std::filesystem::path out_;
    std::filesystem::path error_;
    std::string name_;
    pid_t id_ = 0;
    bool ended_ = false;
    int result_ = 0;
};

// Throws Error with the output when the command does not end with 0.
std::string run_command(const Command& command, std::chrono::milliseconds longest = std::chrono::seconds(60));

// Looks every few milliseconds. Throws Error that says what was waited for.
void wait_until(const std::string& what, const std::function<bool()>& condition,
                std::chrono::milliseconds longest = std::chrono::seconds(30));

std::string text_of(const std::filesystem::path& file);

// A TCP port of 127.0.0.1 that nobody listens on.
int free_port();

}  // namespace schemist::test
