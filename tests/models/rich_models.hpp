#pragma once
// Models that use everything that a model can say.

#include <schemist/model.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace rich {

using schemist::Bytes;
using schemist::Date;
using schemist::Json;
using schemist::LocalTimestamp;
using schemist::Numeric;
using schemist::Table;
using schemist::Timestamp;
using schemist::Uuid;
using schemist::Varchar;

enum class Colour : std::uint8_t { red, green, blue };
enum class Flag { on, off_, delete_ };

struct Money {
    std::int64_t cents = 0;
    bool operator==(const Money&) const = default;
};

struct Cache {
    int hits = 0;
    bool operator==(const Cache&) const = default;
};

}  // namespace rich

template <>
struct schemist::Codec<rich::Money> {
    static SqlType type() { return {"bigint", "INTEGER"}; }
    static Value encode(const rich::Money& value, DialectName) { return value.cents; }
    static rich::Money decode(const Value& value, DialectName dialect) {
        return {Codec<std::int64_t>::decode(value, dialect)};
    }
};

template <>
struct schemist::Codec<rich::Cache> : schemist::NotStored {};

namespace rich {

// Every type of C++ that has a column's type.
struct Everything {
    std::int64_t id = 0;
    bool flag = false;
    std::int8_t tiny = 0;
    std::uint8_t byte = 0;
    std::int16_t small = 0;
    std::uint16_t small_unsigned = 0;
    std::int32_t normal = 0;
    std::uint32_t normal_unsigned = 0;
    std::int64_t big = 0;
    std::uint64_t big_unsigned = 0;
    float single = 0;
    double real = 0;
    std::string text;
    Varchar<5> short_text;
    Timestamp moment{};
    std::chrono::sys_seconds second{};
    LocalTimestamp local{};
    Date day{};
    Json json;
    Uuid uuid;
    Numeric<10, 2> price;
    Bytes bytes;
    Colour colour = Colour::red;
    Money money;
    std::vector<std::int32_t> numbers;
    std::vector<std::optional<std::string>> words;
    std::vector<bool> bits;
    std::vector<double> reals;
    std::vector<Timestamp> moments;
    std::vector<Json> documents;
    std::vector<Bytes> blobs;
    std::vector<Colour> colours;
    std::optional<std::int32_t> maybe_number;
    std::optional<std::string> maybe_text;
    std::optional<Json> maybe_json;
    std::optional<Timestamp> maybe_moment;
    std::optional<Colour> maybe_colour;
    std::optional<std::vector<std::string>> maybe_words;
    std::optional<Bytes> maybe_bytes;
    Cache cache;
    int scratch = 0;

    bool operator==(const Everything&) const = default;

    static void describe(Table<Everything>& t) {
        t.primary_key(&Everything::id).identity();
        t.ignore(&Everything::scratch);
    }
};

struct Account {
    std::int64_t id;
    std::string email;
    std::optional<std::string> nick_name;
    Flag flag;
    std::int32_t level;
    Numeric<8, 2> balance;
    std::string class_;
    std::string search;
    Timestamp created_at;
    std::vector<std::string> tags;

    static void describe(Table<Account>& t) {
        t.name("app", "accounts");
        t.was("users");
        t.comment("It's who may log in.");
        t.primary_key(&Account::id).identity_always().autoincrement().name("accounts_primary");
        t.column(&Account::email)
            .length(200)
            .collate({"\"C\"", "NOCASE"})
            .was("mail")
            .comment("Where to write to.");
        t.column(&Account::nick_name).type({"citext", "TEXT"}).check_length(2, 30);
        t.column(&Account::flag).as_text().length(10).default_to(Flag::off_);
        t.column(&Account::level).check_range(0, 9).default_to(1);
        t.column(&Account::balance).check_range(0, Numeric<8, 2>("1000.50")).default_to(0);
        t.column(&Account::search).generated({"lower(email)", "lower(email)"});
        t.column(&Account::created_at).default_to(schemist::now);
        t.column(&Account::tags).default_to(std::vector<std::string>{"a b", "c\"d"});
        t.unique(&Account::email, &Account::flag)
            .include(&Account::level)
            .nulls_not_distinct()
            .deferrable(true);
        t.unique(&Account::search).name("accounts_search_unique");
        t.check("level_small", "level < 10");
        t.check("tags_few", {"cardinality(tags) < 10", ""});
        t.index(&Account::email, schemist::descending(&Account::created_at))
            .where("level > 0")
            .with("fillfactor", "70");
        t.index(&Account::tags).using_method("gin");
        t.index(schemist::key(&Account::email).operator_class("text_pattern_ops").nulls_first(),
                schemist::expression("lower(nick_name)"))
            .unique()
            .name("by_email");
        t.index_on("lower(email)").include(&Account::level).comment("For the search.");
    }
};

struct Region {
    std::string country;
    std::int32_t number;

    static void describe(Table<Region>& t) {
        t.primary_key(&Region::country, &Region::number);
        t.external();
    }
};

struct HTTPVisit {
    Uuid id;
    std::int64_t account;
    std::optional<std::string> country;
    std::optional<std::int32_t> region;
    std::optional<Uuid> previous;
    Colour colour;
    std::vector<Colour> colours;

    static void describe(Table<HTTPVisit>& t) {
        t.primary_key(&HTTPVisit::id);
        t.column(&HTTPVisit::id).default_sql("gen_random_uuid()", "");
        t.column(&HTTPVisit::account).db_name("account_id");
        t.foreign_key(&HTTPVisit::account).references(&Account::id).on_delete(schemist::restrict).not_valid();
        t.foreign_key(&HTTPVisit::country, &HTTPVisit::region)
            .references(&Region::country, &Region::number)
            .on_delete(schemist::set_null)
            .on_update(schemist::cascade)
            .deferrable()
            .match_full()
            .name("visit_region");
        t.foreign_key(&HTTPVisit::previous).references(&HTTPVisit::id);
        t.exclude()
            .with(&HTTPVisit::account, "=")
            .with(schemist::expression("int4range(region, region)"), "&&")
            .where("region > 0");
    }
};

// Keys of several columns, and what the database makes itself.
struct Entry {
    std::string ledger;
    Colour page = Colour::red;
    std::int32_t amount = 0;
    std::string slug;
    std::int32_t doubled = 0;

    bool operator==(const Entry&) const = default;

    static void describe(Table<Entry>& t) {
        t.name("book keeping", "order");
        t.primary_key(&Entry::ledger, &Entry::page);
        t.column(&Entry::slug).check_length(1, 10).default_sql("'made' || '-here'");
        t.column(&Entry::doubled).generated("amount * 2");
    }
};

struct Ticket {
    std::int64_t number = 0;

    bool operator==(const Ticket&) const = default;

    static void describe(Table<Ticket>& t) {
        t.primary_key(&Ticket::number).identity_always().autoincrement();
    }
};

inline constexpr schemist::Models<Account, Region, HTTPVisit> models;
inline constexpr schemist::Models<Entry, Ticket> keyed;
inline constexpr schemist::Models<Everything> everything;

}  // namespace rich
