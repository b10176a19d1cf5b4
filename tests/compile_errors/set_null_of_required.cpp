// error: set() must have the type of the member that it is for
#include <schemist/database.hpp>

struct Model {
    int id;
    std::string name;
};

void run(schemist::Database& db) {
    db.update<Model>().set(&Model::name, std::nullopt);
}
