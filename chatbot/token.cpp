#include "token.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace chat {

namespace {

using Json = nlohmann::json;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encoded(std::string_view bytes) {
    std::string text;
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char byte : bytes) {
        pending = pending << 8U | static_cast<unsigned char>(byte);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text += alphabet[pending >> static_cast<unsigned>(bits) & 63U];
        }
    }
    if (bits > 0) {
        text += alphabet[pending << static_cast<unsigned>(6 - bits) & 63U];
    }
    return text;
}

// Nothing when it is not what encoded() writes: no padding, no other spelling of the same bytes.
std::optional<std::string> decoded(std::string_view text) {
    std::string bytes;
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char character : text) {
        const std::size_t value = alphabet.find(character);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        pending = pending << 6U | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(pending >> static_cast<unsigned>(bits) & 255U);
        }
    }
    return encoded(bytes) == text ? std::optional<std::string>(std::move(bytes)) : std::nullopt;
}

std::string signature_of(std::string_view text, std::string_view secret) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &length) == nullptr) {
        throw schemist::Error("OpenSSL cannot make an HMAC");
    }
    return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += fmt::format("{:02x}", bytes[i]);
    }
    return text;
}

Problem refused(std::string_view why) {
    return {401, "", fmt::format("the token {}", why)};
}

std::optional<Json> object_in(std::string_view part) {
    const auto text = decoded(part);
    if (!text) {
        return std::nullopt;
    }
    Json value = Json::parse(*text, nullptr, false);
    return value.is_object() ? std::optional<Json>(std::move(value)) : std::nullopt;
}

// Seconds since 1970, which RFC 7519 allows to have a fraction.
std::optional<double> moment(const Json& claims, const char* name) {
    const auto found = claims.find(name);
    return found != claims.end() && found->is_number() ? std::optional<double>(found->get<double>())
                                                       : std::nullopt;
}

std::optional<std::int32_t> subject(const Json& claims) {
    const auto found = claims.find("sub");
    if (found == claims.end() || !found->is_string()) {
        return std::nullopt;
    }
    const auto& text = found->get_ref<const std::string&>();
    std::int32_t user = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), user);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return whole && user >= 1 ? std::optional<std::int32_t>(user) : std::nullopt;
}

}  // namespace

std::string make_token(std::int32_t user_id, Seconds expires, std::string_view secret) {
    const std::string signed_part =
        encoded(R"({"alg":"HS256","typ":"JWT"})") + "." +
        encoded(fmt::format(R"({{"sub":"{}","exp":{}}})", user_id, expires.time_since_epoch().count()));
    return signed_part + "." + encoded(signature_of(signed_part, secret));
}

Result<std::int32_t> user_of_token(std::string_view token, std::string_view secret, Seconds now) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    if (first == std::string_view::npos || first == last || secret.empty()) {
        return refused("is no JSON Web Token");
    }
    // The signature comes before everything that the token says.
    const auto signature = decoded(token.substr(last + 1));
    if (!signature || !same_secret(*signature, signature_of(token.substr(0, last), secret))) {
        return refused("is not signed with this service's secret");
    }
    const auto header = object_in(token.substr(0, first));
    const auto claims = object_in(token.substr(first + 1, last - first - 1));
    if (!header || !claims || header->value("alg", Json()) != "HS256" || header->contains("crit")) {
        return refused("is not one of HS256");
    }
    const auto now_seconds = static_cast<double>(now.time_since_epoch().count());
    const auto expires = moment(*claims, "exp");
    if (!expires || *expires <= now_seconds) {
        return refused(expires ? "has expired" : "does not say when it expires");
    }
    if (claims->contains("nbf") && !(moment(*claims, "nbf").value_or(now_seconds + 1) <= now_seconds)) {
        return refused("is not valid yet");
    }
    const auto user = subject(*claims);
    return user ? Result<std::int32_t>(*user) : refused("names no user: its sub must be a number");
}

std::string_view bearer_of(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view start = authorization.substr(0, scheme.size());
    const bool bearer =
        std::equal(start.begin(), start.end(), scheme.begin(), scheme.end(),
                   [](unsigned char given, char wanted) { return std::tolower(given) == wanted; });
    return bearer ? authorization.substr(scheme.size()) : std::string_view();
}

bool bears(std::string_view authorization, std::string_view token) {
    return !token.empty() && same_secret(bearer_of(authorization), token);
}

bool same_secret(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string sha256(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
        throw schemist::Error("OpenSSL cannot make a SHA-256");
    }
    return hexadecimal(digest.data(), length);
}

std::string random_name() {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw schemist::Error("OpenSSL has no random numbers");
    }
    return hexadecimal(bytes.data(), bytes.size());
}

}  // namespace chat
