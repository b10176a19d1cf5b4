#include "convergence.hpp"

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("a condition that is a query as a whole can be read again") {
    check_both_ways(
        "CREATE TABLE t (a integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE t (a integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING "
        "((SELECT a > 1)) WITH CHECK ((SELECT true))");
}

}  // namespace
}  // namespace schemist::test
