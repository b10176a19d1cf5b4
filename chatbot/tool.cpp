// The chatbot's own schemist command, which knows the chatbot's models: with it its revisions are generated.
#include <schemist/run.hpp>

#include "models.hpp"

int main(int argc, char** argv) { return schemist::run(argc, argv, chat::models); }
