#pragma once
// Whose an object is: what revisions have made at one time or another is managed, all else is somebody else's.

#include "schema/object.hpp"

#include <set>

namespace schemist {

class Managed {
  public:
    void add(const Schema& made);

    bool has_table(const Name& name) const { return made_.contains({Kind::table, name, {}}); }

    // What of a live structure is managed: objects by their names, tables with all that is on them.
    Schema part_of(const Schema& live) const;

    // The live structure with another managed part.
    Schema with_part(const Schema& live, const Schema& part) const;

  private:
    bool has_relation(const Name& name) const;

    std::set<Reference> made_;
};

}  // namespace schemist
