#include "cli/new_revision.hpp"

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <chrono>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace schemist::cli {
namespace {

namespace files = std::filesystem;

std::string now() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

}  // namespace

Revision begin_revision(const Invocation& invocation, const History& history,
                        std::vector<std::string> parents) {
    Revision revision;
    const std::string id = invocation.arguments().value("rev-id");
    revision.id = id.empty() ? new_id() : id;
    if (!is_valid_id(revision.id) || history.find(revision.id) != nullptr) {
        throw Error(fmt::format("'{}' cannot be the id of a new revision", revision.id))
            .at("--rev-id")
            .state("nothing was written")
            .hint("choose one that no file has, of letters, digits and _")
            .exit_code(ExitCode::configuration);
    }
    revision.parents = std::move(parents);
    revision.message = invocation.arguments().value("message");
    revision.created = now();
    return revision;
}

files::path write_revision_file(const Invocation& invocation, const Revision& revision) {
    files::path path = invocation.migrations_path().lexically_normal() / revision_file_name(revision);
    write_file(path, write_revision(revision));
    return path;
}

void write_file(const files::path& path, const std::string& text) {
    const files::path temporary = path.string() + ".new";
    std::ofstream file(temporary, std::ios::binary);
    file << text;
    file.close();
    std::error_code failed;
    if (file) {
        files::rename(temporary, path, failed);
    }
    if (!file || failed) {
        throw Error("the file cannot be written")
            .at(path.string())
            .hint("check that the folder is there and writable, and the space on the disk")
            .exit_code(ExitCode::configuration);
    }
}

}  // namespace schemist::cli
