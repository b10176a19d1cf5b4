// A project's own tool; MODELS is the header of its models.
#include MODELS

#include <schemist/run.hpp>

int main(int argc, char** argv) {
    return schemist::run(argc, argv, example::models);
}
