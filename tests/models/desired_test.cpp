#include "models/desired.hpp"

#include "models/definitions.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

constexpr DialectName postgresql = DialectName::postgresql;
constexpr DialectName sqlite = DialectName::sqlite;

using Texts = std::vector<std::string>;

const Column& column(const TableStructure& table, std::string_view name) {
    const Column* found = table.find_column(name);
    REQUIRE_MESSAGE(found != nullptr, name);
    return *found;
}

template <class Parts>
const auto& named(const Parts& parts, std::string_view name) {
    for (const auto& part : parts) {
        if (part.name == name) {
            return part;
        }
    }
    throw Error("nothing is called " + std::string(name));
}

Texts types_of(const TableStructure& table) {
    Texts types;
    for (const Column& each : table.columns) {
        types.push_back(each.name + " " + each.type + (each.not_null ? "" : " null"));
    }
    return types;
}

}  // namespace

TEST_CASE("every C++ type has a type on PostgreSQL") {
    const Desired result = desired(test::everything_definition(), postgresql);
    REQUIRE(result.schema.tables.size() == 1);
    CHECK(types_of(result.schema.tables[0]) == Texts{"id bigint",
                                                     "flag boolean",
                                                     "tiny smallint",
                                                     "byte smallint",
                                                     "small smallint",
                                                     "small_unsigned integer",
                                                     "normal integer",
                                                     "normal_unsigned bigint",
                                                     "big bigint",
                                                     "big_unsigned numeric(20,0)",
                                                     "single real",
                                                     "real double precision",
                                                     "text text",
                                                     "short_text character varying(5)",
                                                     "moment timestamp with time zone",
                                                     "second timestamp with time zone",
                                                     "local timestamp without time zone",
                                                     "day date",
                                                     "json jsonb",
                                                     "uuid uuid",
                                                     "price numeric(10,2)",
                                                     "bytes bytea",
                                                     "colour colour",
                                                     "money bigint",
                                                     "numbers integer[]",
                                                     "words text[]",
                                                     "bits boolean[]",
                                                     "reals double precision[]",
                                                     "moments timestamp with time zone[]",
                                                     "documents jsonb[]",
                                                     "blobs bytea[]",
                                                     "colours colour[]",
                                                     "maybe_number integer null",
                                                     "maybe_text text null",
                                                     "maybe_json jsonb null",
                                                     "maybe_moment timestamp with time zone null",
                                                     "maybe_colour colour null",
                                                     "maybe_words text[] null",
                                                     "maybe_bytes bytea null"});
    CHECK(result.schema.enum_types ==
          std::vector<EnumType>{{{"public", "colour"}, {"red", "green", "blue"}, {}}});
}

TEST_CASE("every C++ type has a type on SQLite") {
    const Desired result = desired(test::everything_definition(), sqlite);
    const TableStructure& table = result.schema.tables.at(0);
    CHECK(column(table, "id").type == "INTEGER");
    CHECK(column(table, "flag").type == "BOOLEAN");
    CHECK(column(table, "big_unsigned").type == "INTEGER");
    CHECK(column(table, "single").type == "REAL");
    CHECK(column(table, "short_text").type == "VARCHAR(5)");
    CHECK(column(table, "moment").type == "TIMESTAMP");
    CHECK(column(table, "day").type == "DATE");
    CHECK(column(table, "price").type == "TEXT");
    CHECK(column(table, "json").type == "TEXT");
    CHECK(column(table, "bytes").type == "BLOB");
    CHECK(column(table, "colour").type == "TEXT");
    CHECK(column(table, "numbers").type == "TEXT");
    CHECK_FALSE(column(table, "maybe_number").not_null);
    CHECK(table.find_column("cache") == nullptr);
    CHECK(table.find_column("scratch") == nullptr);
    CHECK(result.schema.enum_types.empty());
    CHECK(table.checks.size() == 2);
    CHECK(named(table.checks, "everything_colour_check").expression == "colour IN ('red', 'green', 'blue')");
}

