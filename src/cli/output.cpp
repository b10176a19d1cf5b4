#include "cli/output.hpp"

#include "cli/secrets.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace schemist::cli {
namespace {

std::string_view code(Style style) {
    switch (style) {
        case Style::plain:
            return "";
        case Style::bold:
            return "\x1b[1m";
        case Style::dim:
            return "\x1b[2m";
        case Style::red:
            return "\x1b[31m";
        case Style::green:
            return "\x1b[32m";
        case Style::yellow:
            return "\x1b[33m";
    }
    return "";
}

std::string with_style(bool color, Style style, std::string_view text) {
    return color && style != Style::plain ? fmt::format("{}{}\x1b[0m", code(style), text) : std::string(text);
}

bool color_wanted(bool allowed, int descriptor) {
    const char* no_color = std::getenv("NO_COLOR");
    return allowed && (no_color == nullptr || *no_color == '\0') && isatty(descriptor) == 1;
}

bool shows_changes() {
    const char* terminal = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

void print(std::FILE* file, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), file);
}

// Width in code points, which is close enough for names and messages.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](unsigned char byte) { return (byte & 0xC0) != 0x80; }));
}

}  // namespace

Output::Output(bool quiet, bool color_allowed)
    : quiet_(quiet),
      color_out_(color_wanted(color_allowed, STDOUT_FILENO)),
      color_error_(color_wanted(color_allowed, STDERR_FILENO)),
      can_ask_(isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1),
      live_(!quiet && shows_changes() ? std::make_unique<LiveLine>(color_error_) : nullptr) {}

void Output::result(std::string_view text) {
    print(stdout, text);
}

void Output::print_error(std::string_view text) {
    if (live_ != nullptr) {
        live_->print(text);
    } else {
        print(stderr, text);
    }
}

void Output::note(std::string_view text) {
    if (!quiet_) {
        print_error(fmt::format("{}\n", text));
    }
}

void Output::error(const Error& error) {
    if (live_ != nullptr) {
        live_->end(false);
    }
    print_error(fmt::format("{} {}\n", with_style(color_error_, Style::red, "error:"),
                            without_passwords(error.what())));
}

std::string Output::styled(Style style, std::string_view text) const {
    return with_style(color_out_, style, text);
}

std::string Output::styled_error(Style style, std::string_view text) const {
    return with_style(color_error_, style, text);
}

bool Output::ask(std::string_view question) {
    print(stderr, fmt::format("{} [y/N] ", question));
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

void Output::warning(std::string_view text) {
    print_error(fmt::format("{} {}\n", with_style(color_error_, Style::yellow, "warning:"), text));
}

void Output::run_planned(const RunProgress& progress) {
    if (live_ != nullptr) {
        live_->plan(progress.steps);
    }
}

void Output::step_running(const RunningStep& step) {
    if (live_ != nullptr) {
        live_->observe(step.observed);
    } else {
        info(step.text());
    }
}

void Output::step_started(const StepProgress& progress) {
    if (progress.step == 1) {
        note(fmt::format("{} {} {}", styled_error(Style::bold, progress.upgrade ? "upgrade" : "downgrade"),
                         progress.revision, progress.message));
    }
    if (live_ != nullptr) {
        live_->begin(progress.steps > 1
                         ? fmt::format("{} ({}/{})", progress.revision, progress.step, progress.steps)
                         : progress.revision);
    }
}

void Output::step_finished(const StepProgress& progress) {
    if (live_ != nullptr) {
        live_->end(true);
    }
    const std::string step =
        progress.steps > 1 ? fmt::format("step {} of {}, ", progress.step, progress.steps) : std::string();
    note(fmt::format("  {}{}{}", styled_error(Style::green, "done"), " in ",
                     step.empty() ? duration_text(progress.elapsed)
                                  : fmt::format("{} ({})", duration_text(progress.elapsed),
                                                step.substr(0, step.size() - 2))));
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            line.append(i + 1 < row.size() ? widths[i] - width(row[i]) + 2 : 0, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string duration_text(std::chrono::milliseconds duration) {
    return duration.count() < 1000 ? fmt::format("{} ms", duration.count())
                                   : fmt::format("{:.2f} s", static_cast<double>(duration.count()) / 1000.0);
}

}  // namespace schemist::cli
