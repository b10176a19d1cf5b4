// Rounds of the property test, until all are done: rounds COUNT SEED [EVERY [JOBS]], where pg_dump is asked in every
// so-manieth, and JOBS go on side by side.

#include "random/round.hpp"
#include "random/schema.hpp"

#include <schemist/error.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

int number(char* text) {
    return static_cast<int>(std::strtol(text, nullptr, 10));
}

struct Stretch {
    int count;
    int seed;
    int every;
    int jobs;
};

class Run {
  public:
    explicit Run(const Stretch& stretch) : stretch_(stretch) {}

    // True: no counterexample.
    bool run() {
        const auto start = std::chrono::steady_clock::now();
        std::vector<std::thread> threads;
        for (int job = 0; job < stretch_.jobs; ++job) {
            threads.emplace_back([this] { work(); });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        fmt::print("{} rounds, {} counterexamples, seed {}{}, {:.1f} rounds a second\n", stretch_.count,
                   wrong_, stretch_.seed,
                   not_loaded_ == 0 ? "" : fmt::format(" ({} could not be loaded)", not_loaded_),
                   stretch_.count / taken.count());
        return wrong_ == 0;
    }

  private:
    void work() {
        try {
            schemist::test::Rounds rounds;
            for (int round = next_++; round < stretch_.count; round = next_++) {
                report(rounds.check(static_cast<std::uint32_t>(stretch_.seed + round),
                                    round % stretch_.every == 0));
            }
            const std::lock_guard lock(mutex_);
            not_loaded_ += rounds.not_loaded();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            failure_ = std::current_exception();
            next_ = stretch_.count;
        }
    }

    void report(const std::string& found) {
        const std::lock_guard lock(mutex_);
        if (!found.empty()) {
            ++wrong_;
            fmt::print("{}\n", found);
            std::fflush(stdout);
        }
        if (constexpr int often = 250; ++done_ % often == 0) {
            fmt::print(stderr, "{} rounds of {}, {} counterexamples\n", done_, stretch_.count, wrong_);
        }
    }

    Stretch stretch_;
    std::atomic<int> next_ = 0;
    std::mutex mutex_;
    int done_ = 0;
    int wrong_ = 0;
    std::size_t not_loaded_ = 0;
    std::exception_ptr failure_;
};

}  // namespace

int main(int count, char** arguments) {
    if (count >= 3 && std::string(arguments[1]) == "show") {
        const int server_major = count > 3 ? number(arguments[3]) : 15;
        const auto [before, after] =
            schemist::test::random_schemas(static_cast<std::uint32_t>(number(arguments[2])), server_major);
        fmt::print("{}--->\n{}", before, after);
        return 0;
    }
    if (count < 3) {
        std::fputs("usage: rounds COUNT SEED [EVERY [JOBS]] | rounds show SEED [MAJOR]\n", stderr);
        return 2;
    }
    try {
        const Stretch stretch{number(arguments[1]), number(arguments[2]),
                              count > 3 ? number(arguments[3]) : 20, count > 4 ? number(arguments[4]) : 1};
        return Run(stretch).run() ? 0 : 1;
    } catch (const schemist::Error& error) {
        std::fputs(error.what(), stderr);
        return 2;
    }
}
