#pragma once
// What the functions of schemist::Table return, to say more.

#include <schemist/definition.hpp>

#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace schemist {

template <class T>
const TableDefinition& definition_of();

/// What happens to a row when the row that it refers to is deleted or gets another key.
inline constexpr ReferentialAction no_action = ReferentialAction::no_action;
inline constexpr ReferentialAction restrict = ReferentialAction::restrict;
inline constexpr ReferentialAction cascade = ReferentialAction::cascade;
inline constexpr ReferentialAction set_null = ReferentialAction::set_null;
inline constexpr ReferentialAction set_default = ReferentialAction::set_default;

/// The database's own clock, as a default: `default_to(schemist::now)`.
struct Now {};
inline constexpr Now now;

/// SQL instead of a member, as the key of an index.
struct Expression {
    DialectText sql;
};
inline Expression expression(DialectText sql) {
    return {std::move(sql)};
}

namespace detail {

// Under the Itanium ABI, which g++ and clang++ follow, a pointer to a data member is its offset.
template <class T, class M>
std::ptrdiff_t offset_of(M T::*member) {
    static_assert(sizeof(member) == sizeof(std::ptrdiff_t));
    std::ptrdiff_t offset = 0;
    std::memcpy(&offset, &member, sizeof(offset));
    return offset;
}

template <class M>
inline constexpr bool is_time = false;
template <class Duration>
inline constexpr bool is_time<std::chrono::sys_time<Duration>> = true;
template <>
inline constexpr bool is_time<LocalTimestamp> = true;

Checked deferral(bool initially_deferred);

}  // namespace detail

/// A key of an index: a member or an expression, and how it is sorted.
template <class T>
class IndexKey {
  public:
    IndexKey() = default;
    template <class Owner, class M>
    IndexKey(M Owner::*member) {
        static_assert(std::is_same_v<T, Owner>, "an index takes members of its own struct");
        offset_ = detail::offset_of(member);
        given_ = true;
    }
    IndexKey(Expression sql) : given_(true) { key_.expression = std::move(sql.sql); }

    IndexKey descending() && { return key_.descending = true, std::move(*this); }
    IndexKey nulls_first() && { return key_.nulls_first = true, std::move(*this); }
    IndexKey nulls_last() && { return key_.nulls_first = false, std::move(*this); }
    /// PostgreSQL's operator class: `key(&M::title).operator_class("text_pattern_ops")`.
    IndexKey operator_class(std::string_view name) && { return key_.operator_class = name, std::move(*this); }
    IndexKey collate(std::string_view name) && { return key_.collation = name, std::move(*this); }

    bool given() const { return given_; }
    IndexKeyDefinition definition(const TableDefinition& table) const {
        IndexKeyDefinition result = key_;
        if (result.expression.empty()) {
            result.column = table.column_at(offset_);
        }
        return result;
    }

  private:
    IndexKeyDefinition key_;
    std::ptrdiff_t offset_ = 0;
    bool given_ = false;
};

/// A key of an index that says more than the member: `key(&M::x).nulls_last()`.
template <class T, class M>
IndexKey<T> key(M T::*member) {
    return IndexKey<T>(member);
}

/// Sorts downwards: as the key of an index `descending(&M::x)`, in `order_by(&M::x, schemist::descending)` as
/// a word.
struct Descending {
    template <class T, class M>
    IndexKey<T> operator()(M T::*member) const {
        return IndexKey<T>(member).descending();
    }
};
inline constexpr Descending descending;
struct Ascending {};
inline constexpr Ascending ascending;

/// Says more about one column.
template <class M>
class ColumnBuilder {
    using T = typename detail::Unwrapped<M>::Type;
    static constexpr bool is_text = std::is_base_of_v<std::string, T>;

  public:
    explicit ColumnBuilder(ColumnDefinition& column) : column_(column) {}

    /// The column's name, where it is not the member's.
    ColumnBuilder& db_name(std::string_view name) { return column_.name = name, *this; }
    /// The column's old name: the next revision renames it.
    ColumnBuilder& was(std::string_view old_name) { return column_.was = old_name, *this; }
    ColumnBuilder& comment(std::string_view text) { return column_.comment = text, *this; }
    /// The column's type in SQL, where it is not what follows from C++.
    ColumnBuilder& type(DialectText sql) { return column_.raw_type = std::move(sql), *this; }
    ColumnBuilder& collate(DialectText name) { return column_.collation = std::move(name), *this; }

    /// At most so many characters: `varchar(n)`. Checked before a row is written.
    ColumnBuilder& length(std::size_t characters) {
        static_assert(is_text || detail::enum_class<T>, "length() is for text and for enums kept as text");
        return column_.length = characters, *this;
    }

    /// An enum without a type of its own on PostgreSQL: text with a CHECK, as it always is on SQLite.
    ColumnBuilder& as_text() {
        static_assert(detail::enum_class<typename detail::Element<T>::Type>,
                      "as_text() is for an enum class");
        return column_.as_text = true, *this;
    }
    /// The name of the enum's type on PostgreSQL, where it is not the enum's own in snake_case.
    ColumnBuilder& enum_type(std::string_view name) {
        static_assert(detail::enum_class<typename detail::Element<T>::Type>,
                      "enum_type() is for an enum class");
        return column_.enum_type = name, *this;
    }

