#pragma once
/// \file
/// Conditions, order and values of statements, in terms of members.

#include <schemist/model.hpp>
#include <schemist/validation.hpp>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

class Database;

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };
inline constexpr Comparison equal = Comparison::equal;
inline constexpr Comparison not_equal = Comparison::not_equal;
inline constexpr Comparison less = Comparison::less;
inline constexpr Comparison less_equal = Comparison::less_equal;
inline constexpr Comparison greater = Comparison::greater;
inline constexpr Comparison greater_equal = Comparison::greater_equal;

/// `where(&T::title, schemist::null)`
struct NullTest {
    bool negated;
};
inline constexpr NullTest null{false};
inline constexpr NullTest not_null{true};

/// `where(&T::id, schemist::in, std::vector{1, 2, 3})`
struct In {
    bool negated;
};
inline constexpr In in{false};
inline constexpr In not_in{true};

/// SQL's LIKE. PostgreSQL tells upper from lower case, SQLite does not (of ASCII letters).
struct Like {
    bool negated;
};
inline constexpr Like like{false};
inline constexpr Like not_like{true};

namespace detail {

// A value that is encoded when the backend is known.
struct Argument {
    std::shared_ptr<const void> held;
    const MemberType* type;

    Value encode(DialectName dialect) const { return type->encode(held.get(), dialect); }
};

template <class Given>
Argument argument(const Given& given) {
    using T = std::conditional_t<std::is_convertible_v<const Given&, std::string_view>, std::string, Given>;
    return {std::make_shared<const T>(given), &member_type<T>};
}

}  // namespace detail

/// SQL that the builder cannot say, with `{}` where a value belongs (and `{{`, `}}` for braces themselves).
struct Sql {
    std::string text;
    std::vector<detail::Argument> arguments;
};

/// \code
/// db.select<Message>().where(schemist::sql("lower(content) = {}", "hello")).all();
/// \endcode
template <class... Values>
Sql sql(std::string_view text, const Values&... values) {
    return {std::string(text), {detail::argument(values)...}};
}

/// Members whose columns an insert leaves to the database: `db.insert(row,
/// schemist::defaults(&M::created_at))`.
template <class T>
struct Defaults {
    std::vector<std::ptrdiff_t> offsets;
};

template <class T, class... M>
Defaults<T> defaults(M T::*... members) {
    return {{detail::offset_of(members)...}};
}

namespace detail {

// A statement on one table, while it is put together.
class Statement {
  public:
    Statement(Connection& connection, const TableDefinition& table)
        : connection_(connection), table_(table) {}

    DialectName dialect() const { return connection_.dialect(); }
    const TableDefinition& table() const { return table_; }

    void compare(std::ptrdiff_t offset, Comparison comparison, Value value);
    void compare(std::ptrdiff_t offset, NullTest test);
    void compare(std::ptrdiff_t offset, In in, std::vector<Value> values);
    void compare(std::ptrdiff_t offset, Like like, std::string_view pattern);
    void condition(const Sql& fragment);
    /// False when there cannot be such a row, since the key is out of the column's range.
    bool compare_key(const std::vector<Argument>& key);

    void set(std::ptrdiff_t offset, const void* member);
    void set_now(std::ptrdiff_t offset);
    void set(std::ptrdiff_t offset, const Sql& fragment);

    void order_by(std::ptrdiff_t offset, bool descending);
    void order_by(const Sql& fragment);
    void limit(std::int64_t rows) { limit_ = rows; }
    void offset(std::int64_t rows) { offset_ = rows; }
    void for_update() { for_update_ = true; }
    void all_rows() { all_rows_ = true; }

    Rows select();
    std::int64_t count();
    bool exists();
    std::int64_t update();
    std::int64_t erase();

  private:
    const ColumnDefinition& column_at(std::ptrdiff_t offset) const;
    std::string parameter(Value value);
    std::string fragment_text(const Sql& fragment);
    void require_order(const ColumnDefinition& column) const;
    void require_condition(std::string_view verb) const;
    std::string tail() const;
    Rows run(const std::string& sql);

    Connection& connection_;
    const TableDefinition& table_;
    std::vector<Value> parameters_;
    std::string conditions_;
    std::string assignments_;
    std::string order_;
    std::optional<std::int64_t> limit_;
    std::optional<std::int64_t> offset_;
    bool for_update_ = false;
    bool all_rows_ = false;
};

void read_row(const TableDefinition& table, const std::vector<Value>& values, DialectName dialect, void* row);

template <class T>
std::vector<T> read_rows(const Rows& rows, DialectName dialect) {
    std::vector<T> result;
    result.reserve(rows.size());
    for (const std::vector<Value>& values : rows.rows) {
        read_row(definition_of<T>(), values, dialect, &result.emplace_back(T{}));
    }
    return result;
}

template <class T, class M, class Given>
Value encode_for(M T::*, const Given& given, DialectName dialect) {
    using Held = typename Unwrapped<M>::Type;
    static_assert(usable_as<Given, Held>, "a condition must have the type of the member that it is for");
    if constexpr (usable_as<Given, Held>) {
        const Held held = converted<Held>(given);
        return Erased<Held>::encode_held(&held, dialect);
    } else {
        return {};
    }
}

}  // namespace detail

