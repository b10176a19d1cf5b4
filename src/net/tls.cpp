#include "net/tls.hpp"

#include "net/tunnel.hpp"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace schemist::net {
namespace {

std::string last_error() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason == nullptr ? "unknown error" : reason;
}

// OpenSSL looks the system's authorities up one by one in a folder, by the hash of their names, which costs next to
// nothing. A container may have only the file with all of them.
void trust_system(SSL_CTX* context) {
    constexpr const char* bundle = "/etc/ssl/certs/ca-certificates.crt";
    SSL_CTX_set_default_verify_paths(context);
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(X509_get_default_cert_dir(), ignored)) {
        if (entry.path().extension() == ".0") {
            return;
        }
    }
    if (std::filesystem::exists(bundle, ignored)) {
        SSL_CTX_load_verify_locations(context, bundle, nullptr);
    }
}

}  // namespace

ssl_ctx_st* new_tls_context(const std::string& authorities) {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                              &SSL_CTX_free);
    if (!context) {
        throw TunnelFailure("TLS cannot be used: " + last_error());
    }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (authorities.empty()) {
        trust_system(context.get());
    } else if (SSL_CTX_load_verify_locations(context.get(), authorities.c_str(), nullptr) != 1) {
        throw TunnelFailure(
            fmt::format("root certificate file \"{}\" cannot be read: {}", authorities, last_error()));
    }
    return context.release();
}

bool expect_host(ssl_st* tls, const std::string& host) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1) {
        return true;
    }
    ERR_clear_error();
    SSL_set_tlsext_host_name(tls, host.c_str());
    return SSL_set1_host(tls, host.c_str()) == 1;
}

std::string verify_failure(ssl_st* tls) {
    const long result = SSL_get_verify_result(tls);
    return result == X509_V_OK
               ? std::string{}
               : fmt::format("certificate verify failed: {}", X509_verify_cert_error_string(result));
}

}  // namespace schemist::net
