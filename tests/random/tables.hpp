#pragma once
// Random tables with their columns, constraints and indexes, and random changes of them.

#include "random/draw.hpp"
#include "random/model.hpp"

namespace schemist::test {

// Empty: public, without saying so.
std::string schema(Draw& draw, const Model& model);
void set_not_null(Draw& draw, RandomColumn& column);
void set_type(Draw& draw, RandomColumn& column, const Model& model);
void set_attributes(Draw& draw, RandomColumn& column);
RandomColumn column(Draw& draw, const Model& model);
RandomColumn key_column(Draw& draw);
std::string storage(Draw& draw);
void add_part(Draw& draw, RandomTable& table);
void add_foreign_key(Draw& draw, Model& model, RandomTable& table);
// Empty: the usual one.
std::string access_method(Draw& draw, const Model& model);
std::string sequence_options(Draw& draw);
// Of one column or of two.
void set_primary_key(Draw& draw, RandomTable& table);
RandomTable table(Draw& draw, const Model& model);
void change_once(Draw& draw, Model& model);
void drop_table(Draw& draw, Model& model);

}  // namespace schemist::test
