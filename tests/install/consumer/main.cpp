#include "models.hpp"
#include "notes_migrations.hpp"

#include <schemist/schemist.hpp>

#include <iostream>

int main() {
    try {
        const auto report =
            schemist::migrate({.url = "sqlite:///notes.db", .migrations = notes::embedded_migrations()});
        schemist::Database database = schemist::Database::open("sqlite:///notes.db");
        const notes::Note note = database.insert(notes::Note{.id = 0, .text = "kept"});
        std::cout << report.applied.size() << " applied, note " << note.id << ": " << note.text << "\n";
    } catch (const schemist::Error& error) {
        std::cerr << error.what() << "\n";
        return static_cast<int>(error.exit_code());
    }
    return 0;
}