    /// The database's default. The struct's own initialiser is another thing: it is what C++ starts with.
    template <class Given>
    ColumnBuilder& default_to(const Given& value) {
        static_assert(detail::usable_as<Given, T>,
                      "the default must have the type of the member that it is for");
        if constexpr (detail::usable_as<Given, T>) {
            column_.default_value = DefaultDefinition{DefaultDefinition::Kind::constant,
                                                      std::make_shared<const T>(detail::converted<T>(value)),
                                                      {}};
        }
        return *this;
    }
    /// The moment at which the row is inserted, by the database's clock.
    ColumnBuilder& default_to(Now) {
        static_assert(detail::is_time<T>, "schemist::now is a default for a time or date only");
        return column_.default_value = DefaultDefinition{DefaultDefinition::Kind::now, {}, {}}, *this;
    }
    /// A default that is an expression.
    ColumnBuilder& default_sql(DialectText sql) {
        column_.default_value = DefaultDefinition{DefaultDefinition::Kind::expression, {}, std::move(sql)};
        return *this;
    }
    ColumnBuilder& default_sql(std::string_view postgresql, std::string_view sqlite) {
        return default_sql(DialectText(std::string(postgresql), std::string(sqlite)));
    }

    /// Computed by the database from other columns, and stored.
    ColumnBuilder& generated(DialectText sql) { return column_.generated = std::move(sql), *this; }

    /// So many characters (bytes, for Bytes): a CHECK in the database, and checked before a row is written.
    ColumnBuilder& check_length(std::size_t minimum, std::size_t maximum, std::string_view name = {}) {
        static_assert(is_text || std::is_same_v<T, Bytes>, "check_length() is for text and bytes");
        column_.check_length = CheckLength{minimum, maximum, std::string(name)};
        return *this;
    }

    /// Not less and not more: a CHECK in the database, and checked before a row is written.
    template <class Low, class High>
    ColumnBuilder& check_range(const Low& minimum, const High& maximum, std::string_view name = {}) {
        static_assert(detail::is_ordered<T>, "check_range() is for numbers, times and dates");
        static_assert(!detail::is_ordered<T> || (detail::usable_as<Low, T> && detail::usable_as<High, T>),
                      "the bounds of check_range() must have the type of the member that they are for");
        if constexpr (detail::usable_as<Low, T> && detail::usable_as<High, T>) {
            column_.check_range =
                CheckRange{std::make_shared<const T>(detail::converted<T>(minimum)),
                           std::make_shared<const T>(detail::converted<T>(maximum)), std::string(name)};
        }
        return *this;
    }

    /// Numbered by the database: GENERATED BY DEFAULT AS IDENTITY.
    ColumnBuilder& identity() { return set_identity(IdentityKind::by_default); }
    ColumnBuilder& identity_always() { return set_identity(IdentityKind::always); }

  private:
    ColumnBuilder& set_identity(IdentityKind kind) {
        static_assert(detail::integer_number<M> && sizeof(M) >= 2,
                      "an identity must be an integer, and not optional");
        return column_.identity = kind, *this;
    }

    ColumnDefinition& column_;
};

/// Says more about the primary key; M is its member's type, or void when it has several.
template <class M>
class PrimaryKeyBuilder {
    static constexpr bool numbered =
        detail::integer_number<M> && sizeof(std::conditional_t<std::is_void_v<M>, int, M>) >= 2;

  public:
    explicit PrimaryKeyBuilder(TableDefinition& table) : table_(table) {}

    PrimaryKeyBuilder& name(std::string_view constraint) { return key().name = constraint, *this; }
    PrimaryKeyBuilder& deferrable(bool initially_deferred = false) {
        return key().checked = detail::deferral(initially_deferred), *this;
    }

    /// Numbered by the database: GENERATED BY DEFAULT AS IDENTITY; INTEGER PRIMARY KEY on SQLite.
    PrimaryKeyBuilder& identity() {
        static_assert(numbered, "an identity must be an integer, and the only member of its key");
        return set_identity(IdentityKind::by_default);
    }
    PrimaryKeyBuilder& identity_always() {
        static_assert(numbered, "an identity must be an integer, and the only member of its key");
        return set_identity(IdentityKind::always);
    }
    /// SQLite: never give the number of a deleted row again. PostgreSQL never does.
    PrimaryKeyBuilder& autoincrement() {
        static_assert(numbered, "an autoincrement key must be an integer, and the only member of its key");
        key().autoincrement = true;
        return set_identity(table_.columns[key().columns.front()].identity == IdentityKind::none
                                ? IdentityKind::by_default
                                : table_.columns[key().columns.front()].identity);
    }

  private:
    PrimaryKeyDefinition& key() { return *table_.primary_key; }
    PrimaryKeyBuilder& set_identity(IdentityKind kind) {
        return table_.columns[key().columns.front()].identity = kind, *this;
    }

