// The drawing of docs/architecture.md, checked against what the files include.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace files = std::filesystem;

namespace {

const files::path source = SCHEMIST_SOURCE_DIR;

struct Module {
    std::string name;
    std::set<std::string> depends;
};

std::string read(const files::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The lines "schemist_module(NAME DEPENDS a b LINKS ...)" of src/CMakeLists.txt, in their order.
std::vector<Module> declared_modules() {
    std::vector<Module> modules;
    const std::string text = read(source / "src/CMakeLists.txt");
    constexpr std::string_view opening = "\nschemist_module(";
    for (std::size_t start = text.find(opening); start != std::string::npos;
         start = text.find(opening, start + 1)) {
        const std::size_t begin = start + opening.size();
        std::istringstream words(text.substr(begin, text.find(')', begin) - begin));
        Module module;
        words >> module.name;
        bool in_depends = false;
        for (std::string word; words >> word;) {
            if (word == "DEPENDS" || word == "LINKS") {
                in_depends = word == "DEPENDS";
            } else if (in_depends) {
                module.depends.insert(word);
            }
        }
        modules.push_back(module);
    }
    return modules;
}

std::vector<files::path> sources_in(const files::path& folder) {
    std::vector<files::path> found;
    for (const files::directory_entry& entry : files::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
            found.push_back(entry.path());
        }
    }
    return found;
}

std::vector<std::string> included(const files::path& path, char opening, char closing) {
    std::vector<std::string> names;
    std::istringstream lines(read(path));
    for (std::string line; std::getline(lines, line);) {
        const std::string start = std::string("#include ") + opening;
        if (line.starts_with(start)) {
            names.push_back(line.substr(start.size(), line.find(closing, start.size()) - start.size()));
        }
    }
    return names;
}

}  // namespace

TEST_CASE("modules depend only on modules above them") {
    const std::vector<Module> modules = declared_modules();
    REQUIRE(modules.size() >= 11);
    std::set<std::string> above;
    for (const Module& module : modules) {
        for (const std::string& dependency : module.depends) {
            INFO(module.name, " depends on ", dependency);
            CHECK(above.contains(dependency));
        }
        above.insert(module.name);
    }
}

TEST_CASE("files include only what their module says it depends on") {
    for (const Module& module : declared_modules()) {
        for (const files::path& path : sources_in(source / "src" / module.name)) {
            for (const std::string& name : included(path, '"', '"')) {
                const std::string other = name.substr(0, name.find('/'));
                INFO(path.string(), " includes ", name);
                CHECK((other == module.name || module.depends.contains(other)));
            }
        }
    }
}

TEST_CASE("every folder of src is a declared module") {
    std::set<std::string> names;
    for (const Module& module : declared_modules()) {
        names.insert(module.name);
    }
    for (const files::directory_entry& entry : files::directory_iterator(source / "src")) {
        if (entry.is_directory()) {
            INFO(entry.path().string());
            CHECK(names.contains(entry.path().filename().string()));
        }
    }
}

TEST_CASE("to apply a revision needs neither models nor a diff") {
    for (const Module& module : declared_modules()) {
        if (module.name == "history" || module.name == "runner") {
            for (const char* left : {"models", "diff", "plan", "reconcile", "cli"}) {
                INFO(module.name, " depends on ", left);
                CHECK_FALSE(module.depends.contains(left));
            }
        }
    }
}

TEST_CASE("only the backends know a database's own library, only the cli prints") {
    for (const files::path& path : sources_in(source / "src")) {
        const std::string module = (*std::next(files::relative(path, source / "src").begin(), 0)).string();
        for (const std::string& name : included(path, '<', '>')) {
            INFO(path.string(), " includes <", name, ">");
            CHECK((module == "postgresql" || (name != "libpq-fe.h" && !name.starts_with("pg_query"))));
            CHECK((module == "sqlite" || name != "sqlite3.h"));
        }
        if (module != "cli") {
            const std::string text = read(path);
            for (const char* printing : {"std::cout", "std::cerr", "fmt::print(", "printf(", "std::puts("}) {
                INFO(path.string(), " contains ", printing);
                CHECK(text.find(printing) == std::string::npos);
            }
        }
    }
}

TEST_CASE("public headers include only the standard library and each other") {
    const std::set<std::string> foreign{"libpq-fe.h", "sqlite3.h", "fmt/format.h", "CLI/CLI.hpp"};
    for (const files::path& path : sources_in(source / "include")) {
        CHECK_MESSAGE(included(path, '"', '"').empty(), path.string());
        for (const std::string& name : included(path, '<', '>')) {
            INFO(path.string(), " includes <", name, ">");
            CHECK((name.starts_with("schemist/") || name.find('/') == std::string::npos));
            CHECK_FALSE(foreign.contains(name));
        }
    }
}
