#include "random/objects.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace schemist::test {
namespace {

// All kinds of docs/architecture.md but one: of security labels the server takes none without a module that knows what they mean,
// which no package of Debian brings.
constexpr std::array<Maker, 12> early{{
    {"domain", make_domain},
    {"composite", make_composite},
    {"range", make_range},
    {"collation", make_collation},
    {"function", make_function},
    {"trigger function", make_trigger_function},
    {"aggregate", make_aggregate},
    {"base type", make_base_type},
    {"language", make_language, false},
    {"access method", make_access_method, false},
    {"extension", make_extension, false},
    {"default privileges", make_default_privileges, false},
}};

constexpr std::array<Maker, 34> late{{
    {"view", make_view},
    {"view", make_view},
    {"materialized view", make_materialized_view},
    {"rule", make_rule, false},
    {"trigger", make_trigger, false},
    {"policy", make_policy, false},
    {"event trigger", make_event_trigger, false},
    {"procedure", make_procedure},
    {"row function", make_row_function},
    {"parsed function", make_parsed_function},
    {"own function", make_own_function},
    {"partitioned", make_partitioned},
    {"typed table", make_typed_table},
    {"inheritance", make_inheritance},
    {"grant", make_grant, false},
    {"operator", make_operator},
    {"operator family", make_operator_family},
    {"operator class", make_operator_class},
    {"cast", make_cast, false},
    {"conversion", make_conversion},
    {"transform", make_transform, false},
    {"text search parser", make_parser},
    {"text search template", make_template},
    {"dictionary", make_dictionary},
    {"configuration", make_configuration},
    {"statistics", make_statistics},
    {"publication", make_publication, false},
    {"subscription", make_subscription, false},
    {"foreign server", make_foreign_server, false},
    {"foreign table", make_foreign_table},
    {"comment", make_comment, false},
    {"privilege", make_privilege, false},
    {"setting", make_setting, false},
    {"sequence owner", make_sequence_owner, false},
}};

void add_need_of_schema(RandomObject& object) {
    if (!object.schema.empty()) {
        object.needs.push_back("schema " + object.schema);
    }
}

bool make_with(const Maker& maker, Draw& draw, const Model& model, RandomObject& object) {
    object.needs.clear();
    object.columns.clear();
    object.use.clear();
    object.key = std::string(maker.sort) + " " + qualified(object);
    if (!maker.make(draw, model, object)) {
        return false;
    }
    add_need_of_schema(object);
    return true;
}

void add_one(Draw& draw, Model& model, std::span<const Maker> makers, std::vector<RandomObject>& list) {
    const Maker& maker = draw.any(makers);
    RandomObject object;
    object.sort = maker.sort;
    object.name = draw.fresh("o");
    if (maker.in_schema && !model.schemas.empty() && draw.chance(35)) {
        object.schema = draw.any(model.schemas);
    }
    const auto same = [&](const RandomObject& other) { return other.key == object.key; };
    if (make_with(maker, draw, model, object) && std::ranges::none_of(list, same)) {
        list.push_back(std::move(object));
    }
}

// Only of what is made before it.
void redraw(Draw& draw, const Model& model, std::span<const Maker> makers, std::vector<RandomObject>& list,
            bool is_early) {
    const auto place = static_cast<std::ptrdiff_t>(draw.number(0, static_cast<int>(list.size()) - 1));
    Model known = model;
    std::vector<RandomObject>& before = is_early ? known.early : known.late;
    before.erase(before.begin() + place, before.end());
    RandomObject made = *(list.begin() + place);
    const auto maker = std::ranges::find(makers, made.sort, &Maker::sort);
    const std::string key = made.key;
    if (make_with(*maker, draw, known, made)) {
        const auto same = [&](const RandomObject& other) { return other.key == made.key; };
        if (made.key == key || std::ranges::none_of(list, same)) {
            *(list.begin() + place) = std::move(made);
        }
    }
}

bool remove_round(Model& model) {
    std::set<std::string> there;
    for (const std::string& schema : model.schemas) {
        there.insert("schema " + schema);
    }
    for (const RandomEnum& type : model.enums) {
        there.insert(key_of(type));
    }
    for (const RandomSequence& sequence : model.sequences) {
        there.insert(key_of(sequence));
    }
    for (const RandomTable& table : model.tables) {
        there.insert(key_of(table));
        if (!table.primary_key.empty()) {
            there.insert(primary_key_of(table));
        }
        for (const RandomColumn& column : table.columns) {
            there.insert(key_of(table, column));
        }
    }
    for (const auto* list : {&model.early, &model.late}) {
        for (const RandomObject& object : *list) {
            there.insert(object.key);
            for (const std::string& column : object.columns) {
                there.insert(object.key + "." + quoted(column));
            }
        }
    }
    const auto dangles = [&](const RandomObject& object) {
        return std::ranges::any_of(object.needs,
                                   [&](const std::string& need) { return !there.contains(need); });
    };
    const std::size_t removed = std::erase_if(model.early, dangles) + std::erase_if(model.late, dangles);
    for (RandomTable& table : model.tables) {
        if (!table.access_method.empty() && !there.contains("access method " + table.access_method)) {
            table.access_method.clear();
        }
        for (RandomColumn& column : table.columns) {
            if (!column.needs.empty() && !there.contains(column.needs)) {
                column.needs.clear();
                column.default_sql.clear();
                column.collation.clear();
                column.enum_type.clear();
                column.type = column.family == Family::text ? "text" : "integer";
            }
        }
    }
    return removed > 0;
}

}  // namespace

