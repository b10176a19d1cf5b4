// Bearer tokens that say who the user is: JSON Web Tokens, signed with HMAC-SHA256 (RFC 7519, RFC 7515).
#pragma once

#include "problem.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace chat {

using Seconds = std::chrono::sys_seconds;

// {"alg":"HS256","typ":"JWT"} . {"sub":"7","exp":...}
std::string make_token(std::int32_t user_id, Seconds expires, std::string_view secret);

// The user whom it names: the `sub`, a number from 1 to 2147483647. A problem with status 401 when it was not signed
// with the secret by HS256, when its `exp` is not after `now`, or its `nbf` is.
Result<std::int32_t> user_of_token(std::string_view token, std::string_view secret, Seconds now);

// What follows "Bearer " in an Authorization header; empty when it is another scheme.
std::string_view bearer_of(std::string_view authorization);

// Whether the Authorization header bears the token. The time that it takes tells nothing of the token but its length.
bool bears(std::string_view authorization, std::string_view token);

// Two texts, compared in a time that tells only their lengths.
bool same_secret(std::string_view left, std::string_view right);

// Hexadecimal digits: the SHA-256 of a text; 16 random bytes.
std::string sha256(std::string_view text);
std::string random_name();

}  // namespace chat
