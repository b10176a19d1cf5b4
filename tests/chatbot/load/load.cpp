// Many clients talk with the chatbot while its PostgreSQL is restarted twice, once as an operator does and once as a
// crash. Afterwards every message that was acknowledged must be there once, and none twice.
// LOAD_CLIENTS and LOAD_SECONDS say how many of them, and for how long.
#include "postgresql/connection.hpp"
#include "support/own_server.hpp"
#include "support/process.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
using schemist::test::OwnServer;

#ifdef NDEBUG
constexpr bool optimised = true;
#else
constexpr bool optimised = false;
#endif
constexpr long most_idle_memory = 20 * 1024;  // kB
// Connections that were lost in a restart are noticed shortly after it.
constexpr std::chrono::seconds after_a_restart{3};

struct Plan {
    int clients;
    std::chrono::seconds duration;
};

struct Window {
    Clock::time_point begin;
    Clock::time_point end;
};

struct Failure {
    Clock::time_point when;
    std::string what;
};

// What one client has seen.
struct Record {
    std::vector<std::string> acknowledged;
    std::vector<std::string> open;  // neither acknowledged nor given up: the time was over
    std::vector<Milliseconds> took;
    std::vector<Failure> failures;
};

long told_of(pid_t process, std::string_view name) {
    std::ifstream status(fmt::format("/proc/{}/status", process));
    for (std::string line; std::getline(status, line);) {
        if (line.rfind(name, 0) == 0) {
            return std::atol(line.c_str() + name.size());
        }
    }
    return 0;
}

long resident_kilobytes(pid_t process) {
    return told_of(process, "VmRSS:");
}

// One message after the other, each sent again with its key until it is acknowledged.
Record talk(int number, const std::string& url, Clock::time_point end) {
    Record record;
    nlohmann::json conversation;
    for (int count = 0; Clock::now() < end; ++count) {
        const std::string content = fmt::format("client {} message {}", number, count);
        const httplib::Headers headers{{"Idempotency-Key", fmt::format("{}-{}", number, count)}};
        nlohmann::json body{{"user_id", number}, {"message", content}};
        // Some messages begin a conversation, most go on with one.
        if (count % 10 != 0) {
            body["conversation_id"] = conversation;
        }
        const auto began = Clock::now();
        bool acknowledged = false;
        // What was begun in time is brought to its end.
        while (!acknowledged && Clock::now() < end + std::chrono::seconds(20)) {
            httplib::Client client(url);
            client.set_read_timeout(30);
            const auto answer = client.Post("/api/chat", headers, body.dump(), "application/json");
            acknowledged = answer && (answer->status == 200 || answer->status == 201);
            if (acknowledged) {
                conversation = nlohmann::json::parse(answer->body).at("conversation_id");
            } else {
                record.failures.push_back({Clock::now(), answer ? fmt::format("status {}", answer->status)
                                                                : httplib::to_string(answer.error())});
                std::this_thread::sleep_for(std::chrono::milliseconds(200));
            }
        }
        record.took.emplace_back(Clock::now() - began);
        (acknowledged ? record.acknowledged : record.open).push_back(content);
        if (!acknowledged) {
            break;
        }
    }
    return record;
}

Window restart(OwnServer& server, OwnServer::Stop how) {
    const auto begin = Clock::now();
    server.restart(how);
    return {begin, Clock::now() + after_a_restart};
}

bool inside(const std::vector<Window>& windows, Clock::time_point when) {
    return std::any_of(windows.begin(), windows.end(),
                       [&](const Window& window) { return when >= window.begin && when <= window.end; });
}

// The contents of all messages of users, sorted.
std::vector<std::string> stored(const OwnServer& server) {
    const auto rows = server.connect()->query("SELECT content FROM messages WHERE role = 'user'");
    std::vector<std::string> contents;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        contents.push_back(rows.text(row, 0));
    }
    std::sort(contents.begin(), contents.end());
    return contents;
}

struct Outcome {
    std::vector<Record> records;
    std::vector<Window> windows;
    std::chrono::duration<double> took{0};
};

Outcome run(const Plan& plan, const std::string& url, OwnServer& server) {
    Outcome outcome;
    outcome.records.resize(static_cast<std::size_t>(plan.clients));
    const auto began = Clock::now();
    std::vector<std::thread> clients;
    for (int number = 1; number <= plan.clients; ++number) {
        clients.emplace_back([&outcome, &url, number, end = began + plan.duration] {
            outcome.records[static_cast<std::size_t>(number) - 1] = talk(number, url, end);
        });
    }
    std::this_thread::sleep_until(began + plan.duration / 3);
    outcome.windows.push_back(restart(server, OwnServer::Stop::fast));
    std::this_thread::sleep_until(began + plan.duration * 2 / 3);
    outcome.windows.push_back(restart(server, OwnServer::Stop::immediate));
    for (std::thread& client : clients) {
        client.join();
    }
    outcome.took = Clock::now() - began;
    return outcome;
}

