#include "history/squash.hpp"

#include "history/file.hpp"
#include "history/graphs.hpp"
#include "history/target.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using namespace schemist::test;

namespace {

std::string squashed(const std::string& history_text, const std::string& last) {
    const History history = history_of(history_text);
    const Revision revision = squashed_revision(history, squashed_with(history, *history.index_of(last)));
    return fmt::format("{}: {}; labels {}; parents {}", revision.id, fmt::join(revision.replaces, ","),
                       fmt::join(revision.labels, ","), fmt::join(revision.parents, ","));
}

std::string failure(const std::string& history_text, const std::string& last) {
    try {
        return squashed(history_text, last);
    } catch (const Error& error) {
        return error.what_failed();
    }
}

std::string failure_of_files(const std::vector<std::string>& texts) {
    std::vector<Revision> revisions;
    for (const std::string& text : texts) {
        revisions.push_back(parse_revision(text, fmt::format("{}.sql", revisions.size() + 1)));
    }
    try {
        const History history(std::move(revisions));
        return "";
    } catch (const Error& error) {
        return fmt::format("{}: {}", error.where(), error.what_failed());
    }
}

}  // namespace

TEST_CASE("a revision is squashed with all that it needs, and keeps its id") {
    CHECK(squashed("a; b<a; c<b; d<c", "c") == "c: a,b; labels ; parents ");
    CHECK(squashed("a; b[left]<a; c[right]<a; d<b,c; e<d", "d") == "d: a,b,c; labels left,right; parents ");
    CHECK(squashed("a; x; b<a>x; c<b", "b") == "b: a,x; labels ; parents ");
}

TEST_CASE("nothing that stays may hang on what is squashed away") {
    CHECK(failure("a; b<a", "a") == "there is nothing to squash: revision a needs no other");
    CHECK(failure("a; b<a; c<a", "c") == "revision b needs a, which would be squashed into c");
    CHECK(failure("a; b<a; x>a; c<b", "b") == "revision x needs a, which would be squashed into b");
}

TEST_CASE("the history after a squash begins with the squashed revision, and can be squashed again") {
    const History history = history_of("a; b<a; c<b; d<c; x");
    const Revision one = squashed_revision(history, squashed_with(history, *history.index_of("b")));
    const History after = with_squashed(history, one);
    CHECK(after.size() == 4);
    CHECK(after.find("a") == nullptr);
    CHECK(after[*after.replacement_of("a")].id == "b");
    CHECK(!after.replacement_of("b"));
    const Revision again = squashed_revision(after, squashed_with(after, *after.index_of("d")));
    CHECK(again.replaces == std::vector<std::string>{"a", "b", "c"});
    CHECK(with_squashed(after, again).size() == 2);
}

TEST_CASE("what was squashed is named where somebody still means it") {
    const std::string squashed_file = "-- revision: b\n-- replaces: a\n-- upgrade: any\n";
    CHECK(failure_of_files({squashed_file, "-- revision: a\n"}) ==
          "1.sql:2: revision b says that it replaces a, and 2.sql is there");
    CHECK(failure_of_files({squashed_file, "-- revision: c\n-- replaces: a\n"}) ==
          "2.sql:2: revision c says that it replaces a, and so does b");
    CHECK(failure_of_files({squashed_file, "-- revision: c\n-- revises: a\n"}) ==
          "2.sql:2: parent a of revision c was squashed into b");
    const History history({parse_revision(squashed_file, "b.sql")});
    CHECK_THROWS_WITH_AS(resolve_revision(history, "a"), doctest::Contains("revision a was squashed into b"),
                         Error);
    CHECK(parse_revision(write_revision(history[0]), "b.sql").replaces == std::vector<std::string>{"a"});
}
