// error: this member's type has no SQL type
#include <schemist/database.hpp>

struct Model {
    std::vector<std::vector<int>> matrix;
};

const auto& table = schemist::definition_of<Model>();
