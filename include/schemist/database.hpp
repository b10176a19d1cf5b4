#pragma once
/// \file
/// Typed rows: writes and reads the structs that models declare. A mapping, not an ORM: nothing is loaded
/// behind your back, and no object is remembered.

#include <schemist/connection.hpp>
#include <schemist/query.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace schemist {

/// A database as typed rows. Like its connection it belongs to one thread at a time. Every function throws
/// Error. What is written is checked first: a value that the model does not allow is an Error whose where()
/// is "table.column", with ExitCode::configuration, and nothing was sent.
/// \code
/// Database db = Database::open("sqlite:///chat.db");
/// Conversation conversation = db.insert(Conversation{.user_id = 7, .title = "Hello"});
/// std::vector<Message> latest = db.select<Message>()
///                                   .where(&Message::conversation_id, conversation.id)
///                                   .order_by(&Message::id, schemist::descending)
///                                   .limit(20).all();
/// \endcode
class Database {
  public:
    explicit Database(std::unique_ptr<Connection> connection)
        : owned_(std::move(connection)), connection_(owned_.get()) {}
    /// Uses a connection that somebody else keeps.
    explicit Database(Connection& connection) : connection_(&connection) {}

    /// Connects to `postgresql://...` or `sqlite:///file`, in any spelling that Schemist takes.
    static Database open(const std::string& url);

    Connection& connection() const { return *connection_; }

    /// Inserts a row, and gives it back as the database keeps it.
    ///
    /// The database makes: identities, generated columns, what `defaults(...)` names, and a column with
    /// `default_to(now)` or `default_sql(...)` whose member still has the value of `T{}`. Every other member
    /// is sent as it is; `default_to(value)` is for other programs.
    template <class T>
    T insert(const T& row, const Defaults<T>& defaults = {}) {
        return read_one<T>(insert_row(definition_of<T>(), &row, defaults.offsets, false));
    }
    /// Inserts a row with all its members as they are, also identities. The database's numbering does not
    /// learn of it.
    template <class T>
    T insert_with_key(const T& row) {
        return read_one<T>(insert_row(definition_of<T>(), &row, {}, true));
    }

    /// The row with this primary key, if there is one.
    template <class T, class... Key>
    std::optional<T> get(const Key&... key) {
        static_assert(sizeof...(Key) != 0, "get() needs the row's primary key");
        std::vector<T> rows =
            detail::read_rows<T>(get_row(definition_of<T>(), {detail::argument(key)...}), dialect());
        return rows.empty() ? std::nullopt : std::optional<T>(std::move(rows.front()));
    }

    template <class T>
    Select<T> select() {
        return Select<T>(connection());
    }

    /// Writes all members of the row with this row's primary key. False when there is no such row.
    template <class T>
    bool update(const T& row) {
        return update_row(definition_of<T>(), &row);
    }
    /// `db.update<Conversation>().set(&Conversation::title, "New").where(&Conversation::id, 7).run()`
    template <class T>
    Update<T> update() {
        return Update<T>(connection());
    }

    /// Deletes the row with this primary key. False when there is no such row.
    template <class T, class First, class... More>
    bool erase(const First& first, const More&... more) {
        return erase_row(definition_of<T>(), {detail::argument(first), detail::argument(more)...});
    }
    /// `db.erase<Message>().where(&Message::conversation_id, 7).run()`
    template <class T>
    Erase<T> erase() {
        return Erase<T>(connection());
    }

  private:
    DialectName dialect() const { return connection_->dialect(); }
    Rows insert_row(const TableDefinition& table, const void* row,
                    const std::vector<std::ptrdiff_t>& defaults, bool with_key);
    Rows get_row(const TableDefinition& table, const std::vector<detail::Argument>& key);
    bool update_row(const TableDefinition& table, const void* row);
    bool erase_row(const TableDefinition& table, const std::vector<detail::Argument>& key);

    template <class T>
    T read_one(const Rows& rows) {
        T row{};
        detail::read_row(definition_of<T>(), rows.rows.at(0), dialect(), &row);
        return row;
    }

    std::unique_ptr<Connection> owned_;
    Connection* connection_;
};

/// All or nothing: what is written between its making and commit() takes effect together, or not at all. In
/// another transaction it is a savepoint. Without commit() it is rolled back when it goes out of scope.
/// \code
/// Transaction transaction(db); db.insert(question); db.insert(answer); transaction.commit();
/// \endcode
class Transaction {
  public:
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    /// Throws Error when the transaction cannot be committed, also because a statement in it had failed.
    void commit();
    void rollback();

  private:
    Connection& connection_;
    bool nested_;
    bool open_ = true;
};

}  // namespace schemist
