#pragma once
/// \file
/// What the library tells while it works. The library itself never prints.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace schemist {

/// One step of a revision that is about to run, or has run.
struct StepProgress {
    std::string revision;
    std::string message;  ///< the revision's own message
    bool upgrade = true;  ///< false: downgrade
    std::size_t step = 1;
    std::size_t steps = 1;
    std::chrono::milliseconds elapsed{0};
};

/// What a run is going to do, or has left to do when it looks again.
struct RunProgress {
    std::size_t revisions = 0;
    std::size_t steps = 0;
    bool upgrade = true;  ///< false: downgrade
};

/// A step that takes long.
struct RunningStep {
    std::string what;  ///< "revision 8f3c2a91d0b4"
    std::chrono::seconds elapsed{0};
    std::string observed;  ///< whom it waits for, or how far the server says it is; may be empty

    /// "revision 8f3c2a91d0b4 has been running for 20 s: building index: scanning table, 45 %"
    std::string text() const {
        const std::string running = what + " has been running for " + std::to_string(elapsed.count()) + " s";
        return observed.empty() ? running : running + ": " + observed;
    }
};

/// Receives what happens. Every function does nothing unless it is overridden.
class Reporter {
  public:
    virtual ~Reporter() = default;
    virtual void info(std::string_view) {}
    virtual void warning(std::string_view) {}
    /// Another process migrates: who it is, since when, what it does. Every few seconds.
    virtual void waiting_for_lock(std::string_view text) { info(text); }
    /// Before the first step, and again when what is left has changed. Not when there is nothing to do.
    virtual void run_planned(const RunProgress&) {}
    virtual void step_started(const StepProgress&) {}
    /// Every few seconds; by a thread of the run's own.
    virtual void step_running(const RunningStep& step) { info(step.text()); }
    virtual void step_finished(const StepProgress&) {}
};

}  // namespace schemist
