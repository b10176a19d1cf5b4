// error: an identity must be an integer, and not optional
#include <schemist/database.hpp>

struct Model {
    std::string id;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::id).identity(); }
};

const auto& table = schemist::definition_of<Model>();
