#pragma once
/// \file
/// What a model says about its table, as a value that no longer knows the C++ struct.

#include <schemist/member_type.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace schemist {

/// Where a model says something; errors name it.
struct SourceLine {
    const char* file = "";
    int line = 0;

    static constexpr SourceLine here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
        return {file, line};
    }
    /// "models.hpp:44", or nothing when it is unknown.
    std::string text() const;
};

/// SQL that may differ between the backends: from one text it is the same for both.
/// \code
/// t.column(&Account::email).type({"citext", "TEXT"});
/// \endcode
struct DialectText {
    std::string postgresql;
    std::string sqlite;

    DialectText() = default;
    DialectText(const char* both) : postgresql(both), sqlite(both) {}
    DialectText(std::string_view both) : postgresql(both), sqlite(both) {}
    DialectText(const std::string& both) : postgresql(both), sqlite(both) {}
    DialectText(std::string for_postgresql, std::string for_sqlite)
        : postgresql(std::move(for_postgresql)), sqlite(std::move(for_sqlite)) {}

    bool empty() const { return postgresql.empty() && sqlite.empty(); }
    const std::string& of(DialectName dialect) const {
        return dialect == DialectName::postgresql ? postgresql : sqlite;
    }
};

enum class ReferentialAction { no_action, restrict, cascade, set_null, set_default };

/// When a constraint is checked.
enum class Checked { at_once, deferrable, deferred };

enum class IdentityKind { none, by_default, always };

struct DefaultDefinition {
    enum class Kind { constant, now, expression };
    Kind kind = Kind::constant;
    std::shared_ptr<const void> constant;  ///< of the member's own type, without optional
    DialectText expression;
};

struct CheckLength {
    std::size_t minimum = 0;
    std::size_t maximum = 0;
    std::string name;
};

struct CheckRange {
    std::shared_ptr<const void> minimum;  ///< of the member's own type, without optional
    std::shared_ptr<const void> maximum;
    std::string name;
};

struct ColumnDefinition {
    std::string member;  ///< as C++ calls it, without one trailing underscore
    std::string name;
    std::string was;
    std::string comment;
    std::ptrdiff_t offset = 0;
    const MemberType* type = nullptr;
    bool ignored = false;
    bool as_text = false;  ///< an enum without a type of its own
    std::string enum_type;
    DialectText raw_type;
    std::size_t length = 0;
    IdentityKind identity = IdentityKind::none;
    std::optional<DefaultDefinition> default_value;
    DialectText generated;
    DialectText collation;
    std::optional<CheckLength> check_length;
    std::optional<CheckRange> check_range;
    SourceLine line;

    /// What the database makes of it when a row leaves it out is not known beforehand: now, or an expression.
    bool has_computed_default() const {
        return default_value && default_value->kind != DefaultDefinition::Kind::constant;
    }
};

using ColumnIndexes = std::vector<std::size_t>;

struct PrimaryKeyDefinition {
    std::string name;
    ColumnIndexes columns;
    bool autoincrement = false;
    Checked checked = Checked::at_once;
};

struct UniqueDefinition {
    std::string name;
    ColumnIndexes columns;
    ColumnIndexes include;
    bool nulls_not_distinct = false;
    Checked checked = Checked::at_once;
};

struct CheckDefinition {
    std::string name;
    DialectText expression;
};

struct IndexKeyDefinition {
    std::size_t column = 0;
    DialectText expression;  ///< when it is not empty, it stands instead of the column
    bool descending = false;
    std::optional<bool> nulls_first;
    std::string operator_class;
    std::string collation;
    std::string exclusion_operator;
};

struct ExclusionDefinition {
    std::string name;
    std::string method;
    std::vector<IndexKeyDefinition> keys;
    std::string predicate;
    Checked checked = Checked::at_once;
};

struct IndexDefinition {
    std::string name;
    std::vector<IndexKeyDefinition> keys;
    ColumnIndexes include;
    bool unique = false;
    bool nulls_not_distinct = false;
    std::string method;
    DialectText predicate;
    std::vector<std::pair<std::string, std::string>> storage;
    std::string comment;
    SourceLine line;
};

struct TableDefinition;

struct ForeignKeyDefinition {
    std::string name;
    ColumnIndexes columns;
    const TableDefinition& (*referenced)() = nullptr;  ///< called late, since tables may refer to each other
    std::vector<std::ptrdiff_t> referenced_offsets;
    ReferentialAction on_delete = ReferentialAction::no_action;
    ReferentialAction on_update = ReferentialAction::no_action;
    Checked checked = Checked::at_once;
    bool match_full = false;
    bool not_valid = false;
    SourceLine line;
};

/// All that a model says about its table. Made by schemist::Table.
struct TableDefinition {
    std::string schema;  ///< PostgreSQL's namespace; empty: public
    std::string name;
    std::string struct_name;
    std::string was;
    std::string comment;
    bool external = false;
    std::vector<ColumnDefinition> columns;
    std::optional<PrimaryKeyDefinition> primary_key;
    std::vector<UniqueDefinition> unique_constraints;
    std::vector<CheckDefinition> checks;
    std::vector<ExclusionDefinition> exclusions;
    std::vector<ForeignKeyDefinition> foreign_keys;
    std::vector<IndexDefinition> indexes;
    SourceLine line;
    const void* initial_row = nullptr;  ///< a value-initialised object of the struct

    /// The column at this place of the struct. Throws Error when it is ignored or no member of its own.
    std::size_t column_at(std::ptrdiff_t offset) const;
};

namespace detail {

struct MemberDescription {
    std::string_view name;
    const MemberType* type;
    const void* address;
};

TableDefinition make_table_definition(std::string_view struct_name,
                                      std::span<const MemberDescription> members, const void* row);
/// Refuses what contradicts itself: a default beside an identity, a key of nothing, two columns of one name.
void require_sound(const TableDefinition& table);

}  // namespace detail
}  // namespace schemist
