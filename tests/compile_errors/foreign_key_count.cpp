// error: a foreign key must have as many members as it references
#include <schemist/database.hpp>

struct Other {
    std::int32_t id;
};

struct Model {
    std::int32_t a;
    std::int32_t b;

    static void describe(schemist::Table<Model>& t) {
        t.foreign_key(&Model::a, &Model::b).references(&Other::id);
    }
};

const auto& table = schemist::definition_of<Model>();
