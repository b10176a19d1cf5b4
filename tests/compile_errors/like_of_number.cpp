// error: like is for text
#include <schemist/database.hpp>

struct Model {
    int id;
    std::string name;
};

void run(schemist::Database& db) {
    db.select<Model>().where(&Model::id, schemist::like, "7%");
}
