#include "cli/picture_text.hpp"

#include "cli/shell_command.hpp"
#include "cli/shell_words.hpp"

#include <schemist/error.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

namespace files = std::filesystem;

// Where `dot` reads from: a pipe each way could block when both sides write.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string& text)
        // mkstemp puts letters of its own in the place of the last six.
        : path_(files::temp_directory_path() / "schemist-XXXXXX") {
        const int descriptor = mkstemp(path_.data());
        if (descriptor < 0) {
            throw Error("no temporary file can be made")
                .at(path_)
                .hint("make the folder writable, or set TMPDIR")
                .exit_code(ExitCode::configuration);
        }
        std::FILE* file = fdopen(descriptor, "w");
        std::fwrite(text.data(), 1, text.size(), file);
        std::fclose(file);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::remove(path_.c_str()); }

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace

std::string html_escaped(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += letter;
        }
    }
    return result;
}

std::string dot_quoted(std::string_view text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '\n') {
            result += "\\n";
            continue;
        }
        result += letter == '"' || letter == '\\' ? std::string{'\\', letter} : std::string(1, letter);
    }
    return result + "\"";
}

std::string svg_of(const std::string& dot) {
    const TemporaryFile input(dot);
    const ShellResult result = run_in_shell("dot -Tsvg " + shell_quoted(input.path()));
    const std::string& svg = result.output;
    constexpr int no_such_program = 127;
    if (result.status != 0) {
        throw Error(result.status == no_such_program
                        ? "the program `dot` of Graphviz, which draws the picture, is not there"
                        : fmt::format("the program `dot` of Graphviz failed with status {}", result.status))
            .state("nothing was written")
            .hint("install graphviz, or take --mermaid or --dot, which need no other program")
            .exit_code(ExitCode::configuration);
    }
    const std::size_t begin = svg.find("<svg");
    return begin == std::string::npos ? svg : svg.substr(begin);
}

}  // namespace schemist::cli
