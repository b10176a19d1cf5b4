#include "models/table_schema.hpp"

#include "models/column_schema.hpp"
#include "models/naming.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace schemist {
namespace {

class TableWriter {
  public:
    TableWriter(const TableDefinition& definition, DialectName dialect)
        : definition_(definition), dialect_(dialect) {}

    TableStructure write(std::vector<EnumType>& enum_types) {
        table_.name = table_name(definition_, dialect_);
        table_.comment = sqlite() ? std::string() : definition_.comment;
        take_given_names();
        for (const ColumnDefinition& column : definition_.columns) {
            if (!column.ignored) {
                table_.columns.push_back(column_schema(definition_, column, dialect_));
                add_enum_type(column, enum_types);
            }
        }
        write_primary_key();
        write_unique_constraints();
        write_foreign_keys();
        write_checks();
        if (!sqlite()) {
            write_exclusions();
        }
        write_indexes();
        return std::move(table_);
    }

  private:
    bool sqlite() const { return dialect_ == DialectName::sqlite; }

    // Names that were given come first, so that a chosen one never collides with them.
    void take_given_names() {
        std::vector<std::string> given;
        if (definition_.primary_key) {
            given.push_back(definition_.primary_key->name);
        }
        for (const auto& unique : definition_.unique_constraints) {
            given.push_back(unique.name);
        }
        for (const auto& key : definition_.foreign_keys) {
            given.push_back(key.name);
        }
        for (const auto& check : definition_.checks) {
            given.push_back(check.name);
        }
        for (const auto& exclusion : definition_.exclusions) {
            given.push_back(exclusion.name);
        }
        for (const auto& index : definition_.indexes) {
            given.push_back(index.name);
        }
        for (const auto& column : definition_.columns) {
            given.push_back(column.check_length ? column.check_length->name : "");
            given.push_back(column.check_range ? column.check_range->name : "");
        }
        for (std::string& name : given) {
            take_given_name(std::move(name));
        }
    }

    void take_given_name(std::string name) {
        if (name.empty()) {
            return;
        }
        if (name.size() > longest_name) {
            fail(fmt::format("the name {} is longer than {} bytes", name, longest_name), "shorten it");
        }
        if (!names_.insert(name).second) {
            fail(fmt::format("two constraints or indexes of {} are called {}", definition_.name, name),
                 "rename one");
        }
    }

    [[noreturn]] void fail(std::string what, std::string hint) const {
        throw Error(std::move(what))
            .at(definition_.struct_name)
            .hint(std::move(hint))
            .exit_code(ExitCode::configuration);
    }

    std::vector<std::string> column_names(const ColumnIndexes& indexes) const {
        std::vector<std::string> names;
        for (const std::size_t index : indexes) {
            names.push_back(definition_.columns[index].name);
        }
        return names;
    }

    std::string name_or(const std::string& given, const std::vector<std::string>& columns,
                        std::string_view suffix) {
        return given.empty() ? constraint_name(definition_.name, columns, suffix, names_) : given;
    }

    Deferral deferral(Checked checked) const {
        return checked == Checked::at_once    ? Deferral::not_deferrable
               : checked == Checked::deferred ? Deferral::initially_deferred
                                              : Deferral::initially_immediate;
    }

    void add_enum_type(const ColumnDefinition& column, std::vector<EnumType>& enum_types) const {
        const std::optional<EnumType> type = enum_type_of(column, dialect_);
        if (!type) {
            return;
        }
        const auto found = std::ranges::find(enum_types, type->name, &EnumType::name);
        if (found == enum_types.end()) {
            enum_types.push_back(*type);
        } else if (found->values != type->values) {
            fail(fmt::format("two enums would share the type {}", type->name.name),
                 "name one with enum_type(\"...\") at its column");
        }
    }

    void write_primary_key() {
        if (!definition_.primary_key) {
            return;
        }
        const PrimaryKeyDefinition& key = *definition_.primary_key;
        PrimaryKey& result = table_.primary_key.emplace();
        result.name = name_or(key.name, {}, "pkey");
        result.columns = column_names(key.columns);
        result.deferral = sqlite() ? Deferral::not_deferrable : deferral(key.checked);
        result.autoincrement = sqlite() && key.autoincrement;
    }

    void write_unique_constraints() {
        for (const UniqueDefinition& unique : definition_.unique_constraints) {
            UniqueConstraint& result = table_.unique_constraints.emplace_back();
            result.columns = column_names(unique.columns);
            result.name = name_or(unique.name, result.columns, "key");
            if (!sqlite()) {
                result.include = column_names(unique.include);
                result.nulls_not_distinct = unique.nulls_not_distinct;
                result.deferral = deferral(unique.checked);
            }
        }
    }

