// error: the default must have the type of the member that it is for
#include <schemist/database.hpp>

struct Model {
    int number;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::number).default_to("seven"); }
};

const auto& table = schemist::definition_of<Model>();
