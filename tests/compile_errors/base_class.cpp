// error: a model must have members of its own, and no base class
#include <schemist/database.hpp>

struct Base {
    int id;
};

struct Model : Base {
    int number;
};

const auto& table = schemist::definition_of<Model>();
