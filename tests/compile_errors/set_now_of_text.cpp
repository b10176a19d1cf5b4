// error: schemist::now is for a time or date only
#include <schemist/database.hpp>

struct Model {
    int id;
    std::string name;
};

void run(schemist::Database& db) {
    db.update<Model>().set(&Model::name, schemist::now);
}
