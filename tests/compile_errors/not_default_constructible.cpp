// error: a model must be default-constructible
#include <schemist/database.hpp>

struct Model {
    int& id;
};

const auto& table = schemist::definition_of<Model>();
