// The kind `function`: functions and procedures.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <schemist/error.hpp>

#include <set>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Those that come with a type (the constructors of a range) are part of it.
std::string query(const Scope&) {
    return "SELECT p.oid, n.nspname, p.proname, concat('(', oidvectortypes(p.proargtypes), ')'), p.prokind, "
           "pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid), l.lanname, "
           "pg_get_functiondef(p.oid), p.pronargdefaults, p.prosqlbody IS NULL FROM pg_proc p JOIN "
           "pg_namespace n ON "
           "n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang WHERE p.prokind <> 'a' AND " +
           is_of_users("p.oid") + " AND " + is_user_namespace() +
           " AND p.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND "
           "e.deptype "
           "IN ('e', 'i'))";
}

std::string sort_of(char letter) {
    return letter == 'p' ? "procedure" : letter == 'w' ? "window function" : "function";
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Function function;
        function.name = {rows.string(row, 1), rows.string(row, 2)};
        function.signature = rows.string(row, 3);
        function.sort = sort_of(rows.letter(row, 4));
        function.arguments = rows.string(row, 5);
        function.result = rows.string(row, 6);
        function.language = rows.string(row, 7);
        function.definition = without_semicolon(rows.text(row, 8));
        function.defaults = rows.integer(row, 9);
        function.has_unread_body = rows.boolean(row, 10);
        reading.add(reading.schema.functions, std::move(function),
                    {{catalogue::functions, rows.oid(row, 0)}});
    }
}

// What the text of a body mentions. No catalogue knows it, and it may mention what is not there.
std::set<std::string> mentioned(const Function& function) {
    std::set<std::string> words;
    for (const std::string& constant : mentions(function.definition).constants) {
        try {
            const std::vector<std::string> found = mentions(constant).identifiers;
            words.insert(found.begin(), found.end());
        } catch (const Error&) {
            // No SQL: the text of another language, or of a message.
        }
    }
    return words;
}

struct Functions {
    using Value = Function;

    static std::vector<Reader> readers() { return {{query, read}}; }

    static std::string target(const Function& function) {
        return fmt::format("{} {}{}", function.sort == "procedure" ? "PROCEDURE" : "FUNCTION",
                           qualified(function.name), function.signature);
    }

    static std::vector<std::string> create(const Function& function) {
        constexpr std::string_view replacing = "CREATE OR REPLACE ";
        return {"CREATE " + function.definition.substr(replacing.size())};
    }

    static std::vector<std::string> alter(const Function& before, const Function& after) {
        return before.definition == after.definition ? std::vector<std::string>{}
                                                     : std::vector<std::string>{after.definition};
    }

    static bool is_replaced(const Function& before, const Function& after) {
        return before.sort != after.sort || before.result != after.result ||
               before.arguments != after.arguments || before.defaults > after.defaults;
    }

    // The server looks into a body when the function is made, though only when it runs must all be there.
    static void connect(const Function& function, const Differences& differences, DdlAction& action) {
        if (function.has_unread_body && !action.statements.empty()) {
            action.prefers = differences.created_among(mentioned(function));
            action.otherwise = {"SET LOCAL check_function_bodies = off"};
        }
        if (differences.is_created(reference_of(function))) {
            append(action.prefers, differences.dropped_overloads(function.name));
        }
    }
};

}  // namespace

KindOfObject function_kind() {
    return standard_kind<Functions>();
}

}  // namespace schemist::postgresql
