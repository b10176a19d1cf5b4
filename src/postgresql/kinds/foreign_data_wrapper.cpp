// The kind `foreign_data_wrapper`.

#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, x.fdwname, nullif(x.fdwhandler, 0)::regproc, nullif(x.fdwvalidator, 0)::regproc, {} "
        "FROM pg_foreign_data_wrapper x WHERE {} AND {}",
        options_without_secrets("x.fdwoptions"), is_of_users("x.oid"),
        is_no_extension_member("pg_foreign_data_wrapper", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        ForeignDataWrapper wrapper;
        wrapper.name = rows.string(row, 1);
        wrapper.handler = rows.string(row, 2);
        wrapper.validator = rows.string(row, 3);
        wrapper.options = parse_storage(rows.text(row, 4));
        reading.add(reading.schema.foreign_data_wrappers, std::move(wrapper),
                    {{catalogue::foreign_data_wrappers, rows.oid(row, 0)}});
    }
}

std::string function_clause(std::string_view word, const std::string& function) {
    return function.empty() ? fmt::format(" NO {}", word) : fmt::format(" {} {}", word, function);
}

struct ForeignDataWrappers {
    using Value = ForeignDataWrapper;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const ForeignDataWrapper& wrapper) {
        return "FOREIGN DATA WRAPPER " + quote_identifier(wrapper.name);
    }

    static std::vector<std::string> create(const ForeignDataWrapper& wrapper) {
        std::string text = "CREATE " + target(wrapper);
        text += wrapper.handler.empty() ? "" : function_clause("HANDLER", wrapper.handler);
        text += wrapper.validator.empty() ? "" : function_clause("VALIDATOR", wrapper.validator);
        return {text + options_clause(wrapper.options)};
    }

    static std::vector<std::string> alter(const ForeignDataWrapper& before, const ForeignDataWrapper& after) {
        std::string text;
        if (before.handler != after.handler) {
            text += function_clause("HANDLER", after.handler);
        }
        if (before.validator != after.validator) {
            text += function_clause("VALIDATOR", after.validator);
        }
        text += changed_options(before.options, after.options);
        return text.empty() ? std::vector<std::string>{}
                            : std::vector<std::string>{"ALTER " + target(after) + text};
    }
};

}  // namespace

KindOfObject foreign_data_wrapper_kind() {
    return standard_kind<ForeignDataWrappers>();
}

}  // namespace schemist::postgresql
