#include "reconcile/case_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace schemist::test {
namespace {

constexpr std::array<std::string_view, 8> words{"since", "before", "after",   "rows",
                                                "query", "rename", "upgrade", "downgrade"};
// What a newer server than most is given stands apart.
constexpr std::array<std::string_view, 4> dialects{"any", "postgresql", "postgresql 18", "sqlite"};

bool is_heading(const std::string& line, std::string& heading) {
    for (const std::string_view word : words) {
        for (const std::string_view dialect : dialects) {
            heading = std::string(word) + ": " + std::string(dialect);
            if (line == "-- " + heading) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

std::string CaseFile::section(const std::string& word, DialectName dialect) const {
    for (const std::string& name : {word + ": " + std::string(to_string(dialect)), word + ": any"}) {
        if (const auto found = sections.find(name); found != sections.end()) {
            return found->second;
        }
    }
    return {};
}

bool CaseFile::is_about(DialectName dialect) const {
    const std::string ending = ": " + std::string(to_string(dialect));
    return std::ranges::any_of(sections, [&](const auto& section) {
        return section.first.ends_with(ending) || section.first == "before: any" ||
               section.first == "after: any";
    });
}

CaseFile read_case(const std::filesystem::path& path) {
    CaseFile file;
    file.path = path;
    std::ifstream lines(path);
    std::string* current = &file.about;
    for (std::string line; std::getline(lines, line);) {
        std::string heading;
        if (is_heading(line, heading)) {
            current = &file.sections[heading];
        } else if (line.starts_with("-- ") && line.find(": ") != std::string::npos &&
                   line.find(' ', 3) > line.find(':') && !line.starts_with("-- note: ")) {
            throw std::runtime_error(path.string() + ": unknown section " + line);
        } else {
            *current += line + "\n";
        }
    }
    return file;
}

void write_case(const CaseFile& file) {
    std::ofstream text(file.path);
    text << file.about;
    for (const std::string_view dialect : dialects) {
        for (const std::string_view word : words) {
            const auto found = file.sections.find(std::string(word) + ": " + std::string(dialect));
            if (found != file.sections.end()) {
                text << "-- " << found->first << "\n" << found->second;
            }
        }
    }
}

std::vector<std::filesystem::path> case_paths() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(SCHEMIST_SOURCE_DIR) / "tests/cases")) {
        if (entry.path().extension() == ".case") {
            paths.push_back(entry.path());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

}  // namespace schemist::test
