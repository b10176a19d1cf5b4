#include "sqlite/scratch.hpp"

#include "sqlite/connection.hpp"

namespace schemist::sqlite {
namespace {

class MemoryScratch final : public Scratch {
  public:
    MemoryScratch() {
        Options options;
        options.foreign_keys = false;
        connection_ = Connection::open(":memory:", options);
    }

    schemist::Connection& connection() override { return *connection_; }

  private:
    std::unique_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<Scratch> make_scratch() {
    return std::make_unique<MemoryScratch>();
}

}  // namespace schemist::sqlite
