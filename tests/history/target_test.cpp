#include "history/target.hpp"

#include "history/graphs.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using namespace schemist::test;

namespace {

const std::string line = "a; b<a; c<b; d<c; e<d";
const std::string forked = "a; b<a; c1[c1branch]<b; d1<c1; c2[c2branch]<b; d2<c2";
const std::string merged = forked + "; e<d1,d2; f<e";
const std::string implied = "a1; b1<a1; c1<b1; a2; b2<a2; c2<b2; d1<c1,c2; d2<c2";
const std::string three = "a1; b1<a1; c1<b1; a2; b2<a2; c2<b2; a3; b3<a3; c3<b3; d1<c1,c2,c3; d2<c2; d3<c3";
const std::string forest = "a1; b1<a1; a2; b2<a2";
const std::string names =
    "a[abranch]; b<a; somelongername<b; c<somelongername; d; e[ebranch]<d; someothername<e; f<someothername";

const std::string needed_line = "a1[lib1]; b1<a1; c1<b1; d1<c1; e1<d1; f1<e1; a2; b2<a2; c2<b2>c1";
const std::string joined_bases =
    "a1; a2; a3; amerge<a1,a2,a3; b1; b2; bmerge<b1,b2; c1; c2; c3; cmerge<c1,c2,c3; o>a3,b2,c1";

struct Case {
    std::string history;
    std::string current;  // the current heads
    std::string command;
    std::string expected;  // the path for upgrade and downgrade, the heads afterwards for stamp; "!text": an
                           // error with it
};

std::string joined(const std::vector<std::string>& ids) {
    return fmt::format("{}", fmt::join(ids, ","));
}

std::vector<std::string> applied_up_to(const History& history, const std::string& heads) {
    return upgrade_path(history, {}, split_list(heads, ','));
}

std::string outcome(const Case& c) {
    const History history = history_of(c.history);
    const std::vector<std::string> applied = applied_up_to(history, c.current);
    const std::string verb = c.command.substr(0, c.command.find(' '));
    const std::string target = c.command.substr(c.command.find(' ') + 1);
    try {
        if (verb == "up") {
            return joined(upgrade_path(history, applied, upgrade_targets(history, applied, target)));
        }
        if (verb == "down") {
            return joined(downgrade_path(history, applied, target));
        }
        return joined(current_heads(history, stamped(history, applied, split_list(target, ' '))));
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::configuration);
        return "!" + std::string(error.what());
    }
}

