#include "cli/live_line.hpp"

#include "cli/shell.hpp"

#include <doctest/doctest.h>

using namespace schemist::cli;
using namespace schemist::test;
using namespace std::chrono_literals;

TEST_CASE("the line of a terminal says how far a run is, what it is at, and what the server says of it") {
    LiveState state{3, 6, "8f3c2a91d0b4", 12s, "building index: scanning table, 45 %"};
    CHECK(live_text(state, 200) ==
          "[=====>    ] 3/6  8f3c2a91d0b4  12 s  building index: scanning table, 45 %");
    CHECK(live_text(state, 9) == "[=====> ");
    state = {6, 6, "8f3c2a91d0b4", 125s, ""};
    CHECK(live_text(state, 200) == "[==========] 6/6  8f3c2a91d0b4  2:05 min");
    state = {0, 0, "one\ntwo", 0s, ""};
    CHECK(live_text(state, 200) == "one two  0 s");
    CHECK(live_text(state, 0).empty());
    // Letters are not cut in two.
    state = {0, 0, "äöü", 0s, ""};
    CHECK(live_text(state, 3) == "äö");
}

TEST_CASE("a terminal sees the line while a step runs, and a pipe does not") {
    Shell shell;
    shell.write("schemist.toml", "dialects = [\"sqlite\"]\n");
    shell.write("migrations/a1.sql",
                "-- revision: a1\n-- message: quick\n-- upgrade: any\nCREATE TABLE t (id INTEGER);\n");
    // SQLite is busy for long enough to be seen, on any machine.
    shell.write("migrations/b2.sql",
                "-- revision: b2\n-- revises: a1\n-- message: slow\n-- upgrade: any\nINSERT INTO t WITH "
                "RECURSIVE n(i) AS "
                "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT max(i) FROM n;\n");
    const std::string upgrade =
        "rm -f schemist.db; TERM=xterm script -qec 'schemist upgrade head' /dev/null </dev/null";
    const Outcome colored = shell.run(upgrade);
    CHECK(colored.exit_code == 0);
    CHECK_MESSAGE(colored.out.find("\r\x1b[2m[=====>    ] 1/2  b2  ") != std::string::npos, colored.out);
    const std::size_t cleared = colored.out.rfind("\r\x1b[K");
    CHECK(cleared != std::string::npos);
    CHECK(colored.out.find("done", cleared) != std::string::npos);

    shell.set("NO_COLOR", "1");
    const Outcome plain = shell.run(upgrade);
    CHECK_MESSAGE(plain.out.find("\r[=====>    ] 1/2  b2  ") != std::string::npos, plain.out);
    CHECK(plain.out.find("\x1b[2m") == std::string::npos);

    for (const std::string command :
         {"schemist upgrade head", "TERM=dumb script -qec 'schemist upgrade head' /dev/null </dev/null",
          "TERM=xterm script -qec 'schemist -q upgrade head' /dev/null </dev/null"}) {
        const Outcome outcome = shell.run("rm -f schemist.db; " + command);
        CHECK(outcome.exit_code == 0);
        CHECK_MESSAGE((outcome.out + outcome.error).find("1/2") == std::string::npos, command);
    }
}
