#pragma once
// What one kind of object contributes: how it is read from the catalogues, and how its changes are written as SQL.

#include "postgresql/kinds/differences.hpp"
#include "postgresql/result.hpp"
#include "schema/dialect.hpp"
#include "schema/object.hpp"
#include "schema/selection.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace schemist::postgresql {

using Oid = std::uint32_t;

// The server's catalogues have the same numbers in every database of every version.
namespace catalogue {
inline constexpr Oid types = 1247;
inline constexpr Oid functions = 1255;
inline constexpr Oid relations = 1259;
inline constexpr Oid foreign_servers = 1417;
inline constexpr Oid user_mappings = 1418;
inline constexpr Oid foreign_data_wrappers = 2328;
inline constexpr Oid access_methods = 2601;
inline constexpr Oid defaults = 2604;
inline constexpr Oid casts = 2605;
inline constexpr Oid constraints = 2606;
inline constexpr Oid conversions = 2607;
inline constexpr Oid languages = 2612;
inline constexpr Oid namespaces = 2615;
inline constexpr Oid operator_classes = 2616;
inline constexpr Oid operators = 2617;
inline constexpr Oid rules = 2618;
inline constexpr Oid triggers = 2620;
inline constexpr Oid operator_families = 2753;
inline constexpr Oid extensions = 3079;
inline constexpr Oid policies = 3256;
inline constexpr Oid statistics = 3381;
inline constexpr Oid collations = 3456;
inline constexpr Oid event_triggers = 3466;
inline constexpr Oid transforms = 3576;
inline constexpr Oid text_search_dictionaries = 3600;
inline constexpr Oid text_search_parsers = 3601;
inline constexpr Oid text_search_configurations = 3602;
inline constexpr Oid text_search_templates = 3764;
inline constexpr Oid subscriptions = 6100;
inline constexpr Oid publications = 6104;
inline constexpr Oid publication_relations = 6106;
}  // namespace catalogue

// What the readers know of each other while a schema is read.
struct Reading {
    struct TableInfo {
        std::size_t position;                   // in schema.tables
        std::vector<std::string> column_names;  // by attnum; dropped ones are empty
        std::vector<Oid> collations;            // by attnum
        std::vector<std::size_t> positions;     // by attnum, in the table's columns
    };
    struct OperatorClass {
        std::string name;  // as written in SQL
        bool is_default;
    };

    struct Type {
        Oid collation = 0;
        char storage = 'x';
    };
    struct UnreadTable {
        Name name;
        std::vector<std::string> column_names;  // by attnum
    };

    Schema schema;
    std::unordered_map<Oid, TableInfo> tables;
    std::unordered_map<Oid, TableInfo> materialized_views;  // with positions in their own list
    std::unordered_map<Oid, UnreadTable> unread_tables;     // that foreign keys refer to
    std::unordered_map<Oid, Type> types;                    // those that are not like most
    std::unordered_map<Oid, OperatorClass> operator_classes;
    std::unordered_map<Oid, std::string> collations;  // as written in SQL
    // The sequences of identity columns, and their columns: a table and an attnum.
    std::unordered_map<Oid, std::pair<Oid, std::int64_t>> identity_sequences;

    // An object as the catalogues call it, and where it stands in its list of the schema.
    struct CatalogueId {
        Oid catalogue;
        Oid object;

        bool operator==(const CatalogueId&) const = default;
    };
    struct HashOfId {
        std::size_t operator()(const CatalogueId& id) const {
            return std::hash<std::uint64_t>{}((std::uint64_t{id.catalogue} << 32U) | id.object);
        }
    };
    struct Located {
        Reference reference;
        std::size_t position;
    };
    // All but tables and what stands in them.
    std::unordered_map<CatalogueId, Located, HashOfId> objects;
    // What stands in one of them and has no comment or privileges of its own to be read: whom it belongs to.
    std::unordered_map<CatalogueId, Reference, HashOfId> parts;

    std::unordered_set<CatalogueId, HashOfId> hidden;  // by one of the server's own that is called so

