#include "postgresql/host_lookup.hpp"

#include "postgresql/failure.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

namespace schemist::postgresql {
namespace {

struct Answer {
    int code = 0;
    std::vector<std::string> addresses;
};

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

Answer look_up(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    Answer answer;
    answer.code = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    const std::unique_ptr<addrinfo, FreeAddresses> list(answer.code == 0 ? found : nullptr);
    for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                        NI_NUMERICHOST) == 0) {
            answer.addresses.emplace_back(text.data());
        }
    }
    return answer;
}

// Outlives the wait for it, since a look-up cannot be called off.
struct Lookup {
    std::mutex mutex;
    std::condition_variable_any finished;
    std::optional<Answer> answer;
};

}  // namespace

bool is_host_name(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return !host.empty() && host.front() != '/' && host.front() != '@' &&
           host.find_first_of(",%") == std::string::npos &&
           inet_pton(AF_INET, host.c_str(), address.data()) != 1 &&
           inet_pton(AF_INET6, host.c_str(), address.data()) != 1;
}

std::optional<std::vector<std::string>> addresses_of(const std::string& host,
                                                     std::chrono::milliseconds longest,
                                                     const std::stop_token& stop) {
    const auto lookup = std::make_shared<Lookup>();
    std::thread([lookup, host] {
        Answer answer = look_up(host);
        const std::lock_guard guard(lookup->mutex);
        lookup->answer = std::move(answer);
        lookup->finished.notify_all();
    }).detach();
    std::unique_lock guard(lookup->mutex);
    lookup->finished.wait_for(guard, stop, longest, [&] { return lookup->answer.has_value(); });
    if (!lookup->answer) {
        if (stop.stop_requested()) {
            throw stopped_while_connecting();
        }
        return std::nullopt;
    }
    if (lookup->answer->code != 0) {
        throw connect_failure(fmt::format("could not translate host name \"{}\" to address: {}", host,
                                          gai_strerror(lookup->answer->code)),
                              {});
    }
    return lookup->answer->addresses;
}

}  // namespace schemist::postgresql
