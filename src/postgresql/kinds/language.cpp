// The kind `language`: of procedures.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, x.lanname, x.lanpltrusted, nullif(x.lanplcallfoid, 0)::regproc, nullif(x.laninline, "
        "0)::regproc, nullif(x.lanvalidator, 0)::regproc FROM pg_language x WHERE {} AND {}",
        is_of_users("x.oid"), is_no_extension_member("pg_language", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Language language;
        language.name = rows.string(row, 1);
        language.trusted = rows.boolean(row, 2);
        language.handler = rows.string(row, 3);
        language.inline_handler = rows.string(row, 4);
        language.validator = rows.string(row, 5);
        reading.add(reading.schema.languages, std::move(language),
                    {{catalogue::languages, rows.oid(row, 0)}});
    }
}

struct Languages {
    using Value = Language;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Language& language) {
        return "LANGUAGE " + quote_identifier(language.name);
    }

    static std::string written(std::string_view verb, const Language& language) {
        std::string text =
            fmt::format("{}{} LANGUAGE {} HANDLER {}", verb, language.trusted ? " TRUSTED" : "",
                        quote_identifier(language.name), language.handler);
        text += language.inline_handler.empty() ? "" : " INLINE " + language.inline_handler;
        text += language.validator.empty() ? "" : " VALIDATOR " + language.validator;
        return text;
    }
    static std::vector<std::string> create(const Language& language) { return {written("CREATE", language)}; }
    static std::vector<std::string> alter(const Language& before, const Language& after) {
        std::vector<std::string> statements;
        if (written({}, before) != written({}, after)) {
            statements.push_back(written("CREATE OR REPLACE", after));
        }
        return statements;
    }
    // One that is not trusted can be neither granted nor taken away from anybody.
    static bool is_replaced(const Language& before, const Language& after) {
        return before.trusted != after.trusted;
    }
};

}  // namespace

KindOfObject language_kind() {
    return standard_kind<Languages>();
}

}  // namespace schemist::postgresql