/// The conditions that selections, updates and deletions share; all of them must hold.
template <class Derived, class T>
class Filtered {
  public:
    Filtered(Connection& connection) : statement_(connection, definition_of<T>()) {}

    /// `where(&T::user_id, 7)`
    template <class M, class Given>
    Derived& where(M T::*member, const Given& value) {
        return where(member, Comparison::equal, value);
    }
    /// `where(&T::created_at, schemist::less, moment)`
    template <class M, class Given>
    Derived& where(M T::*member, Comparison comparison, const Given& value) {
        statement_.compare(detail::offset_of(member), comparison,
                           detail::encode_for(member, value, statement_.dialect()));
        return self();
    }
    /// `where(&T::title, schemist::null)`
    template <class M>
    Derived& where(M T::*member, NullTest test) {
        return statement_.compare(detail::offset_of(member), test), self();
    }
    template <class M, class Given>
    Derived& where(M T::*member, In in_these, const std::vector<Given>& values) {
        std::vector<Value> encoded;
        for (const auto& value : values) {
            encoded.push_back(
                detail::encode_for(member, static_cast<const Given&>(value), statement_.dialect()));
        }
        return statement_.compare(detail::offset_of(member), in_these, std::move(encoded)), self();
    }
    template <class M>
    Derived& where(M T::*member, Like how, std::string_view pattern) {
        static_assert(std::is_base_of_v<std::string, typename detail::Unwrapped<M>::Type>,
                      "like is for text");
        return statement_.compare(detail::offset_of(member), how, pattern), self();
    }
    /// `where(schemist::sql("lower(title) = {}", "hello"))`
    Derived& where(const Sql& condition) { return statement_.condition(condition), self(); }

  protected:
    detail::Statement statement_;

  private:
    Derived& self() { return static_cast<Derived&>(*this); }
};

/// Rows of one table. \see Database::select
template <class T>
class Select : public Filtered<Select<T>, T> {
  public:
    using Filtered<Select<T>, T>::Filtered;

    template <class M>
    Select& order_by(M T::*member, Ascending = {}) {
        return this->statement_.order_by(detail::offset_of(member), false), *this;
    }
    template <class M>
    Select& order_by(M T::*member, Descending) {
        return this->statement_.order_by(detail::offset_of(member), true), *this;
    }
    Select& order_by(const Sql& expression) { return this->statement_.order_by(expression), *this; }
    Select& limit(std::int64_t rows) { return this->statement_.limit(rows), *this; }
    Select& offset(std::int64_t rows) { return this->statement_.offset(rows), *this; }
    /// Locks the rows until the transaction ends; SQLite locks the whole database anyway.
    Select& for_update() { return this->statement_.for_update(), *this; }

    std::vector<T> all() {
        return detail::read_rows<T>(this->statement_.select(), this->statement_.dialect());
    }
    /// The first row, if there is any.
    std::optional<T> first() {
        this->statement_.limit(1);
        std::vector<T> rows = all();
        return rows.empty() ? std::nullopt : std::optional<T>(std::move(rows.front()));
    }
    std::int64_t count() { return this->statement_.count(); }
    bool exists() { return this->statement_.exists(); }
};

/// A change of many rows. \see Database::update
template <class T>
class Update : public Filtered<Update<T>, T> {
  public:
    using Filtered<Update<T>, T>::Filtered;

    template <class M, class Given>
    Update& set(M T::*member, const Given& value) {
        using Held = typename detail::Unwrapped<M>::Type;
        constexpr bool whole = std::is_same_v<Given, M> ||
                               (detail::Unwrapped<M>::nullable && std::is_same_v<Given, std::nullopt_t>);
        static_assert(whole || detail::usable_as<Given, Held>,
                      "set() must have the type of the member that it is for");
        if constexpr (whole) {
            const M changed(value);
            this->statement_.set(detail::offset_of(member), &changed);
        } else if constexpr (detail::usable_as<Given, Held>) {
            const M changed(detail::converted<Held>(value));
            this->statement_.set(detail::offset_of(member), &changed);
        }
        return *this;
    }
    /// The moment of the change, by the database's clock.
    template <class M>
    Update& set(M T::*member, Now) {
        static_assert(detail::is_time<typename detail::Unwrapped<M>::Type>,
                      "schemist::now is for a time or date only");
        return this->statement_.set_now(detail::offset_of(member)), *this;
    }
    /// `set(&T::count, schemist::sql("count + {}", 1))`
    template <class M>
    Update& set(M T::*member, const Sql& expression) {
        return this->statement_.set(detail::offset_of(member), expression), *this;
    }
    /// Without a condition this must be said.
    Update& all_rows() { return this->statement_.all_rows(), *this; }

    /// How many rows were changed.
    std::int64_t run() { return this->statement_.update(); }
};

/// A deletion of many rows. \see Database::erase
template <class T>
class Erase : public Filtered<Erase<T>, T> {
  public:
    using Filtered<Erase<T>, T>::Filtered;

    /// Without a condition this must be said.
    Erase& all_rows() { return this->statement_.all_rows(), *this; }

    /// How many rows were deleted.
    std::int64_t run() { return this->statement_.erase(); }
};

}  // namespace schemist
