#include "support/tcp_proxy.hpp"

#include <schemist/error.hpp>

#include <array>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace schemist::test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t ssl_request = 80877103;
constexpr std::uint32_t gss_request = 80877104;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::uint32_t number_at(std::string_view text, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        number = number << 8U | static_cast<unsigned char>(text[at + i]);
    }
    return number;
}

std::string error_response(const std::string& severity, const std::string& sqlstate,
                           const std::string& message) {
    std::string body;
    for (const auto& [code, text] : std::initializer_list<std::pair<char, const std::string&>>{
             {'S', severity}, {'V', severity}, {'C', sqlstate}, {'M', message}}) {
        body += code + text + '\0';
    }
    body += '\0';
    const std::size_t length = body.size() + 4;
    std::string response = "E";
    for (int shift = 24; shift >= 0; shift -= 8) {
        response += static_cast<char>(length >> static_cast<unsigned>(shift) & 0xFFU);
    }
    return response + body;
}

// False when the other end is gone.
bool send_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// ReadyForQuery is the last thing that a server says to a simple query.
bool is_answered(std::string_view answer) {
    constexpr std::string_view ready{"Z\0\0\0\5", 5};
    return answer.size() >= 6 && answer.substr(answer.size() - 6, 5) == ready;
}

}  // namespace

struct TcpProxy::Link {
    int client = -1;
    int server = -1;
    Clock::time_point forward_from;
    std::string from_client;  // not forwarded yet
    std::string from_server;
    bool refused = false;
    bool started = false;    // the startup packet has passed, messages have types
    bool encrypted = false;  // nothing can be read any more
    bool asked_for_encryption = false;
    bool held_before = false;
    bool held_after = false;
    bool over = false;

    ~Link() {
        close(client);
        if (server >= 0) {
            close(server);
        }
    }
};

TcpProxy::TcpProxy(int server_port) : server_port_(server_port) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw Error("the proxy cannot listen");
    }
    port_ = ntohs(address.sin_port);
    wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread_ = std::thread([this] { serve(); });
}

TcpProxy::~TcpProxy() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake();
    thread_.join();
    close(listener_);
    close(wake_);
}

void TcpProxy::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
}

int TcpProxy::connections() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
}

void TcpProxy::delay_startup(std::chrono::milliseconds delay) {
    const std::lock_guard lock(mutex_);
    delay_ = delay;
}

void TcpProxy::refuse_next(int times, const std::string& severity, const std::string& sqlstate,
                           const std::string& message) {
    const std::lock_guard lock(mutex_);
    refusal_ = {severity, sqlstate, message, times};
}

void TcpProxy::hold(Moment moment, const std::string& text) {
    const std::lock_guard lock(mutex_);
    rule_.emplace(moment, text);
}

void TcpProxy::wait_until_held(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, longest, [this] { return held_; })) {
        throw Error("the proxy waited in vain for a query with '" + (rule_ ? rule_->second : "") + "'");
    }
}

void TcpProxy::resume() {
    {
        const std::lock_guard lock(mutex_);
        held_ = false;
        for (const auto& link : links_) {
            link->held_before = false;
            link->held_after = false;
        }
    }
    wake();
}

void TcpProxy::freeze() {
    const std::lock_guard lock(mutex_);
    frozen_ = true;
    wake();
}

void TcpProxy::thaw() {
    const std::lock_guard lock(mutex_);
    frozen_ = false;
    wake();
}

