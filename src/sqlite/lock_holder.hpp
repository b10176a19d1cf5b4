#pragma once
// Which process is writing to a database file.

#include <optional>
#include <string>

namespace schemist::sqlite {

// "process 4711 (chatbot)", as Linux's /proc/locks shows it; nothing when nobody is writing, or it cannot be known. The file
// itself is not opened: to close it would give up the locks that this very process has on it.
std::optional<std::string> write_lock_holder(const std::string& path);

}  // namespace schemist::sqlite
