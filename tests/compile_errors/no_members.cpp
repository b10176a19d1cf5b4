// error: a model must have members of its own, and no base class
#include <schemist/database.hpp>

struct Model {};

const auto& table = schemist::definition_of<Model>();
