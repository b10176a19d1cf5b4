// Reads the structure of the database that its argument names, and does nothing else: to be compared with pg_dump.

#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"

#include <schemist/error.hpp>

#include <chrono>

#include <fmt/format.h>

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: bench_introspection URL\n");
        return 2;
    }
    try {
        const auto connection = schemist::postgresql::Connection::open(argv[1]);
        const auto begin = std::chrono::steady_clock::now();
        const schemist::Schema schema =
            schemist::postgresql::dialect().introspect(*connection, {"public", "schemist_journal"});
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        fmt::print("{} tables in {:.1f} ms\n", schema.tables.size(), took.count());
    } catch (const schemist::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
