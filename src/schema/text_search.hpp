#pragma once
// The kinds of text search.

#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <string>
#include <vector>

namespace schemist {

struct TextSearchParser {
    Name name;
    std::string definition;  // what stands between the parentheses
    std::string comment;

    bool operator==(const TextSearchParser&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &TextSearchParser::name);
        visit("definition", &TextSearchParser::definition);
        visit("comment", &TextSearchParser::comment);
    }
};

struct TextSearchTemplate {
    Name name;
    std::string definition;  // as for a parser
    std::string comment;

    bool operator==(const TextSearchTemplate&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &TextSearchTemplate::name);
        visit("definition", &TextSearchTemplate::definition);
        visit("comment", &TextSearchTemplate::comment);
    }
};

struct TextSearchDictionary {
    Name name;
    std::string text_template;  // as written in SQL
    std::string options;        // "language = 'english'", as the server keeps them
    std::string comment;
    Owner owner{};

    bool operator==(const TextSearchDictionary&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &TextSearchDictionary::name);
        visit("text_template", &TextSearchDictionary::text_template);
        visit("options", &TextSearchDictionary::options);
        visit("comment", &TextSearchDictionary::comment);
        visit("owner", &TextSearchDictionary::owner);
    }
};

// Which dictionaries look at a sort of token.
struct TextSearchMapping {
    std::string token;
    std::string dictionaries;  // as written in SQL, in their order

    bool operator==(const TextSearchMapping&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("token", &TextSearchMapping::token);
        visit("dictionaries", &TextSearchMapping::dictionaries);
    }
};

struct TextSearchConfiguration {
    Name name;
    std::string parser;                       // as written in SQL
    std::vector<TextSearchMapping> mappings;  // in the order of the tokens
    std::string comment;
    Owner owner{};

    bool operator==(const TextSearchConfiguration&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &TextSearchConfiguration::name);
        visit("parser", &TextSearchConfiguration::parser);
        visit("mappings", &TextSearchConfiguration::mappings);
        visit("comment", &TextSearchConfiguration::comment);
        visit("owner", &TextSearchConfiguration::owner);
    }
};

}  // namespace schemist
