#pragma once
// A folder of revisions, and the command that was built running on it.

#include "support/own_server.hpp"
#include "support/process.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace schemist::test {

struct Result {
    int status = 0;  // 128 + n for a signal n
    std::string output;
    std::chrono::milliseconds duration{0};

    bool says(std::string_view text) const { return output.find(text) != std::string::npos; }
};

class Project {
  public:
    explicit Project(const std::string& url);

    // Empty takes the variable away.
    void set(const std::string& variable, const std::string& value);
    void revision(const std::string& id, const std::string& revises, const std::string& upgrade) const;
    // A step of a history of its own that waits inside until somebody lets go of advisory lock 7.
    void gated_history() const;
    // 0001 makes the table notes with a row, 0002 its index concurrently, 0003 adds a row.
    void standard_history() const;
    std::filesystem::path file(const std::string& id) const;
    const std::filesystem::path& folder() const { return folder_.path(); }

    // What start() runs, for who wants to run it otherwise.
    Command command(const std::string& arguments = "upgrade head") const;
    // A program that migrates by the library, with work in C++ for 0003 that waits for a file `go` inside of the
    // step's transaction, idle.
    std::unique_ptr<Process> start_migrator() const;
    std::unique_ptr<Process> start(const std::string& arguments = "upgrade head") const;
    Result run(const std::string& arguments = "upgrade head",
               std::chrono::milliseconds longest = std::chrono::seconds(60)) const;

  private:
    OwnFolder folder_;
    std::map<std::string, std::string> environment_;
};

Result result_of(Process& process, std::chrono::milliseconds longest = std::chrono::seconds(60));

// "0001:applied:1/1 0002:running:0/1", or "none" without a journal.
std::string journal_of(const OwnServer& server);
// All three revisions of the standard history are there once, and nothing is broken.
void check_standard_head(const OwnServer& server);
void check_gated_head(const OwnServer& server);
std::string invalid_indexes(const OwnServer& server);

// Advisory lock 7, for which steps wait, until it goes.
class Gate {
  public:
    explicit Gate(const OwnServer& server);
    void open();
    // The process of the server that waits at it. Until then nothing.
    std::string wait_for_step(const std::string& other_than = "0") const;

  private:
    const OwnServer& server_;
    std::unique_ptr<schemist::postgresql::Connection> connection_;
};

// An old snapshot, for whose end CREATE INDEX CONCURRENTLY waits, until it goes.
class Snapshot {
  public:
    explicit Snapshot(const OwnServer& server);
    void close();
    // Until an index is being built and waits.
    void wait_for_build() const;

  private:
    const OwnServer& server_;
    std::unique_ptr<schemist::postgresql::Connection> connection_;
};

// For what a machine cannot do: the summary and ctest count it.
void skip(const std::string& reason);
// Whether a process may have mounts of its own: it needs root, and a root folder that is a mount itself.
bool may_mount();

}  // namespace schemist::test
