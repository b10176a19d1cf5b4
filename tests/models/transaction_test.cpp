#include "../../chatbot/models.hpp"
#include "models/both_backends.hpp"

#include <schemist/error.hpp>

using namespace schemist;
using chat::Conversation;

namespace {

void add(Database& db, std::int32_t user) {
    db.insert(Conversation{.id = 0, .user_id = user, .title = {}, .created_at = {}, .updated_at = {}});
}

std::int64_t count(Database& db) {
    return db.select<Conversation>().count();
}

}  // namespace

TEST_CASE("a transaction takes effect at its commit, or not at all") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        {
            Transaction transaction(db);
            add(db, 1);
            CHECK(count(db) == 1);
        }
        CHECK(count(db) == 0);
        {
            Transaction transaction(db);
            add(db, 1);
            transaction.commit();
            CHECK_THROWS_AS(transaction.commit(), Error);
        }
        CHECK(count(db) == 1);
        CHECK_FALSE(db.connection().in_transaction());
        {
            Transaction transaction(db);
            add(db, 2);
            transaction.rollback();
            CHECK(count(db) == 1);
        }
        CHECK(count(db) == 1);
    });
}

TEST_CASE("a transaction in a transaction is undone by itself") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        Transaction outer(db);
        add(db, 1);
        {
            Transaction inner(db);
            add(db, 2);
            {
                Transaction innermost(db);
                add(db, 3);
                innermost.commit();
            }
            CHECK(count(db) == 3);
        }
        CHECK(count(db) == 1);
        {
            Transaction inner(db);
            add(db, 4);
            inner.commit();
        }
        outer.commit();
        CHECK(count(db) == 2);
    });
}

TEST_CASE("a failed statement in a savepoint leaves the transaction usable") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        Transaction outer(db);
        add(db, 1);
        try {
            Transaction inner(db);
            db.connection().query("INSERT INTO conversations (id, user_id) VALUES (1, NULL)");
            FAIL("NULL was taken");
        } catch (const Error&) {
        }
        add(db, 2);
        outer.commit();
        CHECK(count(db) == 2);
    });
}

TEST_CASE("PostgreSQL does not commit what it has rolled back, and says so") {
    test::TestDatabase server;
    Database db(server.connection());
    test::create_tables(db.connection(), test::chatbot_definitions());
    {
        Transaction transaction(db);
        add(db, 1);
        CHECK_THROWS_AS(db.connection().query("SELECT nonsense"), Error);
        CHECK_THROWS_AS(transaction.commit(), Error);
    }
    CHECK(count(db) == 0);
    CHECK_FALSE(db.connection().in_transaction());
}
