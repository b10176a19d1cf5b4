#include "platform.hpp"

#include <fmt/format.h>

namespace chat {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

bool is_set(const Environment& environment, const char* name) {
    const auto value = environment(name);
    return value && !value->empty();
}

Platform space(const Environment& environment, const char* recognised) {
    Platform platform{};
    platform.kind = Platform::Kind::space;
    platform.name = fmt::format("the Space {}", environment("SPACE_ID").value_or("without a name"));
    platform.recognised = recognised;
    platform.public_host = environment("SPACE_HOST").value_or("");
    platform.host = "0.0.0.0";
    platform.behind_proxy = true;
    platform.keeps_files = false;
    platform.shutdown_limit = seconds(25);
    // A Space is given 30 minutes unless its README says otherwise. What the migration waits for must end before
    // that, so that the log has the reason and not only the platform's "launch timed out".
    platform.startup_limit = minutes(30);
    platform.connect_deadline = minutes(8);
    platform.lock_wait = minutes(14);
    return platform;
}

Platform kubernetes() {
    Platform platform{};
    platform.kind = Platform::Kind::kubernetes;
    platform.name = "a pod of Kubernetes";
    platform.recognised = "KUBERNETES_SERVICE_HOST";
    platform.host = "0.0.0.0";
    platform.behind_proxy = true;
    platform.keeps_files = false;
    platform.json_log = true;
    // Endpoints are taken out of the load balancing while the pod is told to stop, not before. Both together
    // stay below the 30 s after which it is killed.
    platform.shutdown_delay = seconds(5);
    platform.shutdown_limit = seconds(20);
    platform.startup_limit = minutes(30);
    return platform;
}

Platform plain() {
    Platform platform{};
    platform.name = "a plain machine";
    platform.host = "127.0.0.1";
    platform.shutdown_limit = seconds(25);
    platform.startup_limit = minutes(30);
    return platform;
}

}  // namespace

Platform recognise(const Environment& environment) {
    for (const char* name : {"SPACE_ID", "SPACE_HOST"}) {
        if (is_set(environment, name)) {
            return space(environment, name);
        }
    }
    return is_set(environment, "KUBERNETES_SERVICE_HOST") ? kubernetes() : plain();
}

std::string where_to_set(const Platform& platform, std::string_view variable, bool secret) {
    switch (platform.kind) {
        case Platform::Kind::space:
            return fmt::format("in the Space: Settings, Variables and secrets, New {}, {}",
                               secret ? "secret" : "variable", variable);
        case Platform::Kind::kubernetes:
            return secret
                       ? fmt::format(
                             "in the Deployment: spec.template.spec.containers[].env, {}, with "
                             "valueFrom.secretKeyRef",
                             variable)
                       : fmt::format("in the Deployment: spec.template.spec.containers[].env, {}", variable);
        default:
            return fmt::format("in the environment of the program: {}=...", variable);
    }
}

}  // namespace chat
