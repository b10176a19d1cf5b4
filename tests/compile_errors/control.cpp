// compiles: what the other files do wrong, done right
#include <schemist/database.hpp>

enum class Colour { red, green };

struct Other {
    std::int32_t id;

    static void describe(schemist::Table<Other>& t) { t.primary_key(&Other::id).identity(); }
};

struct Model {
    std::int32_t id;
    std::int32_t other_id;
    std::string name;
    std::optional<std::string> title;
    Colour colour;
    schemist::Timestamp created_at;

    static void describe(schemist::Table<Model>& t) {
        t.primary_key(&Model::id).identity();
        t.foreign_key(&Model::other_id).references(&Other::id);
        t.column(&Model::name).length(5).check_length(1, 5).default_to("seven");
        t.column(&Model::other_id).check_range(1, 5).default_to(3);
        t.column(&Model::colour).as_text().default_to(Colour::green);
        t.column(&Model::created_at).default_to(schemist::now);
        t.index(&Model::name, schemist::descending(&Model::id));
    }
};

const auto& table = schemist::definition_of<Model>();

void run(schemist::Database& db) {
    db.select<Model>().where(&Model::id, 7).where(&Model::name, schemist::like, "7%").all();
    db.update<Model>()
        .set(&Model::name, "x")
        .set(&Model::title, std::nullopt)
        .set(&Model::created_at, schemist::now);
    db.get<Model>(7);
}
