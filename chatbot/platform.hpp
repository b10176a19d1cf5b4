// Where the program runs, and what follows from it when nobody says otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

struct Platform {
    enum class Kind {
        space,  // a Space of Hugging Face
        kubernetes,
        plain,  // a computer, a virtual machine or a container without an orchestrator
    };
    Kind kind = Kind::plain;
    std::string name;         // for people: "the Space owner/name"
    std::string recognised;   // the variable that told it; empty on a plain machine
    std::string public_host;  // where clients reach it; empty when it is not known

    std::string host;                       // to listen on
    bool behind_proxy = false;              // X-Forwarded-For tells who the client is
    bool keeps_files = true;                // what is written to its disk is there after a restart
    bool json_log = false;                  // somebody collects the lines
    std::chrono::seconds shutdown_delay;    // answers go on for so long after the wish to stop
    std::chrono::seconds shutdown_limit;    // the running requests have so long to end
    std::chrono::seconds startup_limit;     // a start that takes longer is ended by the platform
    std::chrono::seconds connect_deadline;  // of the migration; 0: as Schemist's own configuration says
    std::chrono::seconds lock_wait;         // the same
};

Platform recognise(const Environment& environment);

// What a person has to do to give the variable a value here: "in the Space's Settings, ...".
std::string where_to_set(const Platform& platform, std::string_view variable, bool secret);

}  // namespace chat
