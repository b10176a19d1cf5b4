// error: as_text() is for an enum class
#include <schemist/database.hpp>

struct Model {
    std::string word;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::word).as_text(); }
};

const auto& table = schemist::definition_of<Model>();
