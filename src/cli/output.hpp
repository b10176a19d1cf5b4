#pragma once
// All that is printed: results to stdout, everything else to stderr; colour only on a terminal.

#include "cli/live_line.hpp"

#include <schemist/error.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::cli {

enum class Style { plain, bold, dim, red, green, yellow };

class Output final : public Reporter {
  public:
    Output(bool quiet, bool color_allowed);

    // To stdout, as it is.
    void result(std::string_view text);
    // To stderr, one line; nothing when quiet.
    void note(std::string_view text);
    void error(const Error& error);

    // Text in a style, for stdout or stderr; unchanged where there is no colour.
    std::string styled(Style style, std::string_view text) const;
    std::string styled_error(Style style, std::string_view text) const;

    // Whether somebody watches a line that changes.
    bool is_live() const { return live_ != nullptr; }

    // Whether a person can be asked: stdin and stderr are a terminal.
    bool can_ask() const { return can_ask_; }
    // Asks on stderr, reads a line; true for y and yes.
    bool ask(std::string_view question);

    void info(std::string_view text) override { note(text); }
    void warning(std::string_view text) override;
    void run_planned(const RunProgress& progress) override;
    void step_started(const StepProgress& progress) override;
    void step_running(const RunningStep& step) override;
    void step_finished(const StepProgress& progress) override;

  private:
    void print_error(std::string_view text);

    bool quiet_;
    bool color_out_;
    bool color_error_;
    bool can_ask_;
    std::unique_ptr<LiveLine> live_;
};

// Columns padded to equal width, two spaces between them, no trailing spaces.
std::string aligned(const std::vector<std::vector<std::string>>& rows);

// "350 ms", "2.41 s"
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace schemist::cli
