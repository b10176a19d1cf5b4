#include "history/range.hpp"

#include "history/graphs.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using namespace schemist::test;

namespace {

const std::string diamond = "a; b1<a; b2<a; c<b1,b2; d<c";
const std::string names =
    "a[abranch]; b<a; somelongername<b; c<somelongername; d; e[ebranch]<d; someothername<e; f<someothername";

std::string outcome(const std::string& graph, const std::string& text, const std::string& current = "") {
    const History history = history_of(graph);
    const std::vector<std::string> applied = upgrade_path(history, {}, split_list(current, ','));
    try {
        return fmt::format("{}", fmt::join(range(history, applied, text), ","));
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::configuration);
        CHECK(!error.hint().empty());
        return "!" + error.what_failed();
    }
}

}  // namespace

TEST_CASE("a range is both ends and what lies between") {
    CHECK(outcome(diamond, "a:d") == "d,c,b2,b1,a");
    CHECK(outcome(diamond, "b1:c") == "c,b1");
    CHECK(outcome(diamond, ":c") == "c,b2,b1,a");
    CHECK(outcome(diamond, "c:") == "d,c");
    CHECK(outcome(diamond, ":") == "d,c,b2,b1,a");
    CHECK(outcome(diamond, "c:c") == "c");
    CHECK(outcome("", ":").empty());
    CHECK(outcome(names, "base:b") == "b,a");
    CHECK(outcome(names, "ebranch@-2:heads") == "f,someothername,e");
    CHECK(outcome(names, "base:ebranch@+2") == "e,d");
    CHECK(outcome(names, "ebranch@base:heads") == "f,someothername,e,d");
    CHECK(outcome(names, "somel:c") == "c,somelongername");
}

TEST_CASE("a range may count from what is applied") {
    CHECK(outcome("a; b<a; c<b; d<c; e<d", "-2:current", "d") == "d,c,b");
    CHECK(outcome("a; b<a; c<b; d<c; e<d", "current:", "c") == "e,d,c");
    CHECK(outcome("a; b<a; c<b; d<c; e<d", "current:+2", "b") == "d,c,b");
    CHECK(outcome("a; b<a; c<b; d<c; e<d", ":current").empty());
    CHECK(outcome("a; b<a; c<b; d<c; e<d", "current:+1") == "a");
}

TEST_CASE("a wrong range says what is wrong with it") {
    CHECK(outcome(diamond, "d:a") == "!'d:a' is no range: d is not below a");
    CHECK(outcome(names, "b:f") == "!'b:f' is no range: b is not below f");
    CHECK(outcome(diamond, "a:b:c") == "!'a:b:c' is no range: it has more than one ':'");
    CHECK(outcome(diamond, "a") == "!'a' is no range: it has no ':'");
    CHECK(outcome(diamond, "zz:") == "!there is no revision 'zz' in the files");
    CHECK(outcome("a; b<a; c<b; d<b", "-2:") == "!'-2' is not clear: it counts from 2 revisions, c, d");
    CHECK(outcome("a; b<a", "a:-1") == "!'-1' goes down from the lower end");
    CHECK(outcome("a; b<a", "-5:b") == "!'-5' goes too far: the revisions end after 2");
}
