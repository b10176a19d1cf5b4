#pragma once
// The definitions of the test models.

#include <schemist/definition.hpp>

#include <vector>

namespace schemist::test {

std::vector<TableDefinition> rich_definitions();
std::vector<TableDefinition> everything_definition();
std::vector<TableDefinition> chatbot_definitions();
std::vector<TableDefinition> keyed_definitions();
std::vector<TableDefinition> unsound_reference();  // refers to a model that is not there
std::vector<TableDefinition> twice_the_same_table();
std::vector<TableDefinition> number_beside_the_key();  // an identity that is not the primary key
std::vector<TableDefinition> two_enums_of_one_name();
std::vector<TableDefinition> long_names();

// Creates the tables of these models, as the dialect writes them.
void create_tables(Connection& connection, const std::vector<TableDefinition>& definitions);

}  // namespace schemist::test
