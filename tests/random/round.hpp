#pragma once
// One round of the property test: a random pair of schemas, there and back again and down to nothing.

#include "support/postgresql.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace schemist::test {

class Rounds {
  public:
    Rounds();
    // What is wrong; empty when nothing is. `thorough`: pg_dump is asked as well, and the schema is made from nothing.
    std::string check(std::uint32_t seed, bool thorough);
    // Rounds whose scripts the server did not take, which is a fault of the generator.
    std::size_t not_loaded() const { return not_loaded_; }

  private:
    void start_anew();
    void there_and_back(bool thorough);

    std::unique_ptr<TestDatabase> changed_;
    std::unique_ptr<TestDatabase> goal_;
    std::unique_ptr<TestDatabase> fresh_;
    int server_major_ = 0;
    std::size_t uses_ = 0;
    std::size_t not_loaded_ = 0;
};

}  // namespace schemist::test
