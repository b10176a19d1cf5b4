#include "../../chatbot/models.hpp"
#include "models/both_backends.hpp"
#include "models/rich_models.hpp"

#include <schemist/error.hpp>

#include <cmath>

using namespace schemist;
using chat::Conversation;
using chat::Message;

namespace {

Conversation conversation(std::int32_t user, std::optional<std::string> title = std::nullopt) {
    return {.id = 0, .user_id = user, .title = std::move(title), .created_at = {}, .updated_at = {}};
}

Message message(std::int32_t conversation_id, std::string content) {
    return {.id = 0,
            .conversation_id = conversation_id,
            .user_id = 7,
            .role = chat::Role::user,
            .content = std::move(content),
            .timestamp = {},
            .metadata_json = std::nullopt,
            .created_at = {},
            .updated_at = {}};
}

rich::Everything extremes(DialectName dialect) {
    const bool postgresql = dialect == DialectName::postgresql;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    rich::Everything row;
    row.flag = true;
    row.tiny = std::numeric_limits<std::int8_t>::min();
    row.byte = std::numeric_limits<std::uint8_t>::max();
    row.small = std::numeric_limits<std::int16_t>::min();
    row.small_unsigned = std::numeric_limits<std::uint16_t>::max();
    row.normal = std::numeric_limits<std::int32_t>::min();
    row.normal_unsigned = std::numeric_limits<std::uint32_t>::max();
    row.big = std::numeric_limits<std::int64_t>::min();
    row.big_unsigned = postgresql ? std::numeric_limits<std::uint64_t>::max()
                                  : static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    row.single = std::numeric_limits<float>::denorm_min();
    row.real = -infinity;
    row.text = "caf\u00e9 \U0001F600 '\"\\ \n\t $1 {} %";
    row.short_text = "\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600";
    row.moment = Timestamp(std::chrono::microseconds(-1));
    row.second = std::chrono::sys_seconds(std::chrono::seconds(-86'401));
    row.local = parse_local_timestamp("1582-10-04 23:59:59.000001");
    row.day = parse_date(postgresql ? "0044-03-15 BC" : "0001-01-01");
    row.json = Json::parse(R"({"a": [1, 2.5, null, {"b": "\"\\\u00e9"}], "": {}})");
    row.uuid = Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff");
    row.price = rich::Numeric<10, 2>("-99999999.99");
    row.bytes = {std::byte{0}, std::byte{255}, std::byte{'\''}, std::byte{'\\'}, std::byte{0}};
    row.colour = rich::Colour::blue;
    row.money = {-5};
    row.numbers = {std::numeric_limits<std::int32_t>::max(), -1, 0};
    row.words = {"", std::nullopt, "NULL", "a,b", "{}", "q\"q", "b\\b", "\U0001F600", " "};
    row.bits = {true, false};
    row.reals = {0.1, -infinity, 1e308};
    row.moments = {Timestamp::max(), Timestamp::min(), Timestamp{}};
    row.documents = {Json::parse(R"({"x": "\"}{,"})"), Json()};
    row.blobs = {{}, {std::byte{0}, std::byte{'"'}}};
    row.colours = {rich::Colour::green, rich::Colour::red};
    row.maybe_number = 0;
    row.maybe_text = "";
    row.maybe_json = Json::array();
    row.maybe_moment = parse_timestamp("9999-12-31T23:59:59.999999Z");
    row.maybe_colour = rich::Colour::green;
    row.maybe_words = std::vector<std::string>{};
    row.maybe_bytes = Bytes{};
    return row;
}

}  // namespace

TEST_CASE("every type comes back as it was written") {
    test::on_both_backends(test::everything_definition(), [](Database& db) {
        for (const rich::Everything& row : {rich::Everything{}, extremes(db.connection().dialect())}) {
            rich::Everything expected = row;
            const rich::Everything written = db.insert(row);
            expected.id = written.id;
            CHECK(written.id > 0);
            CHECK(written == expected);
            CHECK(db.get<rich::Everything>(written.id) == expected);
            CHECK(db.update(expected));
            CHECK(db.get<rich::Everything>(written.id) == expected);
        }
    });
}

TEST_CASE("NaN is kept where the database can, and refused where not") {
    test::on_both_backends(test::everything_definition(), [](Database& db) {
        rich::Everything row;
        row.real = std::nan("");
        row.single = std::nanf("");
        if (db.connection().dialect() == DialectName::postgresql) {
            const rich::Everything written = db.insert(row);
            CHECK(std::isnan(written.real));
            CHECK(std::isnan(written.single));
        } else {
            CHECK_THROWS_WITH_AS(db.insert(row),
                                 doctest::Contains("everything.single: SQLite cannot keep NaN"), Error);
            CHECK(db.select<rich::Everything>().count() == 0);
        }
    });
}

