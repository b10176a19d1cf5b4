// error: check_range() is for numbers, times and dates
#include <schemist/database.hpp>

struct Model {
    std::string word;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::word).check_range(1, 5); }
};

const auto& table = schemist::definition_of<Model>();
