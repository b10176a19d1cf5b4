// error: this member's type has no SQL type
#include <schemist/database.hpp>

enum Colour { red, green };

struct Model {
    Colour colour;
};

const auto& table = schemist::definition_of<Model>();
