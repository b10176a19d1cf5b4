#include "log.hpp"

#include <schemist/types.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chat {

namespace {

std::string_view name_of(Log::Level level) {
    switch (level) {
        case Log::Level::warning:
            return "warning";
        case Log::Level::error:
            return "error";
        default:
            return "info";
    }
}

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::string as_text(const Field& field) {
    return std::visit(Overloaded{[](const std::string& text) { return text; },
                                 [](std::int64_t number) { return std::to_string(number); },
                                 [](double number) { return fmt::format("{:.1f}", number); }},
                      field.value);
}

}  // namespace

std::string log_line(Log::Format format, Log::Level level, std::string_view time, std::string_view event,
                     std::string_view message, const std::vector<Field>& fields) {
    if (format == Log::Format::text) {
        std::string line = fmt::format("{:<11} {}", event, message);
        for (const Field& field : fields) {
            line += fmt::format(" {}={}", field.name, as_text(field));
        }
        return line;
    }
    using Document = nlohmann::ordered_json;
    Document document{{"time", time}, {"level", name_of(level)}, {"event", event}, {"message", message}};
    for (const Field& field : fields) {
        std::visit([&](const auto& value) { document[std::string(field.name)] = value; }, field.value);
    }
    // Whatever a client or a server has sent, the line is JSON.
    return document.dump(-1, ' ', false, Document::error_handler_t::replace);
}

void Log::write(Level level, std::string_view event, std::string_view message,
                const std::vector<Field>& fields) {
    std::string line =
        log_line(format_, level, schemist::to_string(schemist::current_time()), event, message, fields);
    line += '\n';
    const std::lock_guard lock(mutex_);
    std::fwrite(line.data(), 1, line.size(), file_);
    std::fflush(file_);
}

}  // namespace chat
