#include "cli/live_line.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace schemist::cli {
namespace {

// A step that is done at once needs no line.
constexpr std::chrono::milliseconds before_first{200};
constexpr std::chrono::milliseconds between_drawings{200};

void write(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

std::size_t terminal_width() {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

bool continues_a_letter(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::string cut(std::string text, std::size_t width) {
    std::size_t letters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!continues_a_letter(text[i]) && ++letters > width) {
            text.resize(i);
            break;
        }
    }
    return text;
}

std::string bar(std::size_t done, std::size_t steps) {
    // Short, so that what the server says fits into 80 columns.
    constexpr std::size_t length = 10;
    const std::size_t filled = std::min(length, length * done / steps);
    std::string text(filled, '=');
    text += filled < length ? ">" : "";
    text.resize(length, ' ');
    return fmt::format("[{}] {}/{}  ", text, done, steps);
}

std::string time_text(std::chrono::milliseconds elapsed) {
    const auto seconds = elapsed.count() / 1000;
    return seconds < 60 ? fmt::format("{} s", seconds)
                        : fmt::format("{}:{:02} min", seconds / 60, seconds % 60);
}

}  // namespace

std::string live_text(const LiveState& state, std::size_t width) {
    std::string text = state.steps == 0 ? std::string{} : bar(state.done, state.steps);
    text += fmt::format("{}  {}", state.what, time_text(state.elapsed));
    text += state.observed.empty() ? "" : "  " + state.observed;
    std::ranges::replace(text, '\n', ' ');
    // The last column stays free: some terminals go to the next line when it is written.
    return cut(std::move(text), width - std::min<std::size_t>(width, 1));
}

LiveLine::~LiveLine() {
    {
        const std::lock_guard guard(mutex_);
        ending_ = true;
        clear();
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void LiveLine::plan(std::size_t steps) {
    const std::lock_guard guard(mutex_);
    state_.steps = state_.done + steps;
}

void LiveLine::begin(std::string what) {
    const std::lock_guard guard(mutex_);
    state_.what = std::move(what);
    state_.observed.clear();
    since_ = Clock::now();
    running_ = true;
    if (!thread_.joinable()) {
        thread_ = std::thread([this] { run(); });
    }
    changed_.notify_all();
}

void LiveLine::observe(std::string text) {
    const std::lock_guard guard(mutex_);
    state_.observed = std::move(text);
}

void LiveLine::end(bool is_done) {
    const std::lock_guard guard(mutex_);
    state_.done += is_done ? 1 : 0;
    running_ = false;
    clear();
}

void LiveLine::print(std::string_view text) {
    const std::lock_guard guard(mutex_);
    clear();
    write(text);
}

void LiveLine::run() {
    std::unique_lock guard(mutex_);
    while (!ending_) {
        if (!running_) {
            changed_.wait(guard);
        } else if (changed_.wait_for(guard, between_drawings) == std::cv_status::timeout && running_ &&
                   Clock::now() - since_ >= before_first) {
            draw();
        }
    }
}

void LiveLine::draw() {
    state_.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since_);
    const std::string text = live_text(state_, terminal_width());
    write(has_color_ ? fmt::format("\r\x1b[2m{}\x1b[0m\x1b[K", text) : fmt::format("\r{}\x1b[K", text));
    drawn_ = true;
}

void LiveLine::clear() {
    if (drawn_) {
        write("\r\x1b[K");
        drawn_ = false;
    }
}

}  // namespace schemist::cli
