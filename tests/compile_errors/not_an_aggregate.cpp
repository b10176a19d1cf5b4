// error: a model must be a plain struct: public members, no constructors
#include <schemist/database.hpp>

struct Model {
    explicit Model(int given) : id(given) {}
    int id;
};

const auto& table = schemist::definition_of<Model>();
