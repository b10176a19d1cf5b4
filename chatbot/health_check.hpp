#pragma once
// The question of a container engine, put by the program itself: its image needs no other program for it.

namespace chat {

// Whether a chatbot that listens on this port of this machine says at /health that it is well.
bool is_healthy(int port);

}  // namespace chat
