#include "config/config.hpp"

#include "schema/nearest.hpp"
#include "schema/text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

namespace schemist {

namespace {

struct Setting {
    std::vector<std::string> values;
    std::string where;  // "schemist.toml:4", "SCHEMIST_LOCK_WAIT"

    const std::string& text() const { return values.front(); }
};

Error wrong(std::string what, const std::string& where) {
    return Error(std::move(what)).at(where).exit_code(ExitCode::configuration);
}

template <std::size_t count>
std::size_t one_of(const Setting& setting, const std::array<std::string_view, count>& words,
                   const std::string& value) {
    for (std::size_t i = 0; i < count; ++i) {
        if (value == words[i]) {
            return i;
        }
    }
    throw wrong(fmt::format("'{}' is none of {}", value, fmt::join(words, ", ")), setting.where)
        .hint("correct the value");
}

void set_dialects(Config& config, const Setting& setting) {
    config.dialects.clear();
    for (const std::string& value : setting.values) {
        const bool postgresql =
            one_of(setting, std::array<std::string_view, 2>{"postgresql", "sqlite"}, value) == 0;
        config.dialects.push_back(postgresql ? DialectName::postgresql : DialectName::sqlite);
    }
    if (config.dialects.empty()) {
        throw wrong("there must be a dialect", setting.where).hint("name postgresql, sqlite or both");
    }
}

void set_transport(Config& config, const Setting& setting) {
    using enum postgresql::Transport;
    constexpr std::array ways{automatic, tcp, websocket};
    config.way.transport =
        ways[one_of(setting, std::array<std::string_view, 3>{"auto", "tcp", "websocket"}, setting.text())];
}

void set_websocket(Config& config, const Setting& setting) {
    net::parse_websocket_url(setting.text(), setting.where);
    config.way.websocket = setting.text();
}

void set_format(Config& config, const Setting& setting) {
    one_of(setting, std::array<std::string_view, 2>{"json", "sql"}, setting.text());
    config.models.format = setting.text();
}

void set_journal_table(Config& config, const Setting& setting) {
    if (setting.text().empty()) {
        throw wrong("the journal must have a name", setting.where).hint("leave it out for schemist_journal");
    }
    config.journal.name = setting.text();
}

void set_lock_lease(Config& config, const Setting& setting) {
    config.lock_lease = parse_duration(setting.text(), setting.where);
    if (config.lock_lease < std::chrono::seconds(1)) {
        throw wrong("the lease must be at least 1s", setting.where).hint("leave it out for 60s");
    }
}

void set_lock_retries(Config& config, const Setting& setting) {
    const std::string& text = setting.text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), config.lock_retries);
    if (error != std::errc{} || end != text.data() + text.size() || config.lock_retries < 0) {
        throw wrong(fmt::format("'{}' is no number of attempts", text), setting.where)
            .hint("leave it out for 30");
    }
}

std::vector<ObjectPattern> patterns(const Setting& setting) {
    std::vector<ObjectPattern> result;
    for (const std::string& value : setting.values) {
        try {
            result.push_back(parse_object_pattern(value));
        } catch (Error& error) {
            error.at(setting.where);
            throw;
        }
    }
    return result;
}

// Everything that can be set, in the order of the documentation.
struct Key {
    std::string_view name;      // "upgrade.lock_wait"
    std::string_view variable;  // empty: something else reads it
    bool is_list;
    void (*set)(Config&, const Setting&);
};

