#pragma once
// What a schema holds beside tables, enum types and sequences. A maker fills in an object that has its schema and its name:
// another time, another variant of it. A new sort is a maker and a line in objects.cpp.

#include "random/draw.hpp"
#include "random/model.hpp"

#include <span>
#include <string_view>

namespace schemist::test {

struct Maker {
    std::string_view sort;
    // False: the model has nothing that it could be made of.
    bool (*make)(Draw&, const Model&, RandomObject&);
    bool in_schema = true;  // else it stands in none
};

std::span<const Maker> early_makers();
std::span<const Maker> late_makers();

void add_object(Draw& draw, Model& model);
// Redraws one, drops one or adds one.
void change_objects(Draw& draw, Model& model);
// Removes what uses something that is not there.
void remove_dangling(Model& model);

// By subject, one file each.
bool make_domain(Draw& draw, const Model& model, RandomObject& object);
bool make_composite(Draw& draw, const Model& model, RandomObject& object);
bool make_range(Draw& draw, const Model& model, RandomObject& object);
bool make_collation(Draw& draw, const Model& model, RandomObject& object);

bool make_function(Draw& draw, const Model& model, RandomObject& object);
bool make_trigger_function(Draw& draw, const Model& model, RandomObject& object);
bool make_aggregate(Draw& draw, const Model& model, RandomObject& object);
bool make_procedure(Draw& draw, const Model& model, RandomObject& object);
bool make_row_function(Draw& draw, const Model& model, RandomObject& object);
bool make_parsed_function(Draw& draw, const Model& model, RandomObject& object);
bool make_own_function(Draw& draw, const Model& model, RandomObject& object);

bool make_view(Draw& draw, const Model& model, RandomObject& object);
bool make_materialized_view(Draw& draw, const Model& model, RandomObject& object);
bool make_rule(Draw& draw, const Model& model, RandomObject& object);

bool make_trigger(Draw& draw, const Model& model, RandomObject& object);
bool make_policy(Draw& draw, const Model& model, RandomObject& object);
bool make_event_trigger(Draw& draw, const Model& model, RandomObject& object);

bool make_partitioned(Draw& draw, const Model& model, RandomObject& object);
bool make_typed_table(Draw& draw, const Model& model, RandomObject& object);
bool make_inheritance(Draw& draw, const Model& model, RandomObject& object);

bool make_grant(Draw& draw, const Model& model, RandomObject& object);
bool make_default_privileges(Draw& draw, const Model& model, RandomObject& object);

bool make_operator(Draw& draw, const Model& model, RandomObject& object);
bool make_operator_class(Draw& draw, const Model& model, RandomObject& object);
bool make_cast(Draw& draw, const Model& model, RandomObject& object);
bool make_statistics(Draw& draw, const Model& model, RandomObject& object);
bool make_extension(Draw& draw, const Model& model, RandomObject& object);

bool make_language(Draw& draw, const Model& model, RandomObject& object);
bool make_transform(Draw& draw, const Model& model, RandomObject& object);
bool make_access_method(Draw& draw, const Model& model, RandomObject& object);
bool make_base_type(Draw& draw, const Model& model, RandomObject& object);
bool make_conversion(Draw& draw, const Model& model, RandomObject& object);
bool make_operator_family(Draw& draw, const Model& model, RandomObject& object);

bool make_parser(Draw& draw, const Model& model, RandomObject& object);
bool make_template(Draw& draw, const Model& model, RandomObject& object);
bool make_dictionary(Draw& draw, const Model& model, RandomObject& object);
bool make_configuration(Draw& draw, const Model& model, RandomObject& object);

bool make_foreign_server(Draw& draw, const Model& model, RandomObject& object);
bool make_foreign_table(Draw& draw, const Model& model, RandomObject& object);
bool make_publication(Draw& draw, const Model& model, RandomObject& object);
bool make_subscription(Draw& draw, const Model& model, RandomObject& object);

bool make_comment(Draw& draw, const Model& model, RandomObject& object);
bool make_privilege(Draw& draw, const Model& model, RandomObject& object);
bool make_setting(Draw& draw, const Model& model, RandomObject& object);
bool make_sequence_owner(Draw& draw, const Model& model, RandomObject& object);

// Shared by them.
std::string with_comment(Draw& draw, const std::string& target);
std::string qualified(const RandomObject& object);
const RandomObject* any_object(Draw& draw, const std::vector<RandomObject>& objects, std::string_view sort);
// The same number always for the same name: what must not change while the name stays.
int fixed(const std::string& name, int count);
// A type and what it needs; plain ones too.
std::string any_type(Draw& draw, const Model& model, RandomObject& user);

}  // namespace schemist::test
