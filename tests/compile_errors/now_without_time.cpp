// error: schemist::now is a default for a time or date only
#include <schemist/database.hpp>

struct Model {
    std::string created_at;

    static void describe(schemist::Table<Model>& t) {
        t.column(&Model::created_at).default_to(schemist::now);
    }
};

const auto& table = schemist::definition_of<Model>();