std::span<const Maker> early_makers() {
    return early;
}

std::span<const Maker> late_makers() {
    return late;
}

void remove_dangling(Model& model) {
    while (remove_round(model)) {
    }
}

void add_object(Draw& draw, Model& model) {
    if (model.tables.empty()) {
        add_one(draw, model, early, model.early);
    } else {
        add_one(draw, model, late, model.late);
    }
}

void change_objects(Draw& draw, Model& model) {
    const bool is_early = model.late.empty() || (!model.early.empty() && draw.chance(35));
    std::vector<RandomObject>& list = is_early ? model.early : model.late;
    const std::span<const Maker> makers = is_early ? early_makers() : late_makers();
    const int form = list.empty() ? 1 : draw.number(1, 6);
    if (form == 1) {
        add_one(draw, model, makers, list);
    } else if (form == 2) {
        list.erase(list.begin() + draw.number(0, static_cast<int>(list.size()) - 1));
    } else {
        redraw(draw, model, makers, list, is_early);
    }
}

std::string with_comment(Draw& draw, const std::string& target) {
    return draw.chance(20) ? fmt::format("COMMENT ON {} IS 'says ''{}''';\n", target, draw.number(1, 9)) : "";
}

std::string qualified(const RandomObject& object) {
    return qualified(object.schema, object.name);
}

const RandomObject* any_object(Draw& draw, const std::vector<RandomObject>& objects, std::string_view sort) {
    std::vector<const RandomObject*> fitting;
    for (const RandomObject& object : objects) {
        if (object.sort == sort) {
            fitting.push_back(&object);
        }
    }
    return fitting.empty() ? nullptr : draw.any(fitting);
}

int fixed(const std::string& name, int count) {
    return std::accumulate(
               name.begin(), name.end(), 0,
               [](int sum, char letter) { return (sum * 31 + static_cast<unsigned char>(letter)) % 10007; }) %
           count;
}

std::string any_type(Draw& draw, const Model& model, RandomObject& user) {
    constexpr std::array<std::string_view, 6> plain{"integer", "text",      "numeric",
                                                    "date",    "integer[]", "jsonb"};
    if (!model.enums.empty() && draw.chance(20)) {
        const RandomEnum& type = draw.any(model.enums);
        user.needs.push_back(key_of(type));
        return qualified(type.schema, type.name);
    }
    if (!model.early.empty() && draw.chance(40)) {
        const RandomObject& object = draw.any(model.early);
        if (object.sort == "domain" || object.sort == "composite" || object.sort == "range" ||
            object.sort == "base type") {
            user.needs.push_back(object.key);
            return object.use;
        }
    }
    return std::string(draw.any(plain));
}

}  // namespace schemist::test
