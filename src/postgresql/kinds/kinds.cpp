#include "postgresql/kinds/definitions.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {

const std::vector<KindOfObject>& kinds() {
    static const std::vector<KindOfObject> all{
        // clang-format off
        namespace_kind(), extension_kind(), collation_kind(),
        enum_type_kind(), domain_kind(), composite_type_kind(), range_type_kind(),
        table_kind(), column_kind(), sequence_kind(),
        primary_key_kind(), unique_kind(), check_kind(), exclusion_kind(), foreign_key_kind(),
        statistics_kind(), function_kind(), aggregate_kind(),
        view_kind(), materialized_view_kind(), index_kind(),
        rule_kind(), trigger_kind(), policy_kind(), event_trigger_kind(),
        default_privileges_kind(),
        // clang-format on
    };
    return all;
}

const KindOfObject& kind_of_object(Kind kind) {
    const auto found = std::ranges::find(kinds(), kind, &KindOfObject::kind);
    if (found == kinds().end()) {
        throw Error(fmt::format("PostgreSQL's backend knows no {}", to_string(kind)))
            .exit_code(ExitCode::internal);
    }
    return *found;
}

}  // namespace schemist::postgresql
