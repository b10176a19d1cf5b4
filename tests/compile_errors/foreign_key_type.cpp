// error: a foreign key must have the same type as the member it references
#include <schemist/database.hpp>

struct Other {
    std::int32_t id;
};

struct Model {
    std::int64_t other_id;

    static void describe(schemist::Table<Model>& t) {
        t.foreign_key(&Model::other_id).references(&Other::id);
    }
};

const auto& table = schemist::definition_of<Model>();
