#pragma once
// The last line of a terminal while a run is under way: how far it is, and what it is at.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace schemist::cli {

struct LiveState {
    std::size_t done = 0;                  // steps
    std::size_t steps = 0;                 // 0: not known
    std::string what;                      // "8f3c2a91d0b4 (1/2)"
    std::chrono::milliseconds elapsed{0};  // of this step
    std::string observed;                  // what the server says of it
};

// "[=====>    ] 3/6  8f3c2a91d0b4 (1/2)  12 s  building index: scanning table, 45 %", as much of it as there is
// room for. Pure.
std::string live_text(const LiveState& state, std::size_t width);

// Has a thread of its own, which draws the line anew while a step runs.
class LiveLine {
  public:
    explicit LiveLine(bool has_color) : has_color_(has_color) {}
    LiveLine(const LiveLine&) = delete;
    LiveLine& operator=(const LiveLine&) = delete;
    ~LiveLine();

    void plan(std::size_t steps);
    void begin(std::string what);
    void observe(std::string text);
    void end(bool is_done);

    // Other text, above the line.
    void print(std::string_view text);

  private:
    using Clock = std::chrono::steady_clock;

    void run();
    void draw();
    void clear();

    bool has_color_;
    std::mutex mutex_;
    std::condition_variable changed_;
    LiveState state_;
    Clock::time_point since_{};
    bool running_ = false;
    bool drawn_ = false;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace schemist::cli
