// error: a primary key member cannot be optional
#include <schemist/database.hpp>

struct Model {
    std::optional<int> id;

    static void describe(schemist::Table<Model>& t) { t.primary_key(&Model::id); }
};

const auto& table = schemist::definition_of<Model>();
