// The installed command. It has no models of its own; [models] in schemist.toml says where to get them.

#include <schemist/run.hpp>

int main(int argc, char** argv) {
    return schemist::run(argc, argv, std::span<const schemist::TableDefinition>());
}
