// Ten thousand revisions: read, checked and put in order, and traversed, as every command does first.

#include "history/file.hpp"
#include "history/graph.hpp"
#include "history/target.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

#include <fmt/format.h>

namespace files = std::filesystem;
using namespace schemist;

namespace {

constexpr int revisions = 10'000;
constexpr int repetitions = 15;

// A line with a branch at every hundredth revision, merged fifty later.
void write_revisions(const files::path& folder) {
    files::create_directories(folder);
    const auto id = [](int number) { return fmt::format("{:012x}", 0x5eed'0000'0000 + number * 7919LL); };
    for (int i = 0; i < revisions; ++i) {
        std::string parents = i == 0 ? "" : id(i - 1);
        if (i >= 100 && i % 100 == 50) {
            parents = id(i - 50);
        } else if (i >= 100 && i % 100 == 99) {
            parents += ", " + id(i - 50);
        }
        std::ofstream(folder / (id(i) + "_change.sql")) << fmt::format(
            "-- revision: {}\n-- revises: {}\n-- message: change number {}\n-- created: "
            "2026-01-01T00:00:00Z\n"
            "\n-- upgrade: postgresql\nALTER TABLE accounts ADD COLUMN note_{} text NOT NULL DEFAULT '';\n"
            "CREATE INDEX ix_accounts_note_{} ON accounts (note_{});\n"
            "\n-- downgrade: postgresql\nDROP INDEX ix_accounts_note_{};\n"
            "ALTER TABLE accounts DROP COLUMN note_{};\n",
            id(i), parents, i, i, i, i, i, i);
    }
}

void print(const char* what, const std::function<void()>& work) {
    std::vector<double> times;
    for (int i = 0; i < repetitions; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(times);
    fmt::print("{:<44} {:>7.1f} ms (fastest {:.1f})\n", what, times[times.size() / 2], times.front());
}

}  // namespace

int main() {
    const files::path folder = files::temp_directory_path() / "schemist-bench-history";
    files::remove_all(folder);
    write_revisions(folder);
    const std::vector<Revision> read = read_revisions(folder, "migrations");
    const History history(read);
    fmt::print("{} revisions\n", revisions);
    print("read", [&] { read_revisions(folder, "migrations"); });
    print("checked and put in order", [&] { History{std::vector<Revision>(read)}; });
    print("way to the heads", [&] { upgrade_path(history, {}, upgrade_targets(history, {}, "heads")); });
    print("all of it", [&] {
        const History all(read_revisions(folder, "migrations"));
        upgrade_path(all, {}, upgrade_targets(all, {}, "heads"));
    });
    files::remove_all(folder);
}
