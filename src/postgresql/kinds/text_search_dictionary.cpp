// The kind `text_search_dictionary`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.dictname, format(CASE WHEN pg_ts_template_is_visible(t.oid) THEN "
        "'%2$I' ELSE '%1$I.%2$I' END, tn.nspname, t.tmplname), x.dictinitoption FROM pg_ts_dict x JOIN "
        "pg_namespace n ON n.oid = x.dictnamespace JOIN pg_ts_template t ON t.oid = x.dicttemplate JOIN "
        "pg_namespace tn ON tn.oid = t.tmplnamespace WHERE {} AND {} AND {}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_ts_dict", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        TextSearchDictionary dictionary;
        dictionary.name = {rows.string(row, 1), rows.string(row, 2)};
        dictionary.text_template = rows.string(row, 3);
        dictionary.options = rows.string(row, 4);
        reading.add(reading.schema.text_search_dictionaries, std::move(dictionary),
                    {{catalogue::text_search_dictionaries, rows.oid(row, 0)}});
    }
}

// The names in "language = 'english', \"Odd\" = 'a, b'", as they are written.
std::vector<std::string> names_of_options(std::string_view options) {
    std::vector<std::string> names;
    std::size_t start = 0;
    char quote = '\0';
    for (std::size_t i = 0; i < options.size(); ++i) {
        const char c = options[i];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '=') {
            const std::string_view name = options.substr(start, i - start);
            const std::size_t first = name.find_first_not_of(", ");
            names.emplace_back(name.substr(first, name.find_last_not_of(' ') + 1 - first));
        } else if (c == ',') {
            start = i;
        }
    }
    return names;
}

struct TextSearchDictionaries {
    using Value = TextSearchDictionary;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const TextSearchDictionary& dictionary) {
        return "TEXT SEARCH DICTIONARY " + qualified(dictionary.name);
    }
    static std::vector<std::string> create(const TextSearchDictionary& dictionary) {
        return {fmt::format("CREATE {} (TEMPLATE = {}{}{})", target(dictionary), dictionary.text_template,
                            dictionary.options.empty() ? "" : ", ", dictionary.options)};
    }
    // An option without a value is taken away.
    static std::vector<std::string> alter(const TextSearchDictionary& before,
                                          const TextSearchDictionary& after) {
        if (before.options == after.options) {
            return {};
        }
        std::vector<std::string> parts = names_of_options(before.options);
        const std::vector<std::string> kept = names_of_options(after.options);
        std::erase_if(parts,
                      [&](const std::string& name) { return std::ranges::find(kept, name) != kept.end(); });
        if (!after.options.empty()) {
            parts.push_back(after.options);
        }
        return {fmt::format("ALTER {} ({})", target(after), join(parts, ", "))};
    }
    static bool is_replaced(const TextSearchDictionary& before, const TextSearchDictionary& after) {
        return before.text_template != after.text_template;
    }
};

}  // namespace

KindOfObject text_search_dictionary_kind() {
    return standard_kind<TextSearchDictionaries>();
}

}  // namespace schemist::postgresql
