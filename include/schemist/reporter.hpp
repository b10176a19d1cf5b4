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

/// Receives what happens. Every function does nothing unless it is overridden.
class Reporter {
  public:
    virtual ~Reporter() = default;
    virtual void info(std::string_view) {}
    virtual void warning(std::string_view) {}
    /// Another process migrates: who it is, since when, what it does. Every few seconds.
    virtual void waiting_for_lock(std::string_view text) { info(text); }
    virtual void step_started(const StepProgress&) {}
    virtual void step_finished(const StepProgress&) {}
};

}  // namespace schemist