TEST_CASE("the database numbers rows and tells the time") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        const Timestamp before = current_time() - std::chrono::seconds(2);
        const Conversation first = db.insert(conversation(7, "Hello"));
        const Conversation second = db.insert(conversation(7));
        CHECK(second.id == first.id + 1);
        CHECK(first.created_at > before);
        CHECK(first.created_at < current_time() + std::chrono::seconds(2));
        CHECK(first.title == "Hello");
        CHECK(second.title == std::nullopt);

        Conversation dated = conversation(8);
        dated.created_at = parse_timestamp("2000-01-01T00:00:00Z");
        CHECK(db.insert(dated).created_at == dated.created_at);
        CHECK(db.insert(dated, defaults(&Conversation::created_at)).created_at > before);

        Conversation numbered = conversation(9);
        numbered.id = 1000;
        CHECK(db.insert(numbered).id != 1000);
        CHECK(db.insert_with_key(numbered) == numbered);
        CHECK(db.get<Conversation>(1000)->created_at == Timestamp{});
    });
}

TEST_CASE("rows are found by key, or not at all") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        const Conversation row = db.insert(conversation(7));
        CHECK(db.get<Conversation>(row.id) == row);
        CHECK(db.get<Conversation>(row.id + 1) == std::nullopt);
        CHECK(db.get<Conversation>(std::int64_t{1} << 40) == std::nullopt);
        CHECK(db.get<Conversation>(std::numeric_limits<std::uint64_t>::max()) == std::nullopt);
        CHECK_FALSE(db.erase<Conversation>(std::int64_t{1} << 40));
        CHECK_THROWS_WITH_AS(db.get<Conversation>("x"), doctest::Contains("conversations.id"), Error);
        CHECK_THROWS_AS(db.get<Conversation>(1, 2), Error);
        CHECK(db.erase<Conversation>(row.id));
        CHECK_FALSE(db.erase<Conversation>(row.id));
        CHECK_FALSE(db.update(row));
    });
}

TEST_CASE("keys of several columns, names that need quotes, and columns that the database computes") {
    test::on_both_backends(test::keyed_definitions(), [](Database& db) {
        using rich::Entry;
        rich::Entry row{.ledger = "a", .page = rich::Colour::blue, .amount = 21, .slug = "", .doubled = 5};
        const Entry written = db.insert(row);
        CHECK(written.doubled == 42);
        CHECK(written.slug == "made-here");
        CHECK(db.get<Entry>("a", rich::Colour::blue) == written);
        CHECK(db.get<Entry>("a", rich::Colour::red) == std::nullopt);
        CHECK_THROWS_AS(db.get<Entry>("a"), Error);
        CHECK_THROWS_AS(db.get<Entry>("a", "blue"), Error);
        row.slug = "longer than ten";
        CHECK_THROWS_WITH_AS(db.insert(row), doctest::Contains("order.slug"), Error);
        row.slug = "own";
        row.amount = 1;
        CHECK(db.update(row));
        CHECK(db.get<Entry>("a", rich::Colour::blue)->doubled == 2);
        CHECK(db.select<Entry>().where(&Entry::slug, "own").count() == 1);
        CHECK(db.erase<Entry>("a", rich::Colour::blue));
        CHECK(db.select<Entry>().count() == 0);
    });
}

TEST_CASE("a row may be nothing but its number, and have one that was chosen") {
    test::on_both_backends(test::keyed_definitions(), [](Database& db) {
        CHECK(db.insert(rich::Ticket{}).number == 1);
        CHECK(db.insert(rich::Ticket{.number = 99}).number == 2);
        CHECK(db.insert_with_key(rich::Ticket{.number = 99}).number == 99);
        CHECK(db.update(rich::Ticket{.number = 99}));
        CHECK_FALSE(db.update(rich::Ticket{.number = 98}));
    });
}