const std::array<Key, 28> keys{{
    {"migrations", "SCHEMIST_MIGRATIONS", false,
     [](Config& c, const Setting& s) { c.migrations = s.text(); }},
    {"dialects", "SCHEMIST_DIALECTS", true, set_dialects},
    // SCHEMIST_DATABASE_URL is the first of several, which resolve_url() looks through.
    {"database.url", "", false, [](Config& c, const Setting& s) { c.database_url = s.text(); }},
    {"database.transport", "SCHEMIST_TRANSPORT", false, set_transport},
    {"database.websocket", "SCHEMIST_WEBSOCKET_URL", false, set_websocket},
    {"models.command", "SCHEMIST_MODELS_COMMAND", false,
     [](Config& c, const Setting& s) { c.models.command = s.text(); }},
    {"models.files", "SCHEMIST_MODELS_FILES", true,
     [](Config& c, const Setting& s) { c.models.files = s.values; }},
    {"models.database", "SCHEMIST_MODELS_DATABASE", false,
     [](Config& c, const Setting& s) { c.models.database = s.text(); }},
    {"models.format", "SCHEMIST_MODELS_FORMAT", false, set_format},
    {"objects.include", "SCHEMIST_OBJECTS_INCLUDE", true,
     [](Config& c, const Setting& s) { c.objects.include = patterns(s); }},
    {"objects.exclude", "SCHEMIST_OBJECTS_EXCLUDE", true,
     [](Config& c, const Setting& s) { c.objects.exclude = patterns(s); }},
    {"objects.owners", "SCHEMIST_OBJECTS_OWNERS", false,
     [](Config& c, const Setting& s) {
         c.objects.owners = one_of(s, std::array<std::string_view, 2>{"ignore", "manage"}, s.text()) == 1;
     }},
    {"revision.file_name", "SCHEMIST_REVISION_FILE_NAME", false,
     [](Config& c, const Setting& s) { c.revision.file_name = s.text(); }},
    {"revision.template", "SCHEMIST_REVISION_TEMPLATE", false,
     [](Config& c, const Setting& s) { c.revision.layout = s.text(); }},
    {"hooks.before_upgrade", "SCHEMIST_BEFORE_UPGRADE", false,
     [](Config& c, const Setting& s) { c.hooks.before_upgrade = s.text(); }},
    {"hooks.after_upgrade", "SCHEMIST_AFTER_UPGRADE", false,
     [](Config& c, const Setting& s) { c.hooks.after_upgrade = s.text(); }},
    {"hooks.after_revision", "SCHEMIST_AFTER_REVISION", false,
     [](Config& c, const Setting& s) { c.hooks.after_revision = s.text(); }},
    {"journal.table", "SCHEMIST_JOURNAL_TABLE", false, set_journal_table},
    {"journal.schema", "SCHEMIST_JOURNAL_SCHEMA", false,
     [](Config& c, const Setting& s) { c.journal.schema = s.text(); }},
    {"scratch.postgresql", "SCHEMIST_SCRATCH_POSTGRESQL", false,
     [](Config& c, const Setting& s) { c.scratch_postgresql = s.text(); }},
    {"upgrade.connect_deadline", "SCHEMIST_CONNECT_DEADLINE", false,
     [](Config& c, const Setting& s) { c.connect_deadline = parse_duration(s.text(), s.where); }},
    {"upgrade.lock_lease", "SCHEMIST_LOCK_LEASE", false, set_lock_lease},
    {"upgrade.lock_retries", "SCHEMIST_LOCK_RETRIES", false, set_lock_retries},
    {"upgrade.stop_grace", "SCHEMIST_STOP_GRACE", false,
     [](Config& c, const Setting& s) { c.stop_grace = parse_duration(s.text(), s.where); }},
    {"upgrade.lock_wait", "SCHEMIST_LOCK_WAIT", false,
     [](Config& c, const Setting& s) { c.lock_wait = parse_duration(s.text(), s.where); }},
    {"upgrade.lock_timeout", "SCHEMIST_LOCK_TIMEOUT", false,
     [](Config& c, const Setting& s) { c.lock_timeout = parse_duration(s.text(), s.where); }},
    {"upgrade.statement_timeout", "SCHEMIST_STATEMENT_TIMEOUT", false,
     [](Config& c, const Setting& s) { c.statement_timeout = parse_duration(s.text(), s.where); }},
    {"upgrade.on_newer", "SCHEMIST_ON_NEWER", false,
     [](Config& c, const Setting& s) {
         c.newer_is_error = one_of(s, std::array<std::string_view, 2>{"ignore", "error"}, s.text()) == 1;
     }},
}};

std::string where(const std::string& path, const toml::source_region& source) {
    return fmt::format("{}:{}", path, source.begin.line);
}

const Key& find_key(const std::string& name, const std::string& at) {
    std::vector<std::string> known;
    for (const Key& key : keys) {
        if (key.name == name) {
            return key;
        }
        known.emplace_back(key.name);
    }
    const std::vector<std::string> close = nearest(name, known, 1);
    throw wrong(fmt::format("unknown key '{}'", name), at)
        .hint(close.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                            : fmt::format("did you mean '{}'?", close.front()));
}

std::vector<std::string> known_sections() {
    std::vector<std::string> result;
    for (const Key& key : keys) {
        const std::size_t dot = key.name.find('.');
        const std::string section(key.name.substr(0, dot));
        if (dot != std::string_view::npos && (result.empty() || result.back() != section)) {
            result.push_back(section);
        }
    }
    return result;
}

std::string value_text(const toml::node& node, const std::string& name, const std::string& at) {
    if (const auto* text = node.as_string()) {
        return text->get();
    }
    if (const auto* number = node.as_integer()) {
        return std::to_string(number->get());
    }
    throw wrong(fmt::format("the value of '{}' must be a text", name), at).hint("put it in quotes");
}

void read_value(Config& config, const std::string& name, const toml::node& node, const std::string& path) {
    Setting setting{{}, where(path, node.source())};
    const Key& key = find_key(name, setting.where);
    if (const auto* list = node.as_array(); list != nullptr && key.is_list) {
        for (const toml::node& item : *list) {
            setting.values.push_back(value_text(item, name, where(path, item.source())));
        }
    } else if (list != nullptr) {
        throw wrong(fmt::format("'{}' has one value, not a list", name), setting.where)
            .hint("remove the brackets");
    } else {
        setting.values.push_back(value_text(node, name, setting.where));
    }
    key.set(config, setting);
}

