// error: length() is for text and for enums kept as text
#include <schemist/database.hpp>

struct Model {
    int number;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::number).length(5); }
};

const auto& table = schemist::definition_of<Model>();
