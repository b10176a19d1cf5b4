#include "cli/new_revision.hpp"

#include "cli/hooks.hpp"
#include "history/file.hpp"
#include "history/target.hpp"

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

Error refused(std::string what, std::string option) {
    return Error(std::move(what))
        .at(std::move(option))
        .state("nothing was written")
        .exit_code(ExitCode::configuration);
}

// What is below a head is revised by another revision already: a second one begins a branch.
void require_heads(const Invocation& invocation, const History& history,
                   std::span<const std::string> parents) {
    for (const std::string& parent : parents) {
        const auto children = history.children(*history.index_of(parent));
        if (!children.empty() && !invocation.arguments().has("splice")) {
            throw refused(
                fmt::format("revision {} is no head: {} revises it", parent, history[children.front()].id),
                "--head")
                .hint("add --splice to begin a branch there");
        }
    }
}

std::vector<std::string> new_labels(const Invocation& invocation, const History& history,
                                    const std::string& id) {
    std::vector<std::string> labels = invocation.arguments().values("branch-label");
    for (const std::string& label : labels) {
        const std::optional<History::Index> taken =
            history.labelled(label) ? history.labelled(label) : history.index_of(label);
        if (taken) {
            throw refused(fmt::format("the label {} is taken by revision {}", label, history[*taken].id),
                          "--branch-label")
                .hint("choose another");
        }
        if (!is_valid_id(label) || label == id) {
            throw refused(fmt::format("'{}' cannot be a label", label), "--branch-label")
                .hint("a label has letters, digits, _ and ., and is not head, heads, base or current");
        }
    }
    return labels;
}

// Labels stay labels, so that the file says what was meant; all else becomes whole ids.
std::vector<std::string> new_dependencies(const Invocation& invocation, const History& history) {
    std::vector<std::string> result;
    for (const std::string& name : invocation.arguments().values("depends-on")) {
        if (history.labelled(name)) {
            result.push_back(name);
            continue;
        }
        const std::vector<std::string> ids = named_revisions(history, name);
        result.insert(result.end(), ids.begin(), ids.end());
    }
    return result;
}

}  // namespace

Revision begin_revision(const Invocation& invocation, const History& history,
                        std::vector<std::string> parents) {
    Revision revision;
    const std::string id = invocation.arguments().value("rev-id");
    revision.id = id.empty() ? new_id() : id;
    if (!is_valid_id(revision.id) || history.find(revision.id) != nullptr ||
        history.replacement_of(revision.id)) {
        throw Error(fmt::format("'{}' cannot be the id of a new revision", revision.id))
            .at("--rev-id")
            .state("nothing was written")
            .hint("choose one that no file has, of letters, digits and _")
            .exit_code(ExitCode::configuration);
    }
    require_heads(invocation, history, parents);
    revision.parents = std::move(parents);
    revision.labels = new_labels(invocation, history, revision.id);
    revision.depends = new_dependencies(invocation, history);
    revision.message = invocation.arguments().value("message");
    revision.created = now();
    return revision;
}

files::path write_revision_file(const Invocation& invocation, const Revision& revision) {
    files::path path = new_revision_path(invocation, revision);
    if (files::exists(path)) {
        throw refused("a file of that name is there already", path.string())
            .hint(
                "set revision.file_name in schemist.toml to a pattern with {id} in it, or move the file "
                "away");
    }
    write_file(path, revision_text(invocation, revision));
    run_after_revision(invocation.config(), path);
    return path;
}

files::path new_revision_path(const Invocation& invocation, const Revision& revision) {
    return invocation.migrations_path().lexically_normal() /
           revision_file_name(revision, invocation.config().revision.file_name);
}

std::string revision_text(const Invocation& invocation, const Revision& revision) {
    const Config& config = invocation.config();
    if (config.revision.layout.empty()) {
        return write_revision(revision);
    }
    const files::path path = config.resolve(config.revision.layout).lexically_normal();
    return write_revision(revision, read_file(path, "check `template` under [revision] in schemist.toml"),
                          path.string());
}

void run_after_revision(const Config& config, const files::path& path) {
    run_hook(config, {"hooks.after_revision", config.hooks.after_revision, "SCHEMIST_FILE",
                      files::absolute(path).string(), fmt::format("{} was written", path.string())});
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
