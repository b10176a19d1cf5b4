#include "net/network.hpp"

#include <csignal>

#include <openssl/ssl.h>

namespace schemist::net {

Network& Network::get() {
    OPENSSL_init_ssl(0, nullptr);
    struct StopAtExit {
        ~StopAtExit() { network->stop(); }
        Network* network;
    };
    static Network* const network = new Network;
    static const StopAtExit stop_at_exit{network};
    return *network;
}

Network::Network() : work_(context_.get_executor()) {
    // Signals are for the threads of the program.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { context_.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Network::stop() {
    context_.stop();
    thread_.join();
}

}  // namespace schemist::net