// The number of faults; each is printed.
int judge(const Outcome& outcome, const OwnServer& server) {
    int faults = 0;
    const auto fault = [&faults](std::string_view what, std::string_view which) {
        if (++faults <= 20) {
            fmt::print("{}: {}\n", what, which);
        }
    };
    std::vector<std::string> acknowledged;
    for (const Record& record : outcome.records) {
        acknowledged.insert(acknowledged.end(), record.acknowledged.begin(), record.acknowledged.end());
        for (const std::string& content : record.open) {
            fault("never acknowledged", content);
        }
        for (const Failure& failure : record.failures) {
            if (!inside(outcome.windows, failure.when)) {
                fault("failed outside of a restart", failure.what);
            }
        }
    }
    std::sort(acknowledged.begin(), acknowledged.end());
    const std::vector<std::string> found = stored(server);
    std::vector<std::string> lost;
    std::set_difference(acknowledged.begin(), acknowledged.end(), found.begin(), found.end(),
                        std::back_inserter(lost));
    for (const std::string& content : lost) {
        fault("lost", content);
    }
    for (auto twice = std::adjacent_find(found.begin(), found.end()); twice != found.end();
         twice = std::adjacent_find(std::next(twice), found.end())) {
        fault("stored twice", *twice);
    }
    if (server.value("SELECT count(*) FROM messages") != std::to_string(2 * found.size())) {
        fault("without an answer", "some messages");
    }
    if (acknowledged.empty()) {
        fault("nothing was acknowledged", "at all");
    }
    return faults;
}

void show(const Outcome& outcome) {
    std::vector<Milliseconds> took;
    std::size_t failures = 0;
    for (const Record& record : outcome.records) {
        took.insert(took.end(), record.took.begin(), record.took.end());
        failures += record.failures.size();
    }
    std::sort(took.begin(), took.end());
    const auto percentile = [&took](std::size_t part) {
        return took.empty() ? 0 : took[(took.size() - 1) * part / 100].count();
    };
    fmt::print(
        "{} clients, {} messages in {:.1f} s: {:.0f} a second; p50 {:.1f} ms, p99 {:.1f} ms, longest {:.0f} "
        "ms\n",
        outcome.records.size(), took.size(), outcome.took.count(),
        static_cast<double>(took.size()) / outcome.took.count(), percentile(50), percentile(99),
        percentile(100));
    for (const Window& window : outcome.windows) {
        fmt::print("a restart of {:.0f} ms\n",
                   Milliseconds(window.end - after_a_restart - window.begin).count());
    }
    fmt::print("{} requests failed, and were sent again\n", failures);
}

int number(const char* variable, int otherwise) {
    const char* value = std::getenv(variable);
    return value == nullptr ? otherwise : std::atoi(value);
}

}  // namespace

TEST_CASE("no message is lost or doubled while the database restarts under many clients") {
    const Plan plan{number("LOAD_CLIENTS", 200), std::chrono::seconds(number("LOAD_SECONDS", 10))};
    // The server must keep what it has acknowledged also over its crash.
    OwnServer server(OwnServer::Options{{"synchronous_commit=on"}});
    schemist::test::Command command;
    command.arguments = {SCHEMIST_BINARY_DIR "/chatbot"};
    const int port = schemist::test::free_port();
    command.environment = {{"DATABASE_URL", server.url()},
                           {"PORT", std::to_string(port)},
                           {"CHAT_AUTH", "development"},
                           {"CHAT_REQUESTS_PER_MINUTE", "0"}};
    schemist::test::Process chatbot(command);
    chatbot.wait_for_output("ready at");
    const std::string url = fmt::format("http://127.0.0.1:{}", port);
    const long idle = resident_kilobytes(chatbot.id());

    const Outcome outcome = run(plan, url, server);
    show(outcome);
    CHECK(judge(outcome, server) == 0);
    const long busy = resident_kilobytes(chatbot.id());
    schemist::test::wait_until("the threads of the rush to end",
                               [&] { return told_of(chatbot.id(), "Threads:") < 10; });
    fmt::print("resident memory: {} kB idle after the start, {} kB after the load, {} kB idle again\n", idle,
               busy, resident_kilobytes(chatbot.id()));
    if (optimised) {
        CHECK(idle < most_idle_memory);
    }
}
