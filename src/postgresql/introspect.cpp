#include "postgresql/introspect.hpp"

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/kinds/not_null.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Everything that changes what the server prints for the same thing; and no compilation, which takes longer than the queries.
constexpr std::string_view settings =
    "SET LOCAL search_path = public; SET LOCAL quote_all_identifiers = off; SET LOCAL DateStyle = 'ISO, "
    "YMD'; "
    "SET LOCAL IntervalStyle = postgres; SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1; "
    "SET LOCAL bytea_output = hex; SET LOCAL standard_conforming_strings = on; SET LOCAL jit = off; ";

// In a transaction of its own, or in a savepoint of the caller's, whose end takes the settings back as well.
std::string message(const std::vector<Reader>& readers, const Scope& scope, bool inside) {
    std::string text =
        inside ? "SAVEPOINT schemist_introspection; " : "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ";
    text += settings;
    for (const Reader& reader : readers) {
        text += reader.query(scope) + ";\n";
    }
    text += inside ? "ROLLBACK TO SAVEPOINT schemist_introspection; RELEASE SAVEPOINT schemist_introspection"
                   : "COMMIT";
    return text;
}

void take_back(Connection& connection, bool inside) noexcept {
    try {
        connection.run_script(inside ? "ROLLBACK TO SAVEPOINT schemist_introspection; "
                                       "RELEASE SAVEPOINT schemist_introspection"
                                     : "ROLLBACK");
    } catch (const Error&) {
        // What broke the introspection is about to be reported, and says more than this.
    }
}

}  // namespace

Schema introspect(Connection& connection, const Name& journal, const Selection& selection) {
    const Scope scope{connection.server_version(), connection.is_superuser(), journal, selection};
    std::vector<Reader> readers = dictionary_readers();
    for (const KindOfObject& kind : kinds()) {
        readers.insert(readers.end(), kind.readers.begin(), kind.readers.end());
    }
    std::ranges::copy(not_null_readers(scope), std::back_inserter(readers));
    std::ranges::copy(facet_readers(scope), std::back_inserter(readers));
    readers.push_back(dependency_reader());
    const bool inside = connection.in_transaction();
    Reading reading;
    std::size_t next = 0;
    try {
        // Each is read while the server works on those behind it.
        connection.each_result(message(readers, scope, inside),
                               [&](const Result& result) { readers.at(next++).read(result, reading); });
    } catch (...) {
        take_back(connection, inside);
        throw;
    }
    constexpr int first_with_not_null_constraints = 180000;
    constexpr int first_with_those_of_domains = 170000;
    reading.schema.not_null_constraints = {scope.server_version >= first_with_not_null_constraints,
                                           scope.server_version >= first_with_those_of_domains};
    if (next != readers.size()) {
        throw Error(fmt::format("{} catalogue queries gave {} results", readers.size(), next))
            .exit_code(ExitCode::internal);
    }
    sort(reading.schema);
    return selected(std::move(reading.schema), selection);
}

}  // namespace schemist::postgresql
