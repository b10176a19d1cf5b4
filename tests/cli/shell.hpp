#pragma once
// Commands as a user types them, in a folder and with an environment of their own.

#include <filesystem>
#include <map>
#include <string>

#include <sys/types.h>

namespace schemist::test {

// Removed when it goes.
class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

struct Outcome {
    std::string out;
    std::string error;
    int exit_code = 0;  // 128 + n for a signal n
};

// A shell in a new folder. Nothing of the environment is passed on but what is set here; PATH holds the programs
// that were built.
class Shell {
  public:
    Shell();

    void set(const std::string& variable, const std::string& value) { environment_[variable] = value; }
    // Where commands run, and where the files of write() and read() are.
    std::filesystem::path folder() const { return home_.path() / "work"; }
    // Where the commands put their temporary files.
    std::filesystem::path temporary_files() const { return home_.path() / "tmp"; }

    Outcome run(const std::string& command) const;
    // Runs a command that must succeed, and gives what it printed.
    Outcome require(const std::string& command) const;
    // Starts a command in a process group of its own, which the caller must end.
    pid_t start(const std::string& command) const;

    void write(const std::string& name, const std::string& text) const;
    std::string read(const std::string& name) const;

  private:
    TemporaryFolder home_;
    std::map<std::string, std::string> environment_;
};

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace schemist::test
