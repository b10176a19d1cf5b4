// error: check_length() is for text and bytes
#include <schemist/database.hpp>

struct Model {
    int number;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::number).check_length(1, 5); }
};

const auto& table = schemist::definition_of<Model>();