TEST_CASE("the chatbot's tables on PostgreSQL are those of the design") {
    const Desired result = desired(test::chatbot_definitions(), postgresql);
    CHECK(result.renames.empty());
    CHECK(result.external.empty());
    CHECK(result.schema.enum_types.empty());
    const TableStructure& conversations = *result.schema.find_table({"public", "conversations"});
    CHECK(types_of(conversations) ==
          Texts{"id integer", "user_id integer", "title character varying(100) null",
                "created_at timestamp with time zone", "updated_at timestamp with time zone"});
    const TableStructure& messages = *result.schema.find_table({"public", "messages"});
    CHECK(types_of(messages) ==
          Texts{"id integer", "conversation_id integer", "user_id integer", "role character varying(20)",
                "content text", "timestamp timestamp with time zone", "metadata_json jsonb null",
                "created_at timestamp with time zone", "updated_at timestamp with time zone"});
    CHECK(column(messages, "id").identity == Identity{});
    CHECK(column(messages, "timestamp").default_expression == "now()");
    CHECK(named(messages.checks, "messages_role_check").expression ==
          "role IN ('user', 'assistant', 'system', 'tool')");
    CHECK(named(messages.checks, "messages_content_check").expression ==
          "char_length(content) BETWEEN 1 AND 10000");
    REQUIRE(messages.foreign_keys.size() == 1);
    CHECK(messages.foreign_keys[0].name == "messages_conversation_id_fkey");
    CHECK(messages.foreign_keys[0].on_delete == ForeignKeyAction::cascade);
    CHECK(messages.indexes.size() == 3);
    CHECK(messages.primary_key->name == "messages_pkey");
}

TEST_CASE("the chatbot's tables on SQLite number themselves and tell the time") {
    const Desired result = desired(test::chatbot_definitions(), sqlite);
    const TableStructure& messages = *result.schema.find_table({"", "messages"});
    CHECK(column(messages, "id").type == "INTEGER");
    CHECK(column(messages, "id").identity == std::nullopt);
    CHECK(messages.primary_key->columns == Texts{"id"});
    CHECK(column(messages, "role").type == "VARCHAR(20)");
    CHECK(column(messages, "timestamp").default_expression == "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')");
    CHECK(named(messages.checks, "messages_content_check").expression ==
          "length(content) BETWEEN 1 AND 10000");
    CHECK(messages.comment.empty());
    CHECK(messages.foreign_keys[0].referenced_table == Name{"", "conversations"});
}

TEST_CASE("what a model says of a table, on PostgreSQL") {
    const Desired result = desired(test::rich_definitions(), postgresql);
    CHECK(result.schema.namespaces == std::vector<Namespace>{{"app", {}}});
    CHECK(result.external == std::vector<Name>{{"public", "region"}});
    CHECK(result.renames == std::vector<RenameHint>{{{Kind::table, {"app", "users"}, {}}, "accounts"},
                                                    {{Kind::column, {"app", "accounts"}, "mail"}, "email"}});

    const TableStructure& accounts = *result.schema.find_table({"app", "accounts"});
    CHECK(accounts.comment == "It's who may log in.");
    CHECK(accounts.primary_key->name == "accounts_primary");
    CHECK_FALSE(accounts.primary_key->autoincrement);
    CHECK(column(accounts, "id").identity->always);
    CHECK(column(accounts, "email").type == "character varying(200)");
    CHECK(column(accounts, "email").collation == "\"C\"");
    CHECK(column(accounts, "email").comment == "Where to write to.");
    CHECK(column(accounts, "nick_name").type == "citext");
    CHECK(column(accounts, "flag").type == "character varying(10)");
    CHECK(column(accounts, "flag").default_expression == "'off'");
    CHECK(column(accounts, "level").default_expression == "1");
    CHECK(column(accounts, "balance").default_expression == "0.00");
    CHECK(column(accounts, "class").type == "text");
    CHECK(column(accounts, "search").generated == Generated{"lower(email)", true});
    CHECK(column(accounts, "tags").default_expression == R"('{"a b","c\"d"}')");

    CHECK(named(accounts.checks, "accounts_flag_check").expression == "flag IN ('on', 'off', 'delete')");
    CHECK(named(accounts.checks, "accounts_level_check").expression == "level BETWEEN 0 AND 9");
    CHECK(named(accounts.checks, "accounts_balance_check").expression == "balance BETWEEN 0.00 AND 1000.50");
    CHECK(named(accounts.checks, "accounts_nick_name_check").expression ==
          "char_length(nick_name) BETWEEN 2 AND 30");
    CHECK(named(accounts.checks, "level_small").expression == "level < 10");
    CHECK(accounts.checks.size() == 6);

    const UniqueConstraint& unique = named(accounts.unique_constraints, "accounts_email_flag_key");
    CHECK(unique.columns == Texts{"email", "flag"});
    CHECK(unique.include == Texts{"level"});
    CHECK(unique.nulls_not_distinct);
    CHECK(unique.deferral == Deferral::initially_deferred);
    CHECK(named(accounts.unique_constraints, "accounts_search_unique").columns == Texts{"search"});

    const Index& partial = named(accounts.indexes, "ix_accounts_email_created_at");
    CHECK(partial.elements.at(1).descending);
    CHECK(partial.predicate == "level > 0");
    CHECK(partial.storage == StorageParameters{{"fillfactor", "70"}});
    CHECK(named(accounts.indexes, "ix_accounts_tags").method == "gin");
    const Index& by_email = named(accounts.indexes, "by_email");
    CHECK(by_email.unique);
    CHECK(by_email.elements.at(0).operator_class == "text_pattern_ops");
    CHECK(by_email.elements.at(0).nulls_first == true);
    CHECK(by_email.elements.at(1).expression == "lower(nick_name)");
    CHECK(named(accounts.indexes, "ix_accounts_expr").include == Texts{"level"});
    CHECK(named(accounts.indexes, "ix_accounts_expr").comment == "For the search.");
}

