// What the program tells: lines for people, or one JSON object a line for programs.
#pragma once

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace chat {

// What a line knows besides its words.
struct Field {
    std::string_view name;
    std::variant<std::string, std::int64_t, double> value;
};

class Log {
  public:
    enum class Format { text, json };
    enum class Level { info, warning, error };

    explicit Log(Format format = Format::text, std::FILE* file = stdout) : format_(format), file_(file) {}
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    Format format() const { return format_; }

    // A line is seen at once, also in a pipe. Any thread may call these.
    void info(std::string_view event, std::string_view message, const std::vector<Field>& fields = {}) {
        write(Level::info, event, message, fields);
    }
    void warning(std::string_view message, const std::vector<Field>& fields = {}) {
        write(Level::warning, "warning", message, fields);
    }
    void error(std::string_view message, const std::vector<Field>& fields = {}) {
        write(Level::error, "error", message, fields);
    }

  private:
    void write(Level level, std::string_view event, std::string_view message,
               const std::vector<Field>& fields);

    Format format_;
    std::FILE* file_;
    std::mutex mutex_;
};

// One line, without its end: "ready at    http://..." with the fields as name=value, or a JSON object.
std::string log_line(Log::Format format, Log::Level level, std::string_view time, std::string_view event,
                     std::string_view message, const std::vector<Field>& fields);

}  // namespace chat