TEST_CASE("rows are selected by conditions, in order, in pieces") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        const std::int32_t id = db.insert(conversation(7)).id;
        for (const char* content : {"one", "two", "three", "100%", "quote\" = 1; --"}) {
            db.insert(message(id, content));
        }
        const auto contents = [](const std::vector<Message>& rows) {
            std::vector<std::string> result;
            for (const Message& row : rows) {
                result.push_back(row.content);
            }
            return result;
        };
        using Texts = std::vector<std::string>;
        const auto all = db.select<Message>().order_by(&Message::id).all();
        REQUIRE(all.size() == 5);
        const std::int32_t first = all[0].id;

        CHECK(contents(db.select<Message>().where(&Message::content, "two").all()) == Texts{"two"});
        CHECK(contents(db.select<Message>()
                           .where(&Message::id, less, first + 2)
                           .order_by(&Message::id, descending)
                           .all()) == Texts{"two", "one"});
        CHECK(contents(db.select<Message>().where(&Message::id, greater_equal, first + 4).all()) ==
              Texts{"quote\" = 1; --"});
        CHECK(db.select<Message>().where(&Message::content, not_equal, "one").count() == 4);
        CHECK(db.select<Message>()
                  .where(&Message::id, greater, first)
                  .where(&Message::id, less_equal, first + 2)
                  .count() == 2);
        CHECK(contents(db.select<Message>().order_by(&Message::id).limit(2).offset(1).all()) ==
              Texts{"two", "three"});
        CHECK(contents(db.select<Message>().order_by(&Message::id).offset(4).all()) ==
              Texts{"quote\" = 1; --"});
        CHECK(db.select<Message>().limit(2).count() == 2);
        CHECK(contents(db.select<Message>()
                           .where(&Message::content, like, "%o%e%")
                           .order_by(&Message::content)
                           .all()) == Texts{"one", "quote\" = 1; --"});
        CHECK(contents(db.select<Message>().where(&Message::content, like, "%0\\%").all()) == Texts{"100%"});
        CHECK(db.select<Message>().where(&Message::content, not_like, "t%").count() == 3);
        CHECK(db.select<Message>().where(&Message::metadata_json, null).count() == 5);
        CHECK(db.select<Message>().where(&Message::metadata_json, not_null).count() == 0);
        CHECK(db.select<Message>().where(&Message::id, in, std::vector{first, first + 1, -5}).count() == 2);
        CHECK(db.select<Message>().where(&Message::id, not_in, std::vector{first}).count() == 4);
        CHECK(db.select<Message>().where(&Message::id, in, std::vector<int>{}).count() == 0);
        CHECK(db.select<Message>()
                  .where(&Message::content, in, std::vector<std::string>{"a\"b", "one"})
                  .count() == 1);
        CHECK(db.select<Message>().where(&Message::role, chat::Role::user).count() == 5);
        CHECK(db.select<Message>()
                  .where(&Message::role, in, std::vector{chat::Role::tool, chat::Role::user})
                  .count() == 5);
        CHECK(db.select<Message>()
                  .where(&Message::timestamp, less_equal, current_time() + std::chrono::hours(1))
                  .count() == 5);
        CHECK(db.select<Message>().where(&Message::content, "two").exists());
        CHECK_FALSE(db.select<Message>().where(&Message::content, "four").exists());
        CHECK(db.select<Message>().order_by(&Message::id).first()->content == "one");
        CHECK(db.select<Message>().where(&Message::user_id, 8).first() == std::nullopt);
        CHECK(db.select<Message>().for_update().all().size() == 5);
    });
}

TEST_CASE("SQL for what the builder cannot say, with values in their places") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        const std::int32_t id = db.insert(conversation(7)).id;
        db.insert(message(id, "Hello {}"));
        db.insert(message(id, "bye"));
        CHECK(
            db.select<Message>().where(sql("lower(content) = {} OR user_id = {}", "hello {}", 99)).count() ==
            1);
        CHECK(db.select<Message>().where(sql("content LIKE '%{{}}'")).where(&Message::user_id, 7).count() ==
              1);
        CHECK(db.select<Message>().order_by(sql("length(content)")).first()->content == "bye");
        CHECK(db.update<Message>()
                  .set(&Message::user_id, sql("user_id + {}", 1))
                  .where(&Message::content, "bye")
                  .run() == 1);
        CHECK(db.select<Message>().where(&Message::user_id, 8).count() == 1);
        CHECK_THROWS_AS(db.select<Message>().where(sql("content = {}")), Error);
        CHECK_THROWS_AS(db.select<Message>().where(sql("content = 'x'", 1)), Error);
    });
}

