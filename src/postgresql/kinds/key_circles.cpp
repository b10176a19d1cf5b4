#include "postgresql/kinds/key_circles.hpp"

#include <map>
#include <vector>

namespace schemist::postgresql {
namespace {

// Takes away, again and again, the tables that refer to none of the others that are left. Where there is no such table,
// the keys of the first one that has any come apart.
class Circles {
  public:
    // A table that is dropped goes before the partitions, too, of those that it refers to.
    Circles(const std::vector<const TableStructure*>& tables, bool are_dropped, KeysInCircles& apart)
        : tables_(tables), are_dropped_(are_dropped), apart_(apart) {
        for (const TableStructure* table : tables) {
            left_.emplace(table->name, table);
            if (table->partition_of) {
                partitions_[table->partition_of->parent].push_back(table->name);
            }
        }
    }

    void find() {
        std::map<Name, std::set<Name>> referred;
        std::map<Name, std::vector<Name>> referrers;
        std::set<Name> ready;
        for (const TableStructure* table : tables_) {
            referred[table->name] = referred_by(*table);
            for (const Name& name : referred[table->name]) {
                referrers[name].push_back(table->name);
            }
            if (referred[table->name].empty()) {
                ready.insert(table->name);
            }
        }
        while (!left_.empty()) {
            if (ready.empty()) {
                const TableStructure* table = take_apart();
                if (table == nullptr) {
                    return;
                }
                referred[table->name] = referred_by(*table);
                if (referred[table->name].empty()) {
                    ready.insert(table->name);
                }
                continue;
            }
            const Name name = *ready.begin();
            ready.erase(ready.begin());
            left_.erase(name);
            for (const Name& referrer : referrers[name]) {
                if (referred[referrer].erase(name) != 0 && referred[referrer].empty()) {
                    ready.insert(referrer);
                }
            }
        }
    }

  private:
    void add_with_partitions(const Name& table, std::set<Name>& names) const {
        if (left_.contains(table)) {
            names.insert(table);
        }
        const auto found = are_dropped_ ? partitions_.find(table) : partitions_.end();
        if (found != partitions_.end()) {
            for (const Name& partition : found->second) {
                add_with_partitions(partition, names);
            }
        }
    }

    std::set<Name> referred_by(const TableStructure& table, const ForeignKey& key) const {
        std::set<Name> names;
        if (!apart_.contains({table.name, key.name})) {
            add_with_partitions(key.referenced_table, names);
            names.erase(table.name);
        }
        return names;
    }

    std::set<Name> referred_by(const TableStructure& table) const {
        std::set<Name> names;
        for (const ForeignKey& key : table.foreign_keys) {
            names.merge(referred_by(table, key));
        }
        if (table.partition_of && left_.contains(table.partition_of->parent)) {
            names.insert(table.partition_of->parent);
        }
        return names;
    }

    // Null when none has a key left that keeps it back.
    const TableStructure* take_apart() {
        for (const auto& [name, table] : left_) {
            const std::size_t before = apart_.size();
            for (const ForeignKey& key : table->foreign_keys) {
                if (!referred_by(*table, key).empty()) {
                    apart_.insert({name, key.name});
                }
            }
            if (apart_.size() != before) {
                return table;
            }
        }
        return nullptr;
    }

    const std::vector<const TableStructure*>& tables_;
    bool are_dropped_;
    KeysInCircles& apart_;
    std::map<Name, const TableStructure*> left_;
    std::map<Name, std::vector<Name>> partitions_;
};

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
    Circles(created, false, apart).find();
    Circles(dropped, true, apart).find();
    return apart;
}

}  // namespace schemist::postgresql
