// error: the bounds of check_range() must have the type of the member
#include <schemist/database.hpp>

struct Model {
    int number;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::number).check_range("a", "b"); }
};

const auto& table = schemist::definition_of<Model>();
