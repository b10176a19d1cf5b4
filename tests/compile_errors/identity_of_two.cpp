// error: an identity must be an integer, and the only member of its key
#include <schemist/database.hpp>

struct Model {
    int a;
    int b;

    static void describe(schemist::Table<Model>& t) { t.primary_key(&Model::a, &Model::b).identity(); }
};

const auto& table = schemist::definition_of<Model>();
