#include "cli/dump_files.hpp"

#include "cli/new_revision.hpp"
#include "diff/diff.hpp"
#include "plan/order.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

namespace fs = std::filesystem;

// Letters that no file system minds; others as %XX. A name that is too long for one ends with a number made of all of it.
std::string file_name(std::string_view text) {
    constexpr std::string_view plain = "_-.,() ";
    constexpr std::size_t longest = 180;
    std::string name;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        name += is_word || byte >= 128 || plain.find(c) != std::string_view::npos
                    ? std::string(1, c)
                    : fmt::format("%{:02X}", byte);
    }
    if (name.size() > longest) {
        std::uint64_t sum = 14695981039346656037U;
        for (const char c : name) {
            sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
        }
        name = fmt::format("{}~{:016x}", name.substr(0, longest), sum);
    }
    return name;
}

// The object that a file is named after; a part of a table stands with its table.
Reference owner_of(const Reference& object) {
    return is_part_of_table(object.kind) ? Reference{Kind::table, object.name, {}} : object;
}

std::string path_of(const Reference& object) {
    std::string folder(to_string(object.kind));
    std::ranges::replace(folder, ' ', '_');
    const std::string name =
        (object.name.schema.empty() ? "" : object.name.schema + ".") + object.name.name +
        (object.part.empty() || object.part.starts_with("(") ? object.part : "." + object.part);
    return folder + "/" + file_name(name);
}

// A body may name what was dropped since, or is made only later: the server is to take it all the same.
constexpr std::string_view no_check_of_bodies = "SET check_function_bodies = off;\n";

bool makes_function(std::string_view statement) {
    constexpr std::array<std::string_view, 4> heads{"CREATE FUNCTION ", "CREATE OR REPLACE FUNCTION ",
                                                    "CREATE PROCEDURE ", "CREATE OR REPLACE PROCEDURE "};
    return std::ranges::any_of(heads, [&](std::string_view head) { return statement.starts_with(head); });
}

class Files {
  public:
    void add(const DdlAction& action) {
        if (action.statements.empty()) {
            return;
        }
        const Reference object = object_of(action);
        std::vector<std::size_t>& own = by_object_[object];
        const std::size_t earliest = last_needed(action);
        if (own.empty() || own.back() < earliest) {
            own.push_back(files_.size());
            const std::string number = own.size() == 1 ? "" : fmt::format("~{}", own.size());
            files_.push_back({path_of(object) + number + ".sql", {}});
        }
        for (const std::string& statement : action.statements) {
            std::string& text = files_[own.back()].text;
            if (makes_function(statement) && !text.starts_with(no_check_of_bodies)) {
                text.insert(0, no_check_of_bodies);
            }
            text += for_a_script(statement) + ";\n";
        }
        for (const Reference& made : action.creates) {
            made_in_[made] = own.back();
        }
    }

    std::vector<DumpFile> take() { return std::move(files_); }

  private:
    // Whom an action makes, or else belongs to.
    static Reference object_of(const DdlAction& action) {
        return owner_of(!action.creates.empty() ? action.creates.front() : action.needs.front());
    }

    // The file behind which it must stand: a file grows no more once another one needs what is in it.
    std::size_t last_needed(const DdlAction& action) const {
        std::size_t last = 0;
        for (const Reference& needed : action.needs) {
            if (const auto found = made_in_.find(needed); found != made_in_.end()) {
                last = std::max(last, found->second);
            } else if (is_part_of_table(needed.kind)) {
                const auto table = made_in_.find({Kind::table, needed.name, {}});
                last = table == made_in_.end() ? last : std::max(last, table->second);
            }
        }
        return last;
    }

    std::vector<DumpFile> files_;
    std::map<Reference, std::vector<std::size_t>> by_object_;
    std::map<Reference, std::size_t> made_in_;
};

void write_lines(const fs::path& path, const std::vector<DumpFile>& files) {
    std::string lines;
    for (const DumpFile& file : files) {
        lines += file.path + "\n";
    }
    write_file(path, lines);
}

std::vector<std::string> lines_of(const fs::path& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) {
            lines.push_back(line);
        }
    }
    return lines;
}

// Nothing that a list names may lead out of its folder.
fs::path inside(const fs::path& folder, const std::string& line) {
    const fs::path relative(line);
    const bool leaves =
        relative.is_absolute() || std::ranges::find(relative, fs::path("..")) != relative.end();
    if (leaves) {
        throw Error(fmt::format("'{}' is not in the folder", line))
            .at((folder / load_order_file).string())
            .hint("remove the line, or write the dump again with `schemist dump --split`")
            .exit_code(ExitCode::configuration);
    }
    return folder / relative;
}

}  // namespace

std::string for_a_script(const std::string& statement) {
    constexpr std::string_view local = "SET LOCAL ";
    return statement.starts_with(local) ? "SET " + statement.substr(local.size()) : statement;
}

std::string to_runnable_script(Plan plan) {
    bool has_function = false;
    for (Step& step : plan.steps) {
        for (std::string& statement : step.statements) {
            statement = for_a_script(statement);
            has_function = has_function || makes_function(statement);
        }
    }
    return (has_function ? std::string(no_check_of_bodies) : std::string()) + to_marked_script(plan);
}

std::vector<DumpFile> dump_files(const Schema& schema, const Dialect& dialect) {
    Files files;
    for (const DdlAction& action : ordered_actions(diff({}, schema), {}, schema, dialect)) {
        files.add(action);
    }
    return files.take();
}

void write_dump(const fs::path& folder, const std::vector<DumpFile>& files) {
    for (const std::string& line : lines_of(folder / load_order_file)) {
        fs::remove(inside(folder, line));
    }
    for (const DumpFile& file : files) {
        const fs::path path = folder / file.path;
        fs::create_directories(path.parent_path());
        write_file(path, file.text);
    }
    fs::create_directories(folder);
    write_lines(folder / load_order_file, files);
}

std::vector<fs::path> load_order(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const std::string& line : lines_of(folder / load_order_file)) {
        paths.push_back(inside(folder, line));
        if (!fs::exists(paths.back())) {
            throw Error(fmt::format("{} is listed and not there", line))
                .at((folder / load_order_file).string())
                .hint("restore the file, or write the dump again with `schemist dump --split`")
                .exit_code(ExitCode::configuration);
        }
    }
    return paths;
}

}  // namespace schemist::cli
