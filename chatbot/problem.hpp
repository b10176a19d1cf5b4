// What a client is told when its request was not carried out.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace chat {

// The status codes, used in the same way everywhere:
//   400  the request cannot be understood: no body, not JSON, a field is missing or has the wrong type, text
//        that is no UTF-8 or has a NUL character
//   401  the token that the request needs is missing or not valid
//   403  the request names another user than its token
//   404  there is no such thing, or it is someone else's (which of the two is not told)
//   405  the path is there, but not for this method
//   409  a request with the same idempotency key is being answered
//   413  the body is larger than any valid request
//   422  understood, but a value is not allowed: too long, out of range, an unknown role, an idempotency key that was
//        used for another request
//   429  this client has sent too many requests
//   502  the chat endpoint failed; nothing was stored
//   503  the service is starting or overloaded, or the database cannot take the request now; nothing was stored
struct Problem {
    int status = 500;
    std::string field;  // the field of the request it is about; empty when it is about none
    std::string message;

    bool operator==(const Problem&) const = default;
};

// What was asked for, or why there is none.
template <class T>
class Result {
  public:
    Result(T value) : content_(std::move(value)) {}
    Result(Problem problem) : content_(std::move(problem)) {}

    explicit operator bool() const { return std::holds_alternative<T>(content_); }
    const T& operator*() const { return std::get<T>(content_); }
    const T* operator->() const { return &std::get<T>(content_); }
    const Problem& problem() const { return std::get<Problem>(content_); }

  private:
    std::variant<T, Problem> content_;
};

}  // namespace chat
