// error: this member's type has no SQL type: specialise schemist::Codec for it
#include <schemist/database.hpp>

#include <map>

struct Model {
    int id;
    std::map<int, int> counts;
};

const auto& table = schemist::definition_of<Model>();
