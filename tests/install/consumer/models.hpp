#pragma once
#include <schemist/model.hpp>

#include <cstdint>
#include <string>

namespace notes {

struct Note {
    std::int64_t id;
    std::string text;

    static void describe(schemist::Table<Note>& t) {
        t.name("notes");
        t.primary_key(&Note::id).identity();
    }
};

inline constexpr schemist::Models<Note> models;

}  // namespace notes
