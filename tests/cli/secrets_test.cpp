#include "cli/secrets.hpp"

#include <doctest/doctest.h>

using schemist::cli::without_passwords;

TEST_CASE("a password is masked wherever a URL stands") {
    CHECK(without_passwords("not expected: postgresql://u:secret@h/db --x") ==
          "not expected: postgresql://u:***@h/db --x");
    CHECK(without_passwords("no revision 'postgresql://u:secret' in the files") ==
          "no revision 'postgresql://u:***' in the files");
    CHECK(without_passwords("postgres://u:a@b:c/d?e@h:5432/db") == "postgres://u:***@h:5432/db");
    CHECK(without_passwords("a://u:x@h b://u:y@h") == "a://u:***@h b://u:***@h");
    CHECK(without_passwords("host=h password=secret user=u") == "host=h password=*** user=u");
    CHECK(without_passwords("password='a b' x") == "password=*** x");
    CHECK(without_passwords("postgresql://h/db?password=secret&x=1") == "postgresql://h/db?password=***&x=1");
    CHECK(without_passwords("postgresql://u:secret@h/db?sslpassword=other&x=1") ==
          "postgresql://u:***@h/db?sslpassword=***&x=1");
}

TEST_CASE("what is no password stays") {
    for (const char* text :
         {"", "postgresql://u@h:5432/db", "postgresql://h:5432/db", "postgresql://localhost:5432",
          "write it as sqlite:///file.db", "postgresql://user:password@host:5432/database",
          "password authentication failed for user \"u\"", "password=", "socket /tmp/x:5432/db as u",
          "postgresql:///db?host=/tmp/x", "see https://example.org/a:b"}) {
        CHECK(without_passwords(text) == text);
    }
}