TEST_CASE("rows are changed and deleted") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        Conversation row = db.insert(conversation(7, "old"));
        row.title = "new";
        CHECK(db.update(row));
        CHECK(db.get<Conversation>(row.id)->title == "new");
        CHECK(db.update<Conversation>()
                  .set(&Conversation::title, std::nullopt)
                  .set(&Conversation::created_at, Timestamp{})
                  .set(&Conversation::updated_at, now)
                  .where(&Conversation::id, row.id)
                  .run() == 1);
        const Conversation changed = *db.get<Conversation>(row.id);
        CHECK(changed.title == std::nullopt);
        CHECK(changed.created_at == Timestamp{});
        CHECK(changed.updated_at >= row.updated_at);
        CHECK(db.update<Conversation>().set(&Conversation::title, "x").where(&Conversation::id, -1).run() ==
              0);

        db.insert(message(row.id, "gone with its conversation"));
        CHECK_THROWS_WITH_AS(db.erase<Conversation>().run(), doctest::Contains("every row"), Error);
        CHECK_THROWS_AS(db.update<Conversation>().set(&Conversation::title, "x").run(), Error);
        CHECK_THROWS_AS(db.update<Conversation>().where(&Conversation::id, 1).run(), Error);
        CHECK(db.update<Conversation>().set(&Conversation::title, "x").all_rows().run() == 1);
        CHECK(db.erase<Conversation>().where(&Conversation::id, row.id).run() == 1);
        CHECK(db.select<Message>().count() == 0);
    });
}

TEST_CASE("what the model does not allow never reaches the database") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        const Conversation row = db.insert(conversation(7));
        CHECK_THROWS_WITH_AS(db.insert(message(row.id, "")),
                             doctest::Contains("messages.content: the value is empty"), Error);
        CHECK_THROWS_WITH_AS(db.insert(message(row.id, std::string(10'001, 'x'))),
                             doctest::Contains("10001 characters"), Error);
        Message unknown = message(row.id, "x");
        unknown.role = static_cast<chat::Role>(9);
        CHECK_THROWS_WITH_AS(db.insert(unknown), doctest::Contains("messages.role"), Error);
        CHECK_THROWS_WITH_AS(db.update<Conversation>()
                                 .set(&Conversation::title, std::string(101, 'x'))
                                 .where(&Conversation::id, row.id),
                             doctest::Contains("conversations.title"), Error);
        try {
            db.insert(message(row.id, "\xff"));
            FAIL("invalid UTF-8 was taken");
        } catch (const Error& error) {
            CHECK(error.where() == "messages.content");
            CHECK(error.exit_code() == ExitCode::configuration);
        }
        CHECK(db.select<Message>().count() == 0);
    });
}

TEST_CASE("the largest content is kept whole") {
    test::on_both_backends(test::chatbot_definitions(), [](Database& db) {
        std::string content;
        for (int i = 0; i < 10'000; ++i) {
            content += "\U0001F600";
        }
        const std::int32_t id = db.insert(conversation(7)).id;
        CHECK(db.insert(message(id, content)).content == content);
    });
}

TEST_CASE("exact decimals on SQLite are equal, and have no order") {
    Database db(sqlite::Connection::open(":memory:"));
    test::create_tables(db.connection(), test::everything_definition());
    rich::Everything row;
    row.price = rich::Numeric<10, 2>("1.5");
    db.insert(row);
    CHECK(
        db.select<rich::Everything>().where(&rich::Everything::price, rich::Numeric<10, 2>("1.50")).count() ==
        1);
    CHECK_THROWS_WITH_AS(db.select<rich::Everything>().where(&rich::Everything::price, less, 5),
                         doctest::Contains("everything.price"), Error);
    CHECK_THROWS_AS(db.select<rich::Everything>().order_by(&rich::Everything::price), Error);
}

TEST_CASE("a database that is not as the model says is an error with the column's name") {
    Database db(sqlite::Connection::open(":memory:"));
    db.connection().run_script(
        "CREATE TABLE conversations (id INTEGER PRIMARY KEY, user_id, title, created_at, updated_at);"
        "INSERT INTO conversations VALUES (1, NULL, NULL, 'x', 'y')");
    CHECK_THROWS_WITH_AS(db.get<Conversation>(1),
                         doctest::Contains("conversations.user_id: the database gave NULL"), Error);
    db.connection().run_script("UPDATE conversations SET user_id = 7");
    CHECK_THROWS_WITH_AS(db.get<Conversation>(1),
                         doctest::Contains("conversations.created_at: 'x' is not a timestamp"), Error);
    db.connection().run_script(
        "UPDATE conversations SET created_at = CURRENT_TIMESTAMP, updated_at = '2026-01-01 10:00:00+02:00'");
    CHECK(db.get<Conversation>(1)->updated_at == parse_timestamp("2026-01-01T08:00:00Z"));
}
