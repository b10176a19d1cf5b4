#pragma once
// A private PostgreSQL server of one's own, for scratch databases where there is no development server.

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace schemist::postgresql {

// Started from installed server binaries in a folder under the system's temporary folder, reachable on a unix
// socket only, as a normal user also when the program runs as root. The destructor stops it and removes the
// folder; when the program dies, the server is told by the kernel, and the next private server removes the
// folder.
class PrivateServer {
  public:
    // `binaries` is the folder of initdb and postgres; empty: the newest that is installed. Throws Error.
    explicit PrivateServer(const std::string& binaries = {});
    ~PrivateServer();
    PrivateServer(const PrivateServer&) = delete;
    PrivateServer& operator=(const PrivateServer&) = delete;

    // The URL of its database "postgres", as superuser.
    std::string url() const;

  private:
    void start();
    void stop() noexcept;

    std::filesystem::path binaries_;
    std::filesystem::path folder_;
    pid_t process_ = -1;
};

// The folder of the newest installed server's programs; empty when there is none.
std::filesystem::path find_server_binaries();

}  // namespace schemist::postgresql
