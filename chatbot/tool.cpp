// The chatbot's own schemist command, which knows the chatbot's models: with it its revisions are generated.
#include "models.hpp"

#include <schemist/run.hpp>

int main(int argc, char** argv) {
    return schemist::run(argc, argv, chat::models);
}
