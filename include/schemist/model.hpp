#pragma once
/// \file
/// Declares tables as C++ structs: the members are the columns, and `describe` adds what their types cannot
/// say.

#include <schemist/definition.hpp>
#include <schemist/detail/builders.hpp>
#include <schemist/detail/members.hpp>

#include <array>
#include <type_traits>
#include <vector>

namespace schemist {

/// What a struct says about its table, in its static function `describe`.
/// \code
/// struct Message {
///     std::int64_t id;
///     std::int64_t conversation_id;
///     std::optional<std::string> model;
///     schemist::Timestamp created_at;
///
///     static void describe(schemist::Table<Message>& t) {
///         t.name("messages");
///         t.primary_key(&Message::id).identity();
///         t.foreign_key(&Message::conversation_id).references(&Conversation::id).on_delete(schemist::cascade);
///         t.column(&Message::created_at).default_to(schemist::now);
///         t.index(&Message::conversation_id, schemist::descending(&Message::created_at));
///     }
/// };
/// \endcode
template <class T>
class Table {
  public:
    using Key = IndexKey<T>;
    using Here = SourceLine;

    explicit Table(TableDefinition& definition) : definition_(definition) {}
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    /// Without it the table is called like the struct, in snake_case.
    void name(std::string_view table) { definition_.name = table; }
    /// PostgreSQL's namespace and the name in it. SQLite has no namespaces and uses the name alone.
    void name(std::string_view schema, std::string_view table) { definition_.schema = schema, name(table); }
    /// The table's old name: the next revision renames it.
    void was(std::string_view old_name) { definition_.was = old_name; }
    void comment(std::string_view text) { definition_.comment = text; }
    /// Somebody else's table: it may be referred to, and is never created, changed or dropped.
    void external() { definition_.external = true; }

    /// This member is no column.
    template <class M>
    void ignore(M T::*member) {
        definition_.columns[index_of(member)].ignored = true;
    }

    template <class M>
    ColumnBuilder<M> column(M T::*member, Here line = Here::here()) {
        ColumnDefinition& column = definition_.columns[index_of(member)];
        column.line = line;
        return ColumnBuilder<M>(column);
    }

    template <class M>
    PrimaryKeyBuilder<M> primary_key(M T::*member) {
        static_assert(!detail::Unwrapped<M>::nullable, "a primary key member cannot be optional");
        definition_.primary_key = PrimaryKeyDefinition{{}, {index_of(member)}, false, Checked::at_once};
        return PrimaryKeyBuilder<M>(definition_);
    }
    template <class First, class Second, class... More>
    PrimaryKeyBuilder<void> primary_key(First T::*first, Second T::*second, More T::*... more) {
        static_assert(!detail::Unwrapped<First>::nullable && !detail::Unwrapped<Second>::nullable &&
                          (!detail::Unwrapped<More>::nullable && ...),
                      "a primary key member cannot be optional");
        definition_.primary_key = PrimaryKeyDefinition{
            {}, {index_of(first), index_of(second), index_of(more)...}, false, Checked::at_once};
        return PrimaryKeyBuilder<void>(definition_);
    }

    template <class... M>
    UniqueBuilder<T> unique(M T::*... members) {
        static_assert(sizeof...(M) != 0, "a unique constraint needs a member");
        definition_.unique_constraints.emplace_back().columns = {index_of(members)...};
        return UniqueBuilder<T>(definition_);
    }

    template <class M>
    ForeignKeyBuilder<M> foreign_key(M T::*member, Here line = Here::here()) {
        return start_foreign_key<M>({index_of(member)}, line);
    }
    template <class First, class Second>
    ForeignKeyBuilder<First, Second> foreign_key(First T::*first, Second T::*second,
                                                 Here line = Here::here()) {
        return start_foreign_key<First, Second>({index_of(first), index_of(second)}, line);
    }
    template <class First, class Second, class Third>
    ForeignKeyBuilder<First, Second, Third> foreign_key(First T::*first, Second T::*second, Third T::*third,
                                                        Here line = Here::here()) {
        return start_foreign_key<First, Second, Third>({index_of(first), index_of(second), index_of(third)},
                                                       line);
    }