TEST_CASE("foreign keys, exclusions and enum types on PostgreSQL") {
    const Desired result = desired(test::rich_definitions(), postgresql);
    const TableStructure& visits = *result.schema.find_table({"public", "http_visit"});
    const ForeignKey& account = named(visits.foreign_keys, "http_visit_account_id_fkey");
    CHECK(account.referenced_table == Name{"app", "accounts"});
    CHECK(account.on_delete == ForeignKeyAction::restrict);
    CHECK(account.not_valid);
    const ForeignKey& region = named(visits.foreign_keys, "visit_region");
    CHECK(region.columns == Texts{"country", "region"});
    CHECK(region.referenced_columns == Texts{"country", "number"});
    CHECK(region.on_delete == ForeignKeyAction::set_null);
    CHECK(region.on_update == ForeignKeyAction::cascade);
    CHECK(region.match == ForeignKeyMatch::full);
    CHECK(region.deferral == Deferral::initially_immediate);
    CHECK(named(visits.foreign_keys, "http_visit_previous_fkey").referenced_table == visits.name);
    const ExclusionConstraint& exclusion = named(visits.exclusions, "http_visit_account_id_expr_excl");
    CHECK(exclusion.method == "gist");
    CHECK(exclusion.elements.at(0).element.column == "account_id");
    CHECK(exclusion.elements.at(1).operator_name == "&&");
    CHECK(exclusion.predicate == "region > 0");
    CHECK(column(visits, "id").default_expression == "gen_random_uuid()");
    CHECK(column(visits, "colours").type == "colour[]");
}

TEST_CASE("SQLite goes without what it has not") {
    const Desired result = desired(test::rich_definitions(), sqlite);
    CHECK(result.schema.namespaces.empty());
    CHECK(result.renames.at(0).from.name == Name{"", "users"});
    const TableStructure& accounts = *result.schema.find_table({"", "accounts"});
    CHECK(accounts.primary_key->autoincrement);
    CHECK(column(accounts, "email").collation == "NOCASE");
    CHECK(column(accounts, "nick_name").type == "TEXT");
    CHECK(column(accounts, "tags").default_expression == R"('["a b","c\"d"]')");
    CHECK(column(accounts, "balance").default_expression == "'0.00'");
    CHECK(named(accounts.checks, "accounts_balance_check").expression ==
          "CAST(balance AS NUMERIC) BETWEEN 0.00 AND 1000.50");
    CHECK(accounts.checks.size() == 5);
    CHECK(named(accounts.unique_constraints, "accounts_email_flag_key").deferral == Deferral::not_deferrable);
    CHECK(accounts.indexes.size() == 3);
    const TableStructure& visits = *result.schema.find_table({"", "http_visit"});
    CHECK(visits.exclusions.empty());
    CHECK(column(visits, "id").default_expression == std::nullopt);
    CHECK_FALSE(named(visits.foreign_keys, "http_visit_account_id_fkey").not_valid);
}

TEST_CASE("long names stay within 63 bytes and apart") {
    const Desired result = desired(test::long_names(), postgresql);
    const TableStructure& table = result.schema.tables.at(0);
    REQUIRE(table.indexes.size() == 2);
    CHECK(table.indexes[0].name.size() == 63);
    CHECK(table.indexes[0].name != table.indexes[1].name);
}

TEST_CASE("models that contradict each other are refused, with what to do") {
    const auto fails = [](const std::vector<TableDefinition>& definitions, DialectName dialect,
                          const char* text) {
        CHECK_THROWS_WITH_AS(desired(definitions, dialect), doctest::Contains(text), Error);
    };
    fails(test::unsound_reference(), postgresql, "refers to accounts, which is not among the models");
    fails(test::unsound_reference(), postgresql, "definitions.cpp:");
    fails(test::twice_the_same_table(), postgresql, "two models have the table numbered");
    fails(test::number_beside_the_key(), sqlite, "SQLite can number only a primary key");
    CHECK_NOTHROW(desired(test::number_beside_the_key(), postgresql));
    fails(test::two_enums_of_one_name(), postgresql, "two enums would share the type colour");
    CHECK_NOTHROW(desired(test::two_enums_of_one_name(), sqlite));
}
