// The kind `subscription`. None is made, changed or dropped in a way that needs the other server: that is for whoever runs the
// replication, as is to enable it.

#include "postgresql/conninfo.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string flag(int since, int version, std::string_view parameter, std::string_view condition) {
    return version < since ? std::string()
                           : fmt::format(", CASE WHEN {} THEN '{}' END", condition, parameter);
}

// Only superusers may see where it connects to.
std::string query(const Scope& scope) {
    const int version = scope.server_version;
    std::string parameters =
        "concat_ws(', ', CASE WHEN x.subbinary THEN 'binary = true' END, 'synchronous_commit = ' || "
        "quote_literal(nullif(x.subsynccommit, 'off'))";
    parameters += version < 160000 ? ", CASE WHEN x.substream THEN 'streaming = on' END"
                                   : ", 'streaming = ' || CASE x.substream WHEN 't' THEN 'on' WHEN 'p' THEN "
                                     "'parallel' END";
    parameters += flag(150000, version, "two_phase = on", "x.subtwophasestate <> 'd'");
    parameters += flag(150000, version, "disable_on_error = true", "x.subdisableonerr");
    parameters += flag(160000, version, "password_required = false", "NOT x.subpasswordrequired");
    parameters += flag(160000, version, "run_as_owner = true", "x.subrunasowner");
    parameters += version < 160000 ? "" : ", 'origin = ' || nullif(x.suborigin, 'any')";
    parameters += flag(170000, version, "failover = true", "x.subfailover");
    return fmt::format(
        "SELECT x.oid, x.subname, {}, x.subpublications, x.subslotname, {}) FROM pg_subscription x WHERE "
        "x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        scope.superuser ? "x.subconninfo" : "NULL", parameters);
}

std::string in_quotes(std::string_view value) {
    std::string quoted = "'";
    for (const char c : value) {
        quoted += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return quoted + "'";
}

bool is_secret(std::string_view keyword) {
    return keyword.find("password") != std::string_view::npos;
}

// "keyword=value" and "keyword = 'quoted value'", each as it is written.
std::vector<std::string> settings_of(std::string_view connection) {
    std::vector<std::string> settings;
    std::string setting;
    bool quoted = false;
    bool has_value = false;
    for (std::size_t i = 0; i < connection.size(); ++i) {
        const char c = connection[i];
        if (!quoted && has_value && std::isspace(static_cast<unsigned char>(c)) != 0) {
            settings.push_back(std::exchange(setting, {}));
            has_value = false;
            continue;
        }
        setting += c;
        if (c == '\\' && i + 1 < connection.size()) {
            setting += connection[++i];
        } else if (c == '\'') {
            quoted = !quoted;
        }
        const bool may_begin = c != '=' && std::isspace(static_cast<unsigned char>(c)) == 0;
        has_value = has_value || (may_begin && setting.find('=') != std::string::npos);
    }
    if (!setting.empty()) {
        settings.push_back(setting);
    }
    return settings;
}

// As it was written but for the secrets. A URL that has one is written otherwise.
std::string without_secrets(const std::string& connection) {
    ConnectionOptions options;
    try {
        options = parse_connection_options(connection);
    } catch (const Error&) {
        return {};  // it may hold one that cannot be told from the rest
    }
    const bool has_secret =
        std::ranges::any_of(options, [](const auto& option) { return is_secret(option.first); });
    if (!has_secret) {
        return connection;
    }
    std::vector<std::string> parts;
    if (connection.find("://") != std::string::npos) {
        for (const auto& [keyword, value] : options) {
            if (!is_secret(keyword)) {
                parts.push_back(fmt::format("{}={}", keyword, in_quotes(value)));
            }
        }
        return join(parts, " ");
    }
    parts = settings_of(connection);
    std::erase_if(parts, [](const std::string& part) { return is_secret(part.substr(0, part.find('='))); });
    return join(parts, " ");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Subscription subscription;
        subscription.name = rows.string(row, 1);
        subscription.connection = without_secrets(rows.string(row, 2));
        subscription.publications = parse_array(rows.text(row, 3));
        std::ranges::sort(subscription.publications);
        subscription.slot = rows.string(row, 4);
        subscription.parameters = rows.string(row, 5);
        reading.add(reading.schema.subscriptions, std::move(subscription),
                    {{catalogue::subscriptions, rows.oid(row, 0)}});
    }
}

struct Subscriptions {
    using Value = Subscription;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Subscription& subscription) {
        return "SUBSCRIPTION " + quote_identifier(subscription.name);
    }
    static std::vector<std::string> create(const Subscription& subscription) {
        return {
            fmt::format("CREATE {} CONNECTION {} PUBLICATION {} WITH (connect = false, slot_name = {}{}{})",
                        target(subscription), quote_literal(subscription.connection),
                        column_list(subscription.publications),
                        subscription.slot.empty() ? "NONE" : quote_literal(subscription.slot),
                        subscription.parameters.empty() ? "" : ", ", subscription.parameters)};
    }
    static std::vector<std::string> alter(const Subscription& before, const Subscription& after) {
        const std::string alter_this = "ALTER " + target(after);
        std::vector<std::string> statements;
        if (before.connection != after.connection && !before.connection.empty() &&
            !after.connection.empty()) {
            statements.push_back(
                fmt::format("{} CONNECTION {}", alter_this, quote_literal(after.connection)));
        }
        if (before.publications != after.publications) {
            statements.push_back(fmt::format("{} SET PUBLICATION {} WITH (refresh = false)", alter_this,
                                             column_list(after.publications)));
        }
        if (before.slot != after.slot) {
            statements.push_back(fmt::format("{} SET (slot_name = {})", alter_this,
                                             after.slot.empty() ? "NONE" : quote_literal(after.slot)));
        }
        return statements;
    }
    // Parameters that are not named would have to be set to what they are by themselves.
    static bool is_replaced(const Subscription& before, const Subscription& after) {
        return before.parameters != after.parameters;
    }
    // With a slot the server would ask the other one to drop it, and outside of a transaction it does not look.
    static constexpr bool drops_alone = true;
    static std::vector<std::string> drop(const Subscription& subscription) {
        const std::string one = target(subscription);
        return {fmt::format("ALTER {} DISABLE", one), fmt::format("ALTER {} SET (slot_name = NONE)", one),
                "DROP " + one};
    }
    static std::string note(const Change& change) {
        if (change.action == Action::create) {
            return "made without a password and not enabled: ALTER SUBSCRIPTION ... CONNECTION, ENABLE";
        }
        return change.action == Action::drop
                   ? "its slot stays on the publishing server, and is to be dropped there"
                   : "";
    }
};

}  // namespace

KindOfObject subscription_kind() {
    return standard_kind<Subscriptions>();
}

}  // namespace schemist::postgresql