// toml++ keeps no line of a table's name where the table is only a prefix; the value's own line is as good.
void read_table(Config& config, const toml::table& table, const std::string& prefix,
                const std::string& path) {
    for (const auto& [name, node] : table) {
        const std::string full =
            prefix.empty() ? std::string(name.str()) : fmt::format("{}.{}", prefix, name.str());
        const bool is_section = std::any_of(keys.begin(), keys.end(),
                                            [&](const Key& key) { return key.name.starts_with(full + "."); });
        const toml::table* inner = node.as_table();
        if (inner != nullptr && is_section) {
            read_table(config, *inner, full, path);
        } else if (inner != nullptr) {
            const std::vector<std::string> sections = known_sections();
            const std::vector<std::string> close = nearest(full, sections, 1);
            throw wrong(fmt::format("unknown section '[{}]'", full), where(path, node.source()))
                .hint(close.empty() ? fmt::format("known are {}", fmt::join(sections, ", "))
                                    : fmt::format("did you mean '[{}]'?", close.front()));
        } else {
            read_value(config, full, node, path);
        }
    }
}

void check_models(const Config& config, const std::string& at) {
    const int given = (config.models.command.empty() ? 0 : 1) + (config.models.files.empty() ? 0 : 1) +
                      (config.models.database.empty() ? 0 : 1);
    if (given > 1) {
        throw wrong("the desired state comes from more than one place", at)
            .hint("keep one of models.command, models.files and models.database");
    }
}

std::string find_file(const std::string& path, const EnvironmentVariables& environment) {
    if (!path.empty()) {
        return path;
    }
    if (const auto named = environment("SCHEMIST_CONFIG")) {
        return *named;
    }
    std::error_code ignored;
    std::filesystem::path up;
    std::filesystem::path folder = std::filesystem::current_path(ignored);
    while (!folder.empty()) {
        if (std::filesystem::is_regular_file(folder / "schemist.toml", ignored)) {
            return (up / "schemist.toml").string();
        }
        if (folder == folder.parent_path()) {
            break;
        }
        folder = folder.parent_path();
        up /= "..";
    }
    return {};
}

}  // namespace

EnvironmentVariables environment_of_process() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
    };
}

std::chrono::milliseconds parse_duration(std::string_view text, const std::string& where) {
    struct Unit {
        std::string_view name;
        std::int64_t milliseconds;
    };
    constexpr std::array<Unit, 6> units{
        {{"", 1000}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"m", 60000}, {"h", 3600000}}};
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    for (const Unit& known : units) {
        // The server takes 32 bits of milliseconds.
        if (error == std::errc{} && unit == known.name && number >= 0 &&
            number <= std::numeric_limits<std::int32_t>::max() / known.milliseconds) {
            return std::chrono::milliseconds(number * known.milliseconds);
        }
    }
    throw wrong(fmt::format("'{}' is not a time", text), where).hint("write it as 250ms, 5s, 15min or 1h");
}

Config parse_config(std::string_view text, const std::string& path) {
    Config config;
    config.path = path;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    config.folder = folder.empty() ? std::filesystem::path(".") : folder;
    try {
        const toml::table table = toml::parse(text, path);
        read_table(config, table, "", path);
    } catch (const toml::parse_error& error) {
        throw wrong(std::string(error.description()), where(path, error.source()))
            .hint("correct the file: it is TOML");
    }
    check_models(config, path);
    return config;
}

Config with_environment(Config config, const EnvironmentVariables& environment) {
    const ModelsConfig from_file = config.models;
    config.models = ModelsConfig{};
    config.models.format = from_file.format;
    for (const Key& key : keys) {
        const std::optional<std::string> value =
            key.variable.empty() ? std::nullopt : environment(std::string(key.variable));
        if (value) {
            key.set(config, {key.is_list ? comma_list(*value) : std::vector<std::string>{*value},
                             std::string(key.variable)});
        }
    }
    check_models(config, "environment");
    // What the environment names replaces another place that the file names.
    if (config.models.empty()) {
        const std::string format = config.models.format;
        config.models = from_file;
        config.models.format = format;
    }
    return config;
}

Config load_config(const std::string& path, const EnvironmentVariables& environment) {
    const std::string found = find_file(path, environment);
    if (found.empty()) {
        return with_environment(Config{}, environment);
    }
    std::ifstream stream(found, std::ios::binary);
    std::ostringstream text;
    if (!stream || (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf()))) {
        throw wrong("the configuration cannot be read", found)
            .hint("check the path; `schemist init` makes one");
    }
    return with_environment(parse_config(text.str(), found), environment);
}

}  // namespace schemist
