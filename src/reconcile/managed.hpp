#pragma once
// Whose an object is: what revisions have made at one time or another is managed, all else is somebody else's.

#include "schema/schema.hpp"

#include <set>
#include <string>

namespace schemist {

class Managed {
  public:
    void add(const Schema& made);

    bool has_table(const Name& name) const { return tables_.contains(name); }

    // What of a live structure is managed: objects by their names, tables with all that is on them.
    Schema part_of(const Schema& live) const;

    // The live structure with another managed part.
    Schema with_part(const Schema& live, const Schema& part) const;

  private:
    std::set<std::string> namespaces_;
    std::set<Name> enum_types_;
    std::set<Name> sequences_;
    std::set<Name> tables_;
    std::set<Name> views_;
};

}  // namespace schemist
