#pragma once
// The kind `table`, with the parts that belong to it.

#include "schema/column.hpp"
#include "schema/constraint.hpp"
#include "schema/index.hpp"
#include "schema/name.hpp"

#include <optional>
#include <string>
#include <vector>

namespace schemist {

struct Table {
    Name name;
    std::vector<Column> columns;
    std::optional<PrimaryKey> primary_key;
    std::vector<UniqueConstraint> unique_constraints;
    std::vector<CheckConstraint> checks;
    std::vector<ExclusionConstraint> exclusions;
    std::vector<ForeignKey> foreign_keys;
    std::vector<Index> indexes;  // without those that implement a constraint
    bool unlogged = false;
    StorageParameters storage;
    std::string tablespace;
    std::string comment;
    // SQLite only:
    bool strict = false;
    bool without_rowid = false;
    std::string virtual_definition;  // the whole CREATE VIRTUAL TABLE statement; all else is empty then

    bool operator==(const Table&) const = default;

    const Column* find_column(std::string_view column) const {
        for (const Column& candidate : columns) {
            if (candidate.name == column) {
                return &candidate;
            }
        }
        return nullptr;
    }

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Table::name);
        visit("columns", &Table::columns);
        visit("primary_key", &Table::primary_key);
        visit("unique_constraints", &Table::unique_constraints);
        visit("checks", &Table::checks);
        visit("exclusions", &Table::exclusions);
        visit("foreign_keys", &Table::foreign_keys);
        visit("indexes", &Table::indexes);
        visit("unlogged", &Table::unlogged);
        visit("storage", &Table::storage);
        visit("tablespace", &Table::tablespace);
        visit("comment", &Table::comment);
        visit("strict", &Table::strict);
        visit("without_rowid", &Table::without_rowid);
        visit("virtual_definition", &Table::virtual_definition);
    }
};

}  // namespace schemist
