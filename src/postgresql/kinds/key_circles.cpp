#include "postgresql/kinds/key_circles.hpp"

#include <map>
#include <vector>

namespace schemist::postgresql {
namespace {

// Takes away, again and again, the tables that refer to none of the others that are left. Where there is no such table,
// the first one's keys to the others come apart.
void find_circles(const std::vector<const TableStructure*>& tables, KeysInCircles& apart) {
    std::map<Name, const TableStructure*> left;
    std::map<Name, std::size_t> open;
    std::map<Name, std::vector<Name>> referrers;
    for (const TableStructure* table : tables) {
        left.emplace(table->name, table);
    }
    for (const TableStructure* table : tables) {
        open[table->name] = 0;
        for (const ForeignKey& key : table->foreign_keys) {
            if (key.referenced_table != table->name && left.contains(key.referenced_table)) {
                ++open[table->name];
                referrers[key.referenced_table].push_back(table->name);
            }
        }
    }
    std::set<Name> ready;
    for (const auto& [name, count] : open) {
        if (count == 0) {
            ready.insert(name);
        }
    }
    while (!left.empty()) {
        if (ready.empty()) {
            const TableStructure& table = *left.begin()->second;
            for (const ForeignKey& key : table.foreign_keys) {
                if (key.referenced_table != table.name && left.contains(key.referenced_table)) {
                    apart.insert({table.name, key.name});
                }
            }
            ready.insert(table.name);
        }
        const Name name = *ready.begin();
        ready.erase(ready.begin());
        left.erase(name);
        for (const Name& referrer : referrers[name]) {
            if (--open[referrer] == 0 && left.contains(referrer)) {
                ready.insert(referrer);
            }
        }
    }
}

}  // namespace

KeysInCircles keys_in_circles(const Changes& changes) {
    std::vector<const TableStructure*> created;
    std::vector<const TableStructure*> dropped;
    for (const Change& change : changes) {
        if (change.object.kind == Kind::table && change.action == Action::create) {
            created.push_back(std::get_if<TableStructure>(&change.after));
        } else if (change.object.kind == Kind::table && change.action == Action::drop) {
            dropped.push_back(std::get_if<TableStructure>(&change.before));
        }
    }
    KeysInCircles apart;
    find_circles(created, apart);
    find_circles(dropped, apart);
    return apart;
}

}  // namespace schemist::postgresql
