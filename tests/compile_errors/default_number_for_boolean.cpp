// error: the default must have the type of the member that it is for
#include <schemist/database.hpp>

struct Model {
    bool flag;

    static void describe(schemist::Table<Model>& t) { t.column(&Model::flag).default_to("false"); }
};

const auto& table = schemist::definition_of<Model>();
