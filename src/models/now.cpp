#include "models/now.hpp"

namespace schemist {

// On SQLite with six digits, as the codec writes them: text of one length sorts like time.
std::string_view now_expression(TypeKind kind, DialectName dialect) {
    const bool sqlite = dialect == DialectName::sqlite;
    switch (kind) {
        case TypeKind::date:
            return sqlite ? "date('now')" : "CURRENT_DATE";
        case TypeKind::local_timestamp:
            return sqlite ? "strftime('%Y-%m-%dT%H:%M:%f000', 'now', 'localtime')" : "LOCALTIMESTAMP";
        default:
            return sqlite ? "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')" : "now()";
    }
}

}  // namespace schemist