// Alembic's own cases. Where Alembic takes one branch after the other, the order here is that of the history.
const std::vector<Case> cases{
    {line, "e", "down c", "e,d"},
    {line, "c", "down base", "c,b,a"},
    {line, "a", "down a", ""},
    {line, "e", "down e", ""},
    {line, "", "down base", ""},
    {line, "b", "down c", "!revision c is not applied"},
    {line, "", "down b", "!revision b is not applied"},
    {line, "b", "down -5", "!'-5' goes too far: the revisions end after 2"},
    {line, "b", "down +2", "!'+2' goes up"},
    {line, "b", "up -2", "!'-2' goes down"},
    {line, "b", "up +5", "!'+5' goes too far: the revisions end after 3"},
    {line, "c", "down -1", "c"},
    {line, "e", "down -3", "e,d,c"},
    {line, "d", "down a+2", "d"},
    {line, "d", "down c-2", "d,c,b"},
    {line, "a", "up +2", "b,c"},
    {line, "a", "up +1", "b"},
    {line, "b", "up +3", "c,d,e"},
    {line, "a", "up b+2", "b,c,d"},
    {line, "a", "up d-2", "b"},
    {line, "d", "stamp base", ""},
    {line, "c", "up e", "d,e"},
    {line, "", "up c", "a,b,c"},
    {line, "e", "up head", ""},
    {line, "e", "up heads", ""},
    {line, "e", "up b", "!revision b is below what is applied (e)"},
    {line, "b", "up base", "!below what is applied"},
    {line, "", "up base", ""},
    {line, "d", "down c-3", "d,c,b,a"},
    {line, "d", "down c-4", "!'c-4' goes too far: the revisions end after"},
    {line, "c", "up head-1", "d"},
    {line, "c", "up head+1", "!the revisions end after 0"},
    {line, "c", "up base-1", "!the revisions end after 0"},
    {line, "c", "up heads-1", "d"},
    {forked, "b", "up heads-1", "!there are 2 heads, d1, d2"},
    {line, "c", "up zebra", "!there is no revision 'zebra'"},
    {line, "c", "up +", "!a number must follow '+'"},
    {line, "c", "up +x", "!a number must follow '+'"},
    {line, "c", "up @head", "!names no branch"},
    {line, "c", "up x@head", "!there is no branch 'x'"},
    {line, "c", "stamp +1", "!depends on what is applied"},
    {forked, "c1,c2", "up +1", "!2 revisions are current, c1, c2"},
    {forked, "", "down -1", "!the revisions end after 0"},
    {forked, "a", "down -1", "a"},
    {forked, "d1,d2", "down a", "d2,d1,c2,c1,b"},
    {forked, "d1,c2", "down c2", ""},
    {forked, "d1,c2", "down d1", ""},
    {forked, "d1,d2", "down -1", "d2"},
    {forked, "c1,d2", "down -1", "d2"},
    {forked, "d1,d2", "down c1branch@-1", "d1"},
    {forked, "c1,d2", "down d2-1", "d2"},
    {forked, "d1,d2", "down c1branch@head-1", "d1"},
    {forked, "c1,d2", "down c1branch@b", "c1"},
    {forked, "c1,d2", "down c2branch@b", "d2,c2"},
    {forked, "d1,d2", "down c2@b", "d2,c2"},
    {forked, "d1,d2", "down d1@b", "d1,c1"},
    {forked, "d1,d2", "down base+2", "d2,d1,c2,c1"},
    {forked, "d1,d2", "down c2branch@base+2", "d2,c2"},
    {forked, "d1,d2", "down c2branch@base+3", "d2"},
    {forked, "b", "up c2branch@head-1", "c2"},
    {forked, "", "up base+1", "a"},
    {forked, "", "up +1", "a"},
    {forked, "b", "up +1", "!b is followed by 2 revisions, c1, c2"},
    {forked, "a", "up heads", "b,c1,c2,d1,d2"},
    {forked, "a", "up head", "!there are 2 heads, d1, d2"},
    {forked, "c1,c2", "up c2branch@+1", "d2"},
    {forked, "c1", "up c2branch@+1", "c2"},
    {forked, "b", "up d1", "c1,d1"},
    {forked, "d1,c2", "stamp b", "b"},
    {forked, "d1,c2", "stamp c1branch@base", "c2"},
    {forked, "d1,c2", "stamp c2branch@head", "d1,d2"},
    {implied, "d1,d2", "down b1", "d1,c1"},
    {implied, "d2,b1", "up d1", "c1,d1"},
    {three, "d1,d2,d3", "down b1", "d1,c1"},
    {three, "d3,b2,b1", "up d1", "c1,c2,d1"},
    {three, "d1,d3", "up d2", "d2"},
    {"a1; a2<a1>a1", "", "up a2", "a1,a2"},
    {"a1; a2<a1>a1", "a2", "down a1", "a2"},
    {"a1[lib1]; b1<a1; a2; b2<a2; c2<b2>lib1", "a2", "up c2", "a1,b2,c2"},
    {forked + "; d3<d2>c1", "d1,d3", "down c1branch@b", "d3,d1,c1"},
    {needed_line, "e1,c2", "stamp b1", "b1"},
    {joined_bases, "amerge,bmerge,cmerge,o", "down b2", "bmerge"},
    {joined_bases, "amerge,bmerge,cmerge,o", "down o@base", "o"},
    {joined_bases, "amerge,bmerge,cmerge,o", "down base", "o,cmerge,c3,c2,c1,bmerge,b2,b1,amerge,a3,a2,a1"},
    {"a1; a2<a1; b1; b2<b1>a2; b3<b2; a3<a2>b1", "a3,b2", "down b1", "b2"},
    {"a1; a2<a1; a3<a2; b1; b2<b1>a3; b3<b2; b4<b3>a3", "b4", "down b3", "b4"},
    {"a1; b1>a1; bmerge<a1,b1", "a1", "up b1", "b1"},
    {"a1; b1>a1; bmerge<a1,b1", "b1", "up bmerge", "bmerge"},
    {"a1; b1>a1; bmerge<a1,b1", "bmerge", "down a1", "bmerge"},
    {"a1; b1<a1; c1[c1lib]<b1; a2; b2<a2; c2<b2>c1lib", "a2", "up c2", "a1,b1,b2,c1,c2"},
    {forked + "; d3<d2>c1", "d1,d3", "down c2branch@b", "d3,d2,c2"},
    {forked, "d1", "stamp c1branch@base", ""},
    {forked, "", "stamp d1 c2", "c2,d1"},
    {forked, "d1", "stamp base c2", "c2"},
    {forked, "d1,d2", "down c1branch@base", "d2,d1,c2,c1,b,a"},
    {implied, "d2", "down -1", "d2"},
    {merged, "f", "down -1", "f"},
    {merged, "e", "down -1", "e"},
    {merged, "e", "down -2", "e,d2"},
    {names, "", "up abr@head", "a,b,somelongername,c"},
    {names, "c", "down ebranch@d", "!revision d is not applied"},
    {names, "c", "down abranch@d", "!revision d is not on the branch abranch"},
    {names, "", "up abranch@someo", "!revision someothername is not on the branch abranch"},
    {names, "", "up abranch@", "!names no revision behind its '@'"},
    {names, "", "up a:b", "!is a range"},
    {forest, "", "up heads", "a1,a2,b1,b2"},
    {forest, "", "up +1", "!there are 2 revisions, a1, a2"},
    {forest, "", "stamp heads", "b1,b2"},
    {forest, "b1,b2", "stamp heads", "b1,b2"},
    {forest, "b1,b2", "up heads", ""},
    {forest, "b1,b2", "down a1-1", "b1,a1"},
    {merged, "f", "down b", "f,e,d2,d1,c2,c1"},
    {merged, "b", "up f", "c1,c2,d1,d2,e,f"},
    {merged, "e", "stamp c2", "c2"},
    {merged, "e", "stamp a", "a"},
    {merged, "d1,c2", "stamp e", "e"},
    {merged, "c2", "stamp e", "e"},
    {merged, "b", "stamp e", "e"},
    {merged, "f", "down f-2", "!e merges d1, d2"},
    {names, "", "up e", "d,e"},
    {names, "", "up abranch@head", "a,b,somelongername,c"},
    {names, "", "up abranch@heads", "a,b,somelongername,c"},
    {names, "d", "up ebranch@some", "e,someothername"},
    {names, "", "up abranch@some", "a,b,somelongername"},
    {names, "", "up some", "!'some' begins 2 revisions: somelongername, someothername"},
    {names, "", "up somel", "a,b,somelongername"},
    {names, "", "up somelongname", "!did you mean somelongername"},
    {names, "", "up hed", "!did you mean head"},
    {names, "", "up abranch@d", "!revision d is not on the branch abranch"},
    {"", "", "up head", ""},
    {"", "", "up abc", "!there is no revision 'abc'"},
    {"", "", "down base", ""},
};

}  // namespace

TEST_CASE("target expressions lead where Alembic's do") {
    for (const Case& c : cases) {
        CAPTURE(c.history);
        CAPTURE(c.current);
        CAPTURE(c.command);
        const std::string actual = outcome(c);
        if (c.expected.starts_with('!')) {
            CHECK_MESSAGE(actual.starts_with('!'), actual);
            CHECK_MESSAGE(actual.find(c.expected.substr(1)) != std::string::npos, actual);
        } else {
            CHECK(actual == c.expected);
        }
    }
}

TEST_CASE("targets stay what they were when somebody else has applied some of them") {
    const History history = history_of(line);
    const std::vector<std::string> before = applied_up_to(history, "a");
    const std::vector<std::string> targets = upgrade_targets(history, before, "+2");
    CHECK(joined(upgrade_path(history, applied_up_to(history, "b"), targets)) == "c");
    CHECK(joined(upgrade_path(history, applied_up_to(history, "e"), targets)).empty());
}

TEST_CASE("-n takes back what was applied last") {
    const History history = history_of(forked);
    const std::vector<std::string> order{"a", "b", "c2", "d2", "c1", "d1"};
    CHECK(joined(downgrade_path(history, order, "-2")) == "d1,c1");
}
