#pragma once
// A program run as a whole process, with what it cost.

#include <chrono>
#include <string>
#include <vector>

namespace bench {

struct Cost {
    double milliseconds = 0;
    double cpu_milliseconds = 0;
    long peak_kilobytes = 0;
};

// Runs it with stdin closed and its output thrown away. Throws std::runtime_error when it fails.
Cost run(const std::vector<std::string>& command);

struct Comparison {
    Cost ours;
    Cost theirs;
    double ratio() const { return ours.milliseconds / theirs.milliseconds; }
};

// Of each figure.
Cost median(std::vector<Cost> costs);

// Runs both in turn, so that both meet the same machine, and takes the median of each figure. `prepare` runs
// before each.
template <class Prepare>
Comparison compare(int times, const std::vector<std::string>& ours, const std::vector<std::string>& theirs,
                   Prepare prepare) {
    std::vector<Cost> our_costs;
    std::vector<Cost> their_costs;
    for (int i = 0; i < times; ++i) {
        prepare();
        our_costs.push_back(run(ours));
        prepare();
        their_costs.push_back(run(theirs));
    }
    return {median(our_costs), median(their_costs)};
}

}  // namespace bench
