#include "history/revision.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/rand.h>

namespace schemist {

std::string_view to_string(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

const RevisionSection* Revision::section(Direction direction, DialectName dialect) const {
    const RevisionSection* for_any = nullptr;
    for (const RevisionSection& section : sections) {
        if (section.direction != direction) {
            continue;
        }
        if (section.dialect == dialect) {
            return &section;
        }
        if (!section.dialect) {
            for_any = &section;
        }
    }
    return for_any;
}

std::string Revision::at(std::size_t line) const {
    return fmt::format("{}:{}", path, line);
}

std::string new_id() {
    std::array<unsigned char, 6> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw Error("the system gave no random numbers for a revision id").exit_code(ExitCode::internal);
    }
    std::string id;
    for (const unsigned char byte : bytes) {
        id += fmt::format("{:02x}", byte);
    }
    return id;
}

bool is_valid_id(std::string_view id) {
    constexpr std::array<std::string_view, 4> words{"head", "heads", "base", "current"};
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.';
    };
    return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed) &&
           std::find(words.begin(), words.end(), id) == words.end();
}

}  // namespace schemist
