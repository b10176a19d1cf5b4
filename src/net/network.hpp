#pragma once
// The thread that everything of all tunnels runs on.

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace schemist::net {

// One thread, so that nothing that runs on it needs a lock but what other threads see. It ends with the program, and before
// OpenSSL does; the tunnels of objects that live even longer find it stopped, but there.
class Network {
  public:
    // Starts it when it is asked for the first time.
    static Network& get();

    boost::asio::io_context& context() { return context_; }
    bool runs() const { return !context_.stopped(); }

  private:
    Network();
    void stop();

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

}  // namespace schemist::net
