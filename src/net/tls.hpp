#pragma once
// Which servers' certificates are believed.

#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace schemist::net {

// For clients that verify. `authorities` is a file of certificates; empty: those of the system. The caller owns it. Throws
// TunnelFailure.
ssl_ctx_st* new_tls_context(const std::string& authorities);

// The certificate must be for this host, a name or an address. False: OpenSSL cannot look for it, so that any would do.
[[nodiscard]] bool expect_host(ssl_st* tls, const std::string& host);

// Why the certificate is not believed; empty when it is.
std::string verify_failure(ssl_st* tls);

}  // namespace schemist::net