    TableDefinition& table_;
};

/// Says more about a unique constraint.
template <class T>
class UniqueBuilder {
  public:
    explicit UniqueBuilder(TableDefinition& table)
        : table_(table), position_(table.unique_constraints.size() - 1) {}

    UniqueBuilder& name(std::string_view constraint) { return self().name = constraint, *this; }
    /// Two rows with NULL are equal too (PostgreSQL 15).
    UniqueBuilder& nulls_not_distinct() { return self().nulls_not_distinct = true, *this; }
    UniqueBuilder& deferrable(bool initially_deferred = false) {
        return self().checked = detail::deferral(initially_deferred), *this;
    }
    template <class... M>
    UniqueBuilder& include(M T::*... members) {
        self().include = {table_.column_at(detail::offset_of(members))...};
        return *this;
    }

  private:
    UniqueDefinition& self() { return table_.unique_constraints[position_]; }

    TableDefinition& table_;
    std::size_t position_;
};

/// Says what a foreign key refers to, and what happens when that changes.
template <class... M>
class ForeignKeyBuilder {
  public:
    explicit ForeignKeyBuilder(TableDefinition& table)
        : table_(table), position_(table.foreign_keys.size() - 1) {}

    template <class Other, class... N>
    ForeignKeyBuilder& references(N Other::*... members) {
        static_assert(sizeof...(M) == sizeof...(N),
                      "a foreign key must have as many members as it references");
        if constexpr (sizeof...(M) == sizeof...(N)) {
            static_assert(
                (std::is_same_v<typename detail::Unwrapped<M>::Type, typename detail::Unwrapped<N>::Type> &&
                 ...),
                "a foreign key must have the same type as the member it references");
        }
        self().referenced = &definition_of<Other>;
        self().referenced_offsets = {detail::offset_of(members)...};
        return *this;
    }
    ForeignKeyBuilder& on_delete(ReferentialAction action) { return self().on_delete = action, *this; }
    ForeignKeyBuilder& on_update(ReferentialAction action) { return self().on_update = action, *this; }
    ForeignKeyBuilder& deferrable(bool initially_deferred = false) {
        return self().checked = detail::deferral(initially_deferred), *this;
    }
    ForeignKeyBuilder& match_full() { return self().match_full = true, *this; }
    /// Rows that are there already are not checked (PostgreSQL).
    ForeignKeyBuilder& not_valid() { return self().not_valid = true, *this; }
    ForeignKeyBuilder& name(std::string_view constraint) { return self().name = constraint, *this; }

  private:
    ForeignKeyDefinition& self() { return table_.foreign_keys[position_]; }

    TableDefinition& table_;
    std::size_t position_;
};

/// Says which values exclude each other.
template <class T>
class ExclusionBuilder {
  public:
    explicit ExclusionBuilder(TableDefinition& table)
        : table_(table), position_(table.exclusions.size() - 1) {}

    /// `t.exclude().with(&Booking::room, "=").with(expression("tstzrange(starts, ends)"), "&&")`
    ExclusionBuilder& with(const IndexKey<T>& element, std::string_view operator_name) {
        self().keys.push_back(element.definition(table_));
        self().keys.back().exclusion_operator = operator_name;
        return *this;
    }
    ExclusionBuilder& where(std::string_view sql) { return self().predicate = sql, *this; }
    ExclusionBuilder& name(std::string_view constraint) { return self().name = constraint, *this; }
    ExclusionBuilder& deferrable(bool initially_deferred = false) {
        return self().checked = detail::deferral(initially_deferred), *this;
    }

  private:
    ExclusionDefinition& self() { return table_.exclusions[position_]; }

    TableDefinition& table_;
    std::size_t position_;
};

/// Says more about an index. SQLite goes without an index of a method that it does not have.
template <class T>
class IndexBuilder {
  public:
    explicit IndexBuilder(TableDefinition& table) : table_(table), position_(table.indexes.size() - 1) {}

    IndexBuilder& name(std::string_view index) { return self().name = index, *this; }
    IndexBuilder& unique() { return self().unique = true, *this; }
    IndexBuilder& nulls_not_distinct() { return self().nulls_not_distinct = true, *this; }
    /// Only rows that meet this condition.
    IndexBuilder& where(DialectText sql) { return self().predicate = std::move(sql), *this; }
    IndexBuilder& using_method(std::string_view method) { return self().method = method, *this; }
    IndexBuilder& with(std::string_view parameter, std::string_view value) {
        self().storage.emplace_back(parameter, value);
        return *this;
    }
    template <class... M>
    IndexBuilder& include(M T::*... members) {
        self().include = {table_.column_at(detail::offset_of(members))...};
        return *this;
    }
    IndexBuilder& comment(std::string_view text) { return self().comment = text, *this; }

  private:
    IndexDefinition& self() { return table_.indexes[position_]; }

    TableDefinition& table_;
    std::size_t position_;
};

}  // namespace schemist
