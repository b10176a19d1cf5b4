#pragma once
// What Asio does not do for a socket.

namespace schemist::net {

// Programs that this one starts would inherit it, and keep it open.
void close_on_exec(int socket);

// As libpq does by this project's defaults: keepalives, and an end to what is not acknowledged.
void notice_a_dead_network(int socket);

// Whether the other end of a unix socket is this process itself.
bool is_of_this_process(int socket);

}  // namespace schemist::net