    /// A condition that every row must meet, in SQL.
    void check(std::string_view name, DialectText expression) {
        definition_.checks.push_back({std::string(name), std::move(expression)});
    }

    /// An exclusion constraint of PostgreSQL; SQLite has none and goes without.
    ExclusionBuilder<T> exclude(std::string_view method = "gist") {
        definition_.exclusions.emplace_back().method = method;
        return ExclusionBuilder<T>(definition_);
    }

    /// Keys are members, `descending(&M::x)` or `expression("lower(x)")`.
    IndexBuilder<T> index(Key first, Key second = {}, Key third = {}, Key fourth = {}, Key fifth = {},
                          Key sixth = {}, Key seventh = {}, Key eighth = {}, Here line = Here::here()) {
        IndexDefinition& index = definition_.indexes.emplace_back();
        index.line = line;
        for (const Key& key : {first, second, third, fourth, fifth, sixth, seventh, eighth}) {
            if (key.given()) {
                index.keys.push_back(key.definition(definition_));
            }
        }
        return IndexBuilder<T>(definition_);
    }
    /// An index on an expression.
    IndexBuilder<T> index_on(DialectText sql, Here line = Here::here()) {
        return index(Key(Expression{std::move(sql)}), {}, {}, {}, {}, {}, {}, {}, line);
    }

  private:
    template <class M>
    std::size_t index_of(M T::*member) const {
        return definition_.column_at(detail::offset_of(member));
    }
    template <class... M>
    ForeignKeyBuilder<M...> start_foreign_key(ColumnIndexes columns, Here line) {
        ForeignKeyDefinition& key = definition_.foreign_keys.emplace_back();
        key.columns = std::move(columns);
        key.line = line;
        return ForeignKeyBuilder<M...>(definition_);
    }

    TableDefinition& definition_;
};

namespace detail {

template <class T, std::size_t... Indexes>
TableDefinition reflect(const T& row, std::index_sequence<Indexes...>) {
    const auto pointers = member_pointers(row);
    const std::array members{
        MemberDescription{member_name<T, Indexes>(),
                          &member_type<std::remove_cvref_t<decltype(*leaf<Indexes>(pointers).pointer)>>,
                          leaf<Indexes>(pointers).pointer}...};
    return make_table_definition(unqualified_type_name<T>(), members, &row);
}

template <class T>
TableDefinition describe_model() {
    static_assert(std::is_aggregate_v<T>, "a model must be a plain struct: public members, no constructors");
    static_assert(!std::is_aggregate_v<T> || std::is_default_constructible_v<T>,
                  "a model must be default-constructible");
    if constexpr (std::is_aggregate_v<T> && std::is_default_constructible_v<T>) {
        constexpr std::size_t count = member_count<T>;
        static_assert(count != 0 && !has_base<T>, "a model must have members of its own, and no base class");
        static_assert(count <= most_members, "a model may have at most 64 members");
        if constexpr (count != 0 && !has_base<T> && count <= most_members) {
            static const T row{};
            TableDefinition definition = reflect(row, std::make_index_sequence<count>());
            Table<T> table(definition);
            if constexpr (requires { T::describe(table); }) {
                T::describe(table);
            }
            require_sound(definition);
            return definition;
        }
    }
    return {};
}

}  // namespace detail

/// What a struct declares. Made once, at the first call.
template <class T>
const TableDefinition& definition_of() {
    static const TableDefinition definition = detail::describe_model<T>();
    return definition;
}

/// The models of a program, as one value to hand around.
/// \code
/// inline constexpr schemist::Models<Conversation, Message> models;
/// \endcode
template <class... T>
struct Models {
    std::vector<TableDefinition> definitions() const { return {definition_of<T>()...}; }
};

}  // namespace schemist
