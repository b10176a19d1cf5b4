#include "history/graphs.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using namespace schemist::test;

namespace {

std::string order_of(const History& history) {
    std::vector<std::string> ids;
    for (const Revision& revision : history.revisions()) {
        ids.push_back(revision.id);
    }
    return fmt::format("{}", fmt::join(ids, ","));
}

void check_damaged(const std::string& text, const std::string& where, const std::string& what) {
    CAPTURE(text);
    try {
        history_of(text);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(error.where() == where);
        CHECK_MESSAGE(error.what_failed().find(what) != std::string::npos, error.what_failed());
        CHECK(!error.hint().empty());
    }
}

}  // namespace

TEST_CASE("the order of a history follows the graph, then the time, then the id") {
    CHECK(order_of(history_of("c<b; b<a; a")) == "a,b,c");
    CHECK(order_of(history_of("z; y; x<z")) == "y,z,x");
    CHECK(order_of(history_of("a>b; b")) == "b,a");

    Revision early{"z", {}, "", "2026-01-01T00:00:00Z", {}, {}, {}, {}, "z.sql", "", 1, 1, 0, 0};
    Revision late{"a", {}, "", "2026-01-02T00:00:00Z", {}, {}, {}, {}, "a.sql", "", 1, 1, 0, 0};
    CHECK(order_of(History({late, early})) == "z,a");
}

TEST_CASE("heads, bases, what a revision needs and what needs it") {
    const History history = history_of("a; b<a; c1<b; c2<b; d<c1,c2; x>b");
    CHECK(history.head_ids() == std::vector<std::string>{"d", "x"});
    CHECK(history.bases().size() == 2);
    const std::vector<History::Index> c1{*history.index_of("c1")};
    const std::vector<bool> above = history.ancestors(c1);
    const std::vector<bool> below = history.descendants(c1);
    CHECK(above[*history.index_of("a")]);
    CHECK(!above[*history.index_of("c2")]);
    CHECK(below[*history.index_of("d")]);
    CHECK(!below[*history.index_of("b")]);
    const std::vector<History::Index> b{*history.index_of("b")};
    CHECK(history.descendants(b)[*history.index_of("x")]);
    CHECK(history.find("zz") == nullptr);
}

TEST_CASE("a damaged graph is an error with file and line") {
    check_damaged("a; b<a; b<a", "b.sql:1", "revision b is there twice");
    check_damaged("abcd; b<abce", "b.sql:2", "parent abce of revision b is not there");
    check_damaged("a; b<a>zz", "b.sql:3", "dependency zz of revision b is not there");
    check_damaged("a<a", "a.sql:2", "its own parent");
    check_damaged("a>a", "a.sql:3", "its own dependency");
    check_damaged("a<c; b<a; c<b; z; y<a", "a.sql:2", "a -> c -> b -> a");
    check_damaged("a>b; b<a", "a.sql:2", "cycle");
    check_damaged("a[x]; b[x]<a", "b.sql:1", "label x");
}

TEST_CASE("a head that another revision depends on is not an effective one") {
    const History history = history_of("a; b<a; x; y<x>b");
    CHECK(history.heads().size() == 2);
    CHECK(history.head_ids() == std::vector<std::string>{"y"});
    CHECK(history_of("a; b<a; c<a").head_ids() == std::vector<std::string>{"b", "c"});
}

TEST_CASE("a label holds for what is above it, and below it down to the branch point") {
    const History history = history_of("a; b<a; c1<b; d1[one]<c1; e1<d1; c2[two]<b; f<e1,c2");
    const std::vector<std::vector<std::string>> labels = history.branch_labels();
    const auto of = [&](std::string_view id) {
        return fmt::format("{}", fmt::join(labels[*history.index_of(id)], ","));
    };
    CHECK(of("a").empty());
    CHECK(of("b").empty());
    CHECK(of("c1") == "one");
    CHECK(of("d1") == "one");
    CHECK(of("e1") == "one");
    CHECK(of("c2") == "two");
    CHECK(of("f") == "one,two");
    const History needed = history_of("a; b<a; c[x]<b; z; y<z>a");
    CHECK(needed.branch_labels()[*needed.index_of("b")] == std::vector<std::string>{"x"});
    CHECK(needed.branch_labels()[*needed.index_of("a")].empty());
}
