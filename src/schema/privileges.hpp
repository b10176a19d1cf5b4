#pragma once
// Who may do what with an object: a facet that many kinds share.

#include <algorithm>
#include <string>
#include <vector>

namespace schemist {

// The role that owns an object, as written in SQL; empty: whoever looks, or nobody asked for owners.
using Owner = std::string;

struct Grant {
    std::string grantee;    // as written in SQL; CURRENT_USER stands for the owner, whoever that is
    std::string privilege;  // "SELECT", "EXECUTE", ...
    bool grantable = false;

    bool operator==(const Grant&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("grantee", &Grant::grantee);
        visit("privilege", &Grant::privilege);
        visit("grantable", &Grant::grantable);
    }
};

// How the privileges differ from what the database gives when an object of the kind is made. The order is kept because
// the database keeps it and pg_dump shows it; it is no difference between two objects.
struct Privileges {
    std::vector<Grant> granted;
    std::vector<Grant> revoked;  // of those that owner and PUBLIC have by themselves

    bool empty() const { return granted.empty() && revoked.empty(); }

    bool operator==(const Privileges& other) const {
        return std::ranges::is_permutation(granted, other.granted) &&
               std::ranges::is_permutation(revoked, other.revoked);
    }

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("granted", &Privileges::granted);
        visit("revoked", &Privileges::revoked);
    }
};

}  // namespace schemist
