#include "postgresql/kinds/definitions.hpp"

namespace schemist::postgresql {

const std::vector<KindOfObject>& kinds() {
    static const std::vector<KindOfObject> all{namespace_kind(),   enum_type_kind(), table_kind(),
                                               column_kind(),      sequence_kind(),  primary_key_kind(),
                                               unique_kind(),      check_kind(),     exclusion_kind(),
                                               foreign_key_kind(), index_kind()};
    return all;
}

}  // namespace schemist::postgresql
