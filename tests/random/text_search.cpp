// What a search for words is made of.

#include "random/objects.hpp"

#include <fmt/format.h>

namespace schemist::test {

bool make_parser(Draw& draw, const Model&, RandomObject& object) {
    object.use = qualified(object);
    object.sql =
        fmt::format(
            "CREATE TEXT SEARCH PARSER {} (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, "
            "LEXTYPES = prsd_lextype{});\n",
            object.use, draw.chance(50) ? ", HEADLINE = prsd_headline" : "") +
        with_comment(draw, "TEXT SEARCH PARSER " + object.use);
    return true;
}

bool make_template(Draw& draw, const Model&, RandomObject& object) {
    object.use = qualified(object);
    object.sql = fmt::format("CREATE TEXT SEARCH TEMPLATE {} (INIT = dsimple_init, LEXIZE = {});\n",
                             object.use, draw.chance(50) ? "dsimple_lexize" : "dispell_lexize") +
                 with_comment(draw, "TEXT SEARCH TEMPLATE " + object.use);
    return true;
}

bool make_dictionary(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* of = draw.chance(30) ? any_object(draw, model.late, "text search template") : nullptr;
    if (of != nullptr) {
        object.needs.push_back(of->key);
    }
    object.use = qualified(object);
    object.sql = fmt::format("CREATE TEXT SEARCH DICTIONARY {} (TEMPLATE = {}{});\n", object.use,
                             of == nullptr ? "simple" : of->use,
                             draw.chance(50) ? ", ACCEPT = false" : ", STOPWORDS = 'english'") +
                 with_comment(draw, "TEXT SEARCH DICTIONARY " + object.use);
    return true;
}

bool make_configuration(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* parser =
        draw.chance(40) ? any_object(draw, model.late, "text search parser") : nullptr;
    if (parser != nullptr) {
        object.needs.push_back(parser->key);
    }
    const std::string name = qualified(object);
    object.sql = fmt::format("CREATE TEXT SEARCH CONFIGURATION {} (PARSER = {});\n", name,
                             parser == nullptr ? "\"default\"" : parser->use);
    const RandomObject* dictionary = draw.chance(70) ? any_object(draw, model.late, "dictionary") : nullptr;
    if (dictionary != nullptr) {
        object.needs.push_back(dictionary->key);
    }
    object.sql += fmt::format("ALTER TEXT SEARCH CONFIGURATION {} ADD MAPPING FOR {} WITH {};\n", name,
                              draw.chance(50) ? "asciiword" : "word, host",
                              dictionary == nullptr ? "simple" : dictionary->use + ", english_stem");
    return true;
}

}  // namespace schemist::test
