#pragma once
// A libpq result as introspection reads it: cells are views, nothing is copied.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct pg_result;

namespace schemist::postgresql {

class Result {
  public:
    explicit Result(pg_result* result) : result_(result) {}

    std::size_t size() const;
    std::size_t width() const;
    bool is_null(std::size_t row, std::size_t column) const;
    // Valid as long as this result; NULL is the empty text.
    std::string_view text(std::size_t row, std::size_t column) const;
    std::string string(std::size_t row, std::size_t column) const { return std::string(text(row, column)); }
    bool boolean(std::size_t row, std::size_t column) const { return text(row, column) == "t"; }
    char letter(std::size_t row, std::size_t column) const;
    // Throws Error when it is no integer.
    std::int64_t integer(std::size_t row, std::size_t column) const;
    std::uint32_t oid(std::size_t row, std::size_t column) const {
        return static_cast<std::uint32_t>(integer(row, column));
    }

    pg_result* get() const { return result_.get(); }

  private:
    struct Clear {
        void operator()(pg_result* result) const noexcept;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace schemist::postgresql
