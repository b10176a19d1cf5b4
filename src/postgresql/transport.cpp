#include "postgresql/transport.hpp"

#include "postgresql/host_lookup.hpp"

#include <schemist/error.hpp>

#include <cstdlib>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace schemist::postgresql {
namespace {

// What a unix socket has in place of a port. libpq makes a name of it.
constexpr const char* tunnel_port = "5432";

std::string value_of(const ConnectionOptions& options, const std::string& keyword) {
    const auto found = options.find(keyword);
    return found == options.end() ? std::string{} : found->second;
}

// libpq would go there, whatever the host is.
const char* fixed_by_environment(const ConnectionOptions& options) {
    if (options.contains("service") || std::getenv("PGSERVICE") != nullptr) {
        return "a service file";
    }
    return std::getenv("PGHOSTADDR") != nullptr ? "PGHOSTADDR" : nullptr;
}

// What is found out about one host of Neon's holds for all, its pooler among them: what is closed is the way out from here.
std::string endpoint_of(const ConnectionOptions& options) {
    const std::string host = value_of(options, "host");
    return fmt::format("{}:{}", is_neon_host(host) ? "*.neon.tech" : host, value_of(options, "port"));
}

struct Memory {
    std::mutex mutex;
    std::map<std::string, net::WebSocketUrl> websockets;
};

Memory& memory() {
    static Memory memory;
    return memory;
}

// libpq looks into the password file under the name of the host, which a tunnel's socket does not have. It does so before
// it finds that no server can have these attributes, and before it connects.
std::string password_of_file(const ConnectionOptions& options) {
    ConnectionOptions unusable = options;
    unusable["target_session_attrs"] = "none";
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : unusable) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectStartParams(keywords.data(), values.data(), 0), &PQfinish);
    const char* password = connection ? PQpass(connection.get()) : nullptr;
    return password == nullptr ? "" : password;
}

}  // namespace

bool is_neon_host(std::string_view host) {
    return host.ends_with(".neon.tech") && host.find(',') == std::string_view::npos;
}

std::optional<net::WebSocketUrl> websocket_for(const ConnectionOptions& options, const Way& way) {
    if (way.transport == Transport::tcp) {
        return std::nullopt;
    }
    const bool must = way.transport == Transport::websocket;
    if (const char* what = fixed_by_environment(options)) {
        if (!must) {
            return std::nullopt;
        }
        throw Error(fmt::format("a WebSocket cannot be used where {} says which server is meant", what))
            .at("SCHEMIST_TRANSPORT")
            .state("nothing was changed")
            .hint("name the host in the database URL")
            .exit_code(ExitCode::configuration);
    }
    if (!way.websocket.empty()) {
        return net::parse_websocket_url(way.websocket, "SCHEMIST_WEBSOCKET_URL");
    }
    const std::string host = value_of(options, "host");
    if (is_neon_host(host) || (must && is_host_name(host))) {
        net::WebSocketUrl url;
        url.host = host;
        url.target = "/v2";
        return url;
    }
    if (must) {
        throw Error("it is not known where the WebSocket of this database is")
            .at("SCHEMIST_TRANSPORT")
            .state("nothing was changed")
            .hint("set SCHEMIST_WEBSOCKET_URL, or let the database URL name one host")
            .exit_code(ExitCode::configuration);
    }
    return remembered_websocket(options);
}

std::optional<net::WebSocketUrl> remembered_websocket(const ConnectionOptions& options) {
    const std::lock_guard guard(memory().mutex);
    const auto found = memory().websockets.find(endpoint_of(options));
    return found == memory().websockets.end() ? std::nullopt : std::optional(found->second);
}

bool remember_websocket(const ConnectionOptions& options, const net::WebSocketUrl& url) {
    const std::lock_guard guard(memory().mutex);
    return memory().websockets.insert_or_assign(endpoint_of(options), url).second;
}

void forget_websocket(const ConnectionOptions& options) {
    const std::lock_guard guard(memory().mutex);
    memory().websockets.erase(endpoint_of(options));
}

ConnectionOptions through_tunnel(ConnectionOptions options, const std::string& host) {
    if (!options.contains("password")) {
        if (const std::string password = password_of_file(options); !password.empty()) {
            options["password"] = password;
        }
    }
    std::erase_if(options, [](const auto& option) {
        return option.first.starts_with("ssl") || option.first == "hostaddr" ||
               option.first == "requiressl" || option.first == "requirepeer";
    });
    options["host"] = host;
    options["port"] = tunnel_port;
    options["sslmode"] = "disable";
    options["gssencmode"] = "disable";
    options["channel_binding"] = "disable";
    return options;
}

std::string tunnel_socket_name(const std::string& host) {
    return fmt::format("{}/.s.PGSQL.{}", host.substr(1), tunnel_port);
}

}  // namespace schemist::postgresql
