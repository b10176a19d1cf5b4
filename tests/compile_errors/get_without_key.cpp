// error: get() needs the row's primary key
#include <schemist/database.hpp>

struct Model {
    int id;
    std::string name;
};

void run(schemist::Database& db) {
    db.get<Model>();
}
