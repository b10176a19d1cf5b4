#include "models/naming.hpp"

#include "models/rich_models.hpp"

#include <doctest/doctest.h>

using namespace schemist;

namespace {

struct LocalOnly {
    int value_;
    std::string Grüße;
};

template <class T>
struct Pair {
    T first;
    T second;
    static void describe(Table<Pair>& t) { t.name("pairs"); }
};

struct Widest {
    int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, c0, c1, c2, c3, c4,
        c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9,
        f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, g0, g1, g2, g3;
};

std::vector<std::string> column_names(const TableDefinition& table) {
    std::vector<std::string> names;
    for (const ColumnDefinition& column : table.columns) {
        names.push_back(column.name);
    }
    return names;
}

}  // namespace

TEST_CASE("names of structs become names of tables") {
    CHECK(snake_case("Message") == "message");
    CHECK(snake_case("ChatMessage") == "chat_message");
    CHECK(snake_case("HTTPServer") == "http_server");
    CHECK(snake_case("UserId2") == "user_id2");
    CHECK(snake_case("OAuth2Token") == "o_auth2_token");
    CHECK(snake_case("already_snake") == "already_snake");
    CHECK(definition_of<rich::HTTPVisit>().name == "http_visit");
}

TEST_CASE("members become columns, wherever the struct stands") {
    struct InFunction {
        int one;
        std::string two;
    };
    CHECK(column_names(definition_of<InFunction>()) == std::vector<std::string>{"one", "two"});
    CHECK(definition_of<InFunction>().name == "in_function");
    CHECK(column_names(definition_of<LocalOnly>()) == std::vector<std::string>{"value", "Grüße"});
    CHECK(definition_of<LocalOnly>().columns[1].offset == offsetof(LocalOnly, Grüße));
    CHECK(definition_of<Pair<int>>().name == "pairs");
}

TEST_CASE("a struct of 64 members is a table") {
    const std::vector<std::string> names = column_names(definition_of<Widest>());
    REQUIRE(names.size() == 64);
    CHECK(names.front() == "a0");
    CHECK(names.back() == "g3");
    CHECK(definition_of<Widest>().columns.back().offset == offsetof(Widest, g3));
}

TEST_CASE("enumerators are labels, without the underscore that C++ needed") {
    CHECK(definition_of<rich::Account>().columns[3].type->enumeration->name == "Flag");
    const auto labels = definition_of<rich::Account>().columns[3].type->enumeration->labels;
    CHECK(std::vector<std::string_view>(labels.begin(), labels.end()) ==
          std::vector<std::string_view>{"on", "off", "delete"});
}

TEST_CASE("names that were not given are PostgreSQL's, and never taken twice") {
    std::set<std::string> taken;
    const std::vector<std::string> columns{"a", "b"};
    CHECK(constraint_name("t", {}, "pkey", taken) == "t_pkey");
    CHECK(constraint_name("t", columns, "key", taken) == "t_a_b_key");
    CHECK(constraint_name("t", columns, "key", taken) == "t_a_b_key1");
    CHECK(constraint_name("t", columns, "key", taken) == "t_a_b_key2");
    CHECK(index_name("t", columns, taken) == "ix_t_a_b");
}

TEST_CASE("long names are cut to 63 bytes, and stay apart") {
    const std::string first(80, 'x');
    const std::string second = std::string(79, 'x') + "y";
    CHECK(shortened(first).size() == 63);
    CHECK(shortened(first) != shortened(second));
    CHECK(shortened(first) == shortened(first));
    CHECK(shortened(std::string(63, 'x')) == std::string(63, 'x'));
    // "é" has two bytes; the cut falls between characters.
    std::string accents;
    for (int i = 0; i < 40; ++i) {
        accents += "é";
    }
    const std::string cut = shortened("x" + accents);
    CHECK(cut.size() <= 63);
    CHECK(cut.substr(cut.size() - 11, 2) == "é");
}

TEST_CASE("identifiers are quoted where they must be") {
    CHECK(identifier("content") == "content");
    CHECK(identifier("user") == "\"user\"");
    CHECK(identifier("Mixed") == "\"Mixed\"");
    CHECK(identifier("two words") == "\"two words\"");
    CHECK(identifier("say \"x\"") == "\"say \"\"x\"\"\"");
    CHECK(identifier("1st") == "\"1st\"");
    CHECK(identifier("") == "\"\"");
    CHECK(user_type("role") == "role");
    CHECK(user_type("date") == "public.date");
    CHECK(user_type("order") == "\"order\"");
}
