#pragma once
// A proxy in front of a PostgreSQL server that stops, delays, holds and cuts what goes through it.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace schemist::test {

class TcpProxy {
  public:
    enum class Cut { finish, reset };
    enum class Moment {
        before,  // the server has not seen the message
        after,   // the server has carried it out and answered; the client has not seen the answer
    };

    explicit TcpProxy(int server_port);
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;
    ~TcpProxy();

    int port() const { return port_; }
    int connections() const;  // that were accepted so far
    // Nothing is forwarded on a new connection until it is so old.
    void delay_startup(std::chrono::milliseconds delay);
    // The next connections get this error in place of the server.
    void refuse_next(int times, const std::string& severity, const std::string& sqlstate,
                     const std::string& message);

    // Holds the connection whose client sends a query with this text. One at a time; resume() lets it go on.
    void hold(Moment moment, const std::string& text);
    void wait_until_held(std::chrono::milliseconds longest = std::chrono::seconds(30));
    void resume();

    // Nothing goes through, but all stays open.
    void freeze();
    void thaw();
    // Ends every connection. New ones are accepted.
    void cut(Cut how = Cut::finish);

  private:
    struct Link;
    struct Refusal {
        std::string severity;
        std::string sqlstate;
        std::string message;
        int times = 0;
    };

    void serve();
    void accept_one();
    void take_from_client(Link& link);
    void take_from_server(Link& link);
    void forward_messages(Link& link);
    bool matches(std::string_view message) const;
    void wake() const;

    int server_port_;
    int port_ = 0;
    int listener_ = -1;
    int wake_ = -1;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    bool frozen_ = false;
    bool held_ = false;
    int accepted_ = 0;
    std::chrono::milliseconds delay_{0};
    std::optional<std::pair<Moment, std::string>> rule_;
    Refusal refusal_;
    std::list<std::unique_ptr<Link>> links_;
    std::thread thread_;
};

}  // namespace schemist::test
