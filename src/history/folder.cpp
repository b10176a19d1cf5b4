// The folder of the revisions: the only part of this module that touches files.

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace schemist {

namespace {

std::string read_whole_file(const std::filesystem::path& path, const std::string& shown) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream) {
        // An empty file makes the insertion fail, and is no error here.
        std::error_code code;
        if (std::filesystem::file_size(path, code) != 0 || code) {
            throw Error("the file cannot be read")
                .at(shown)
                .hint("check its permissions")
                .exit_code(ExitCode::configuration);
        }
    }
    return std::move(content).str();
}

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
    std::vector<Revision> revisions;
    revisions.reserve(names.size());
    for (const std::string& name : names) {
        const std::string path =
            shown.empty() || shown == "." ? name : shown + (shown.back() == '/' ? "" : "/") + name;
        revisions.push_back(parse_revision(read_whole_file(folder / name, path), path));
    }
    return revisions;
}

}  // namespace schemist
