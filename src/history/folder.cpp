// The folder of the revisions: the only part of this module that touches files.

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace schemist {

namespace {

// Three calls of the system for a file of usual size: with many revisions they are most of the work.
class FolderReader {
  public:
    explicit FolderReader(const std::filesystem::path& folder)
        : folder_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
    FolderReader(const FolderReader&) = delete;
    FolderReader& operator=(const FolderReader&) = delete;
    ~FolderReader() { close(folder_); }

    std::string read(const std::string& name, const std::string& shown) {
        const int file = openat(folder_, name.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            fail(shown);
        }
        std::string text;
        ssize_t size = 0;
        do {
            size = ::read(file, buffer_.data(), buffer_.size());
            text.append(buffer_.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        } while (size == static_cast<ssize_t>(buffer_.size()) || (size < 0 && errno == EINTR));
        const int error = size < 0 ? errno : 0;
        close(file);
        if (error != 0) {
            errno = error;
            fail(shown);
        }
        return text;
    }

  private:
    [[noreturn]] static void fail(const std::string& shown) {
        throw Error(fmt::format("the file cannot be read: {}", std::generic_category().message(errno)))
            .at(shown)
            .hint("check its permissions")
            .exit_code(ExitCode::configuration);
    }

    int folder_;
    std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 16U);
};

}  // namespace

std::vector<Revision> read_revisions(const std::filesystem::path& folder, const std::string& shown) {
    std::error_code code;
    if (!std::filesystem::is_directory(folder, code)) {
        throw Error("the migrations folder is not there")
            .at(shown)
            .hint("run `schemist init`, or set `migrations` in schemist.toml or SCHEMIST_MIGRATIONS")
            .exit_code(ExitCode::configuration);
    }
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const bool is_sql = name.size() > 4 && name.ends_with(".sql") && name.front() != '.';
        if (is_sql && !name.starts_with("schema.") && !entry.is_directory()) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    FolderReader reader(folder);
    std::vector<Revision> revisions;
    revisions.reserve(names.size());
    for (const std::string& name : names) {
        const std::string path =
            shown.empty() || shown == "." ? name : shown + (shown.back() == '/' ? "" : "/") + name;
        revisions.push_back(parse_revision(reader.read(name, path), path));
    }
    return revisions;
}

}  // namespace schemist
