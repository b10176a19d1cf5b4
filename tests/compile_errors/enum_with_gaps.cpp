// error: an enum class that is a column must have no gaps between its values
#include <schemist/database.hpp>

enum class Level { low = 0, high = 10 };

struct Model {
    Level level;
};

const auto& table = schemist::definition_of<Model>();