void TcpProxy::cut(Cut how) {
    const std::lock_guard lock(mutex_);
    for (const auto& link : links_) {
        if (how == Cut::reset) {
            const linger at_once{1, 0};
            setsockopt(link->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            setsockopt(link->server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
        link->over = true;
    }
    held_ = false;
    rule_.reset();
    wake();
}

void TcpProxy::accept_one() {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
        return;
    }
    auto link = std::make_unique<Link>();
    link->client = client;
    link->forward_from = Clock::now() + delay_;
    ++accepted_;
    if (refusal_.times > 0) {
        --refusal_.times;
        link->refused = true;
    } else {
        link->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(server_port_);
        link->over = connect(link->server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
        const int yes = 1;
        setsockopt(link->server, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    const int yes = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    links_.push_back(std::move(link));
}

bool TcpProxy::matches(std::string_view message) const {
    return rule_ && (message.front() == 'Q' || message.front() == 'P') &&
           message.find(rule_->second) != std::string_view::npos;
}

void TcpProxy::forward_messages(Link& link) {
    while (!link.from_client.empty() && !link.held_before && !link.over) {
        std::string& text = link.from_client;
        std::size_t size = text.size();
        if (!link.encrypted) {
            const std::size_t length_at = link.started ? 1 : 0;
            if (text.size() < length_at + 4) {
                return;
            }
            size = length_at + number_at(text, length_at);
            if (text.size() < size) {
                return;
            }
        }
        const std::string message = text.substr(0, size);
        if (!link.started && !link.encrypted) {
            const std::uint32_t code = size >= 8 ? number_at(message, 4) : 0;
            link.asked_for_encryption = code == ssl_request || code == gss_request;
            link.started = !link.asked_for_encryption;
        } else if (!link.encrypted && matches(message)) {
            link.held_before = rule_->first == Moment::before;
            link.held_after = !link.held_before;
            rule_.reset();
            if (link.held_before) {
                held_ = true;
                changed_.notify_all();
                return;
            }
        }
        text.erase(0, size);
        if (!link.refused) {
            link.over = !send_all(link.server, message);
        } else if (link.asked_for_encryption) {
            link.over = !send_all(link.client, "N");
        } else {
            send_all(link.client, error_response(refusal_.severity, refusal_.sqlstate, refusal_.message));
            link.over = true;
        }
    }
}

void TcpProxy::take_from_client(Link& link) {
    std::array<char, 65536> buffer{};
    const ssize_t size = recv(link.client, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        link.over = true;
        return;
    }
    link.from_client.append(buffer.data(), static_cast<std::size_t>(size));
}

void TcpProxy::take_from_server(Link& link) {
    std::array<char, 65536> buffer{};
    const ssize_t size = recv(link.server, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        link.over = true;
        // What the server said last must arrive.
        send_all(link.client, link.from_server);
        return;
    }
    if (link.asked_for_encryption && !link.started) {
        link.encrypted = buffer[0] == 'S';
        link.asked_for_encryption = false;
    }
    link.from_server.append(buffer.data(), static_cast<std::size_t>(size));
    if (link.held_after && is_answered(link.from_server)) {
        held_ = true;
        changed_.notify_all();
    }
}

void TcpProxy::serve() {
    for (;;) {
        std::vector<pollfd> waiting{{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
        std::vector<Link*> polled;
        int longest = -1;
        {
            const std::lock_guard lock(mutex_);
            std::erase_if(links_, [](const auto& link) { return link->over; });
            for (const auto& link : links_) {
                const bool later = Clock::now() < link->forward_from;
                longest = later ? 20 : longest;
                // A frozen connection is not even seen to end.
                const bool reads = !frozen_ && !later;
                // What a held client sends stays where it is, but its end is its end.
                const auto event = static_cast<short>(link->held_before ? POLLRDHUP : POLLIN);
                waiting.push_back({reads ? link->client : -1, event, 0});
                waiting.push_back({reads ? link->server : -1, POLLIN, 0});
                polled.push_back(link.get());
            }
        }
        poll(waiting.data(), waiting.size(), longest);
        const std::lock_guard lock(mutex_);
        if (ending_) {
            links_.clear();
            return;
        }
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t ignored = read(wake_, &count, sizeof count);
        for (std::size_t i = 0; i < polled.size() && !frozen_; ++i) {
            Link& link = *polled[i];
            if (waiting[2 + 2 * i].revents != 0 && !link.over) {
                link.held_before ? void(link.over = true) : take_from_client(link);
            }
            if (waiting[3 + 2 * i].revents != 0 && !link.over) {
                take_from_server(link);
            }
            forward_messages(link);
            if (!link.held_after && !link.from_server.empty() && !link.over) {
                link.over = !send_all(link.client, link.from_server);
                link.from_server.clear();
            }
        }
        if (waiting[0].revents != 0) {
            accept_one();
        }
    }
}

}  // namespace schemist::test