    bool is_hidden(const CatalogueId& id) const { return !hidden.empty() && hidden.contains(id); }

    template <class T>
    void add(std::vector<T>& list, T object, const std::vector<CatalogueId>& ids) {
        if constexpr (std::is_same_v<decltype(object.name), Name>) {
            object.name.hidden = std::ranges::any_of(ids, [&](const auto& id) { return is_hidden(id); });
        }
        const Reference reference = reference_of(object);
        for (const CatalogueId& id : ids) {
            objects.insert_or_assign(id, Located{reference, list.size()});
        }
        list.push_back(std::move(object));
    }
    const Located* located(const CatalogueId& id) const {
        const auto found = objects.find(id);
        return found == objects.end() ? nullptr : &found->second;
    }
    // Calls `visit` with the object, the identity whose sequence it is, or the column of a table when `number` is not 0.
    template <class Visitor>
    void visit(const CatalogueId& id, std::int64_t number, Visitor&& visit) {
        if (const Located* found = located(id)) {
            for_each_list(schema, [&](auto& list) {
                if (kind_of<ElementOf<decltype(list)>> == found->reference.kind) {
                    visit(list[found->position]);
                }
            });
        } else if (Column* found_column = id.catalogue == catalogue::relations && number > 0
                                              ? column(id.object, number)
                                              : nullptr) {
            visit(*found_column);
        } else if (TableStructure* found_table =
                       id.catalogue == catalogue::relations && number == 0 ? table(id.object) : nullptr) {
            visit(*found_table);
        } else if (const auto sequence = identity_sequences.find(id.object);
                   id.catalogue == catalogue::relations && sequence != identity_sequences.end()) {
            visit(*column(sequence->second.first, sequence->second.second)->identity);
        }
    }

    // Nothing when the table is not one that is read.
    const TableInfo* info(Oid table) const {
        const auto found = tables.find(table);
        return found == tables.end() ? nullptr : &found->second;
    }
    Type type(Oid oid) const {
        const auto found = types.find(oid);
        return found == types.end() ? Type{} : found->second;
    }
    // Nothing when its table is not read.
    Column* column(Oid table, std::int64_t number) {
        const TableInfo* found = info(table);
        return found == nullptr ? nullptr
                                : &schema.tables[found->position].columns.at(
                                      found->positions.at(static_cast<std::size_t>(number)));
    }
    TableStructure* table(Oid oid) {
        const auto found = tables.find(oid);
        return found == tables.end() ? nullptr : &schema.tables[found->second.position];
    }
};

// What a catalogue query depends on.
struct Scope {
    int server_version;
    bool superuser;
    Name journal;
    Selection selection;
};

// One query for all objects of a kind at once, and what becomes of its rows.
struct Reader {
    std::string (*query)(const Scope&);
    void (*read)(const Result&, Reading&);
};

using Actions = std::vector<DdlAction>;

struct KindOfObject {
    Kind kind;
    std::vector<Reader> readers;
    // Appends the actions of one change.
    void (*write)(const Change&, const Differences&, Actions&);
    // Whether the server cannot alter the one into the other, so that `write` is given a drop and a create instead;
    // nullptr: `write` sees to it.
    bool (*is_replaced)(const Object& before, const Object& after) = nullptr;
    // Those that its readers look something up in.
    std::vector<Kind> reads_after{};
};

const KindOfObject& kind_of_object(Kind kind);

// Every kind, in the order in which they are read: what a reader looks up is read before it.
const std::vector<KindOfObject>& kinds();

// Conditions that the catalogue queries share. The first is for any oid, the second for a pg_namespace called n, the third
// for an object.
std::string is_of_users(std::string_view oid);
std::string is_user_namespace();
std::string is_no_extension_member(std::string_view catalogue, std::string_view oid);
// Joins the comment of an object as d.description.
std::string join_comment(std::string_view catalogue, std::string_view oid,
                         std::string_view column_number = "0");
// pg_class c with pg_namespace n: the tables that are read.
std::string is_read_table(const Scope& scope);

}  // namespace schemist::postgresql
