#include "models.hpp"

#include <schemist/run.hpp>

int main(int argc, char** argv) {
    return schemist::run(argc, argv, notes::models);
}
