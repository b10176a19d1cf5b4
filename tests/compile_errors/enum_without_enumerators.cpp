// error: an enum class that is a column needs enumerators with the values 0, 1, 2
#include <schemist/database.hpp>

enum class Nothing {};

struct Model {
    Nothing nothing;
};

const auto& table = schemist::definition_of<Model>();