    void write_foreign_keys() {
        for (const ForeignKeyDefinition& key : definition_.foreign_keys) {
            const TableDefinition& referenced = key.referenced();
            ForeignKey& result = table_.foreign_keys.emplace_back();
            result.columns = column_names(key.columns);
            result.name = name_or(key.name, result.columns, "fkey");
            result.referenced_table = table_name(referenced, dialect_);
            for (const std::ptrdiff_t offset : key.referenced_offsets) {
                result.referenced_columns.push_back(referenced.columns[referenced.column_at(offset)].name);
            }
            result.on_delete = static_cast<ForeignKeyAction>(key.on_delete);
            result.on_update = static_cast<ForeignKeyAction>(key.on_update);
            result.match = key.match_full ? ForeignKeyMatch::full : ForeignKeyMatch::simple;
            result.deferral = deferral(key.checked);
            result.not_valid = key.not_valid && !sqlite();
        }
    }

    void write_checks() {
        for (const ColumnDefinition& column : definition_.columns) {
            if (column.ignored) {
                continue;
            }
            for (const ColumnCheck& check : column_checks(column, dialect_)) {
                CheckConstraint& result = table_.checks.emplace_back();
                result.name = name_or(check.name, {column.name}, "check");
                result.expression = check.expression;
            }
        }
        for (const CheckDefinition& check : definition_.checks) {
            if (!check.expression.of(dialect_).empty()) {
                CheckConstraint& result = table_.checks.emplace_back();
                result.name =
                    check.name.empty() ? constraint_name(definition_.name, {}, "check", names_) : check.name;
                result.expression = check.expression.of(dialect_);
            }
        }
    }

    IndexElement element(const IndexKeyDefinition& key) const {
        IndexElement result;
        if (key.expression.empty()) {
            result.column = definition_.columns[key.column].name;
        } else {
            result.expression = key.expression.of(dialect_);
        }
        result.collation = key.collation;
        result.descending = key.descending;
        if (!sqlite()) {
            result.operator_class = key.operator_class;
            result.nulls_first = key.nulls_first;
        }
        return result;
    }

    std::vector<std::string> key_names(const std::vector<IndexKeyDefinition>& keys) const {
        std::vector<std::string> names;
        for (const IndexKeyDefinition& key : keys) {
            names.push_back(key.expression.empty() ? definition_.columns[key.column].name : "expr");
        }
        return names;
    }

    void write_exclusions() {
        for (const ExclusionDefinition& exclusion : definition_.exclusions) {
            ExclusionConstraint& result = table_.exclusions.emplace_back();
            result.name = name_or(exclusion.name, key_names(exclusion.keys), "excl");
            result.method = exclusion.method;
            for (const IndexKeyDefinition& key : exclusion.keys) {
                result.elements.push_back({element(key), key.exclusion_operator});
            }
            result.predicate = exclusion.predicate;
            result.deferral = deferral(exclusion.checked);
        }
    }

    bool exists_here(const IndexDefinition& index) const {
        const bool plain_method = index.method.empty() || index.method == "btree";
        return (plain_method || !sqlite()) && std::ranges::none_of(index.keys, [this](const auto& key) {
                   return !key.expression.empty() && key.expression.of(dialect_).empty();
               });
    }

    void write_indexes() {
        for (const IndexDefinition& index : definition_.indexes) {
            if (!exists_here(index)) {
                continue;
            }
            Index& result = table_.indexes.emplace_back();
            result.name =
                index.name.empty() ? index_name(definition_.name, key_names(index.keys), names_) : index.name;
            result.unique = index.unique;
            for (const IndexKeyDefinition& key : index.keys) {
                result.elements.push_back(element(key));
            }
            result.predicate = index.predicate.of(dialect_);
            if (!sqlite()) {
                result.method = index.method;
                result.nulls_not_distinct = index.nulls_not_distinct;
                result.include = column_names(index.include);
                result.storage = {index.storage.begin(), index.storage.end()};
                result.comment = index.comment;
            }
        }
    }

    const TableDefinition& definition_;
    DialectName dialect_;
    TableStructure table_;
    std::set<std::string> names_;
};

}  // namespace

Name table_name(const TableDefinition& table, DialectName dialect) {
    if (dialect == DialectName::sqlite) {
        return {"", table.name};
    }
    return {table.schema.empty() ? "public" : table.schema, table.name};
}

TableStructure table_schema(const TableDefinition& definition, DialectName dialect,
                            std::vector<EnumType>& enum_types) {
    return TableWriter(definition, dialect).write(enum_types);
}

}  // namespace schemist
