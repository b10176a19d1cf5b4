#pragma once
// The kinds `foreign_data_wrapper`, `foreign_server` and `user_mapping`. Options that hold a secret are never read, and so
// never written, compared or taken away.

#include "schema/name.hpp"
#include "schema/privileges.hpp"
#include "schema/storage_parameters.hpp"

#include <string>

namespace schemist {

struct ForeignDataWrapper {
    std::string name;
    std::string handler;    // as written in SQL, without its parentheses; empty: none
    std::string validator;  // as the handler
    StorageParameters options;
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const ForeignDataWrapper&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &ForeignDataWrapper::name);
        visit("handler", &ForeignDataWrapper::handler);
        visit("validator", &ForeignDataWrapper::validator);
        visit("options", &ForeignDataWrapper::options);
        visit("comment", &ForeignDataWrapper::comment);
        visit("privileges", &ForeignDataWrapper::privileges);
        visit("owner", &ForeignDataWrapper::owner);
    }
};

struct ForeignServer {
    std::string name;
    std::string wrapper;
    std::string type;     // empty: none
    std::string version;  // empty: none
    StorageParameters options;
    std::string comment;
    Privileges privileges;
    Owner owner{};

    bool operator==(const ForeignServer&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &ForeignServer::name);
        visit("wrapper", &ForeignServer::wrapper);
        visit("type", &ForeignServer::type);
        visit("version", &ForeignServer::version);
        visit("options", &ForeignServer::options);
        visit("comment", &ForeignServer::comment);
        visit("privileges", &ForeignServer::privileges);
        visit("owner", &ForeignServer::owner);
    }
};

struct UserMapping {
    std::string name;  // of the two that follow, for people
    std::string role;  // as written in SQL; PUBLIC: everybody
    std::string server;
    StorageParameters options;

    bool operator==(const UserMapping&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &UserMapping::name);
        visit("role", &UserMapping::role);
        visit("server", &UserMapping::server);
        visit("options", &UserMapping::options);
    }
};

}  // namespace schemist
