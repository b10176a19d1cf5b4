// error: an index takes members of its own struct
#include <schemist/database.hpp>

struct Other {
    std::int32_t id;
};

struct Model {
    std::int32_t id;

    static void describe(schemist::Table<Model>& t) { t.index(&Other::id); }
};

const auto& table = schemist::definition_of<Model>();
