// The kind `sequence`, and the options it shares with identity columns.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <limits>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT n.nspname, c.relname, c.relpersistence, o.refobjid, o.refobjsubid, o.deptype, "
           "d.description, "
           "s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, c.oid FROM "
           "pg_sequence s JOIN "
           "pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN "
           "pg_depend o ON "
           "o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0 AND o.refclassid = "
           "'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')" +
           join_comment("pg_class", "c.oid") + " WHERE " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_class", "c.oid");
}

std::string type_of(Oid oid) {
    constexpr Oid smallint = 21;
    constexpr Oid integer = 23;
    return oid == smallint ? "smallint" : oid == integer ? "integer" : "bigint";
}

SequenceOptions read_options(const Result& rows, std::size_t row, std::size_t first) {
    return {type_of(rows.oid(row, first)), rows.integer(row, first + 1), rows.integer(row, first + 2),
            rows.integer(row, first + 3),  rows.integer(row, first + 4), rows.integer(row, first + 5),
            rows.boolean(row, first + 6)};
}

// Since PostgreSQL 17 a partition's columns are identities by the sequence of their parent, which they cannot have by themselves.
void leave_identities_to_parents(Schema& schema) {
    for (TableStructure& table : schema.tables) {
        for (Column& column : table.columns) {
            if (column.identity && column.identity->sequence_name.empty()) {
                column.identity.reset();
            }
        }
    }
}

// One that implements an identity is a part of its column.
void read(const Result& rows, Reading& reading) {
    constexpr std::size_t options = 7;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::optional<ColumnName> owner;
        if (!rows.is_null(row, 3)) {
            const Reading::TableInfo* info = reading.info(rows.oid(row, 3));
            if (info == nullptr) {
                continue;  // it goes with a table that is not read
            }
            TableStructure& table = reading.schema.tables[info->position];
            Column& column =
                table.columns.at(info->positions.at(static_cast<std::size_t>(rows.integer(row, 4))));
            if (rows.letter(row, 5) == 'i') {
                column.identity->sequence_name = rows.string(row, 1);
                column.identity->options = read_options(rows, row, options);
                column.identity->comment = rows.string(row, 6);
                reading.identity_sequences.emplace(rows.oid(row, options + 7),
                                                   std::pair{rows.oid(row, 3), rows.integer(row, 4)});
                continue;
            }
            owner = ColumnName{table.name, column.name};
        }
        Sequence sequence;
        sequence.name = {rows.string(row, 0), rows.string(row, 1)};
        sequence.options = read_options(rows, row, options);
        sequence.owned_by = std::move(owner);
        sequence.unlogged = rows.letter(row, 2) == 'u';
        sequence.comment = rows.string(row, 6);
        reading.add(reading.schema.sequences, std::move(sequence),
                    {{catalogue::relations, rows.oid(row, options + 7)}});
    }
    leave_identities_to_parents(reading.schema);
}

std::int64_t largest(std::string_view type) {
    if (type == "smallint") {
        return std::numeric_limits<std::int16_t>::max();
    }
    return type == "integer" ? std::numeric_limits<std::int32_t>::max()
                             : std::numeric_limits<std::int64_t>::max();
}

std::string owner(const Sequence& sequence) {
    return sequence.owned_by
               ? qualified(sequence.owned_by->table) + "." + quote_identifier(sequence.owned_by->column)
               : "NONE";
}

// After the table, which may use the sequence in a default, is there.
DdlAction set_owner(const Sequence& sequence, const Differences& differences) {
    DdlAction action;
    const TableStructure* table =
        sequence.owned_by ? differences.to().find_table(sequence.owned_by->table) : nullptr;
    if (table != nullptr) {
        write_owner("SEQUENCE " + qualified(sequence.name), {}, table->owner, action.statements);
    }
    action.statements.push_back(
        fmt::format("ALTER SEQUENCE {} OWNED BY {}", qualified(sequence.name), owner(sequence)));
    action.needs.push_back({Kind::sequence, sequence.name, {}});
    if (sequence.owned_by) {
        action.needs.push_back(part(Kind::column, sequence.owned_by->table, sequence.owned_by->column));
        action.needs.push_back({Kind::table, sequence.owned_by->table, {}});
        append(action.needs, differences.changed_persistence(sequence.owned_by->table));
    }
    return action;
}

// Or it would go with a column that is dropped.
DdlAction leave_owner(const Sequence& before, const Differences& differences) {
    Sequence free = before;
    free.owned_by.reset();
    DdlAction action = set_owner(free, differences);
    action.frees.push_back(part(Kind::column, before.owned_by->table, before.owned_by->column));
    action.frees.push_back({Kind::table, before.owned_by->table, {}});
    append(action.drops, differences.changed_persistence(before.owned_by->table));
    return action;
}

void create(const Sequence& sequence, const Reference& object, const Differences& differences,
            Actions& actions) {
    DdlAction action;
    const std::string options = sequence_options(sequence.options, "bigint");
    const std::string type = sequence.options.type.empty() || sequence.options.type == "bigint"
                                 ? ""
                                 : " AS " + sequence.options.type;
    action.statements.push_back(fmt::format("CREATE {}SEQUENCE {}{}{}{}",
                                            sequence.unlogged ? "UNLOGGED " : "", qualified(sequence.name),
                                            type, options.empty() ? "" : " ", options));
    if (!sequence.comment.empty()) {
        action.statements.push_back(comment_on("SEQUENCE " + qualified(sequence.name), sequence.comment));
    }
    change_privileges(differences.given_by_default(Kind::sequence, sequence.name), sequence.privileges,
                      "SEQUENCE " + qualified(sequence.name), {}, action.statements);
    write_owner("SEQUENCE " + qualified(sequence.name), {}, sequence.owner, action.statements);
    action.creates.push_back(object);
    add_schema(action.needs, sequence.name);
    actions.push_back(std::move(action));
    if (sequence.owned_by) {
        actions.push_back(set_owner(sequence, differences));
    }
}

bool goes_with_its_column(const Sequence& sequence, const Differences& differences) {
    return sequence.owned_by &&
           (differences.is_dropped({Kind::table, sequence.owned_by->table, {}}) ||
            differences.is_dropped(part(Kind::column, sequence.owned_by->table, sequence.owned_by->column)));
}

void drop(const Sequence& sequence, const Reference& object, const Differences& differences,
          Actions& actions) {
    if (goes_with_its_column(sequence, differences)) {
        actions.push_back(leave_owner(sequence, differences));
    }
    DdlAction action;
    action.statements.push_back("DROP SEQUENCE " + qualified(sequence.name));
    action.drops.push_back(object);
    action.losses = {{object, "its position"}};
    add_schema(action.frees, sequence.name);
    actions.push_back(std::move(action));
}

std::string altered_options(SequenceOptions before, const SequenceOptions& after) {
    std::string text;
    if (!after.type.empty() && before.type != after.type) {
        text += " AS " + after.type;
        before = with_type(std::move(before), after.type);
    }
    const auto add = [&](std::string_view word, const auto& old_value, const auto& new_value) {
        if (new_value && old_value != new_value) {
            text += fmt::format(" {} {}", word, *new_value);
        }
    };
    add("INCREMENT BY", before.increment, after.increment);
    add("MINVALUE", before.minimum, after.minimum);
    add("MAXVALUE", before.maximum, after.maximum);
    add("START WITH", before.start, after.start);
    add("CACHE", before.cache, after.cache);
    if (before.cycle != after.cycle) {
        text += after.cycle ? " CYCLE" : " NO CYCLE";
    }
    if (turns_round(before, after)) {
        text += " RESTART";
    }
    return text;
}

void alter(const Sequence& before, const Sequence& after, const Reference& object,
           const Differences& differences, Actions& actions) {
    DdlAction action;
    const std::string alter_sequence = "ALTER SEQUENCE " + qualified(after.name);
    if (const std::string options = altered_options(before.options, after.options); !options.empty()) {
        action.statements.push_back(alter_sequence + options);
    }
    if (before.unlogged != after.unlogged) {
        action.statements.push_back(alter_sequence + (after.unlogged ? " SET UNLOGGED" : " SET LOGGED"));
    }
    if (before.comment != after.comment) {
        action.statements.push_back(comment_on("SEQUENCE " + qualified(after.name), after.comment));
    }
    change_privileges(before.privileges, after.privileges, "SEQUENCE " + qualified(after.name), {},
                      action.statements, before.owner);
    // Whoever owns the table of a sequence owns the sequence.
    if (!before.owned_by && !after.owned_by) {
        write_owner("SEQUENCE " + qualified(after.name), before.owner, after.owner, action.statements);
    }
    if (!action.statements.empty()) {
        action.needs.push_back(object);
        if (before.owned_by) {
            append(action.needs, differences.changed_persistence(before.owned_by->table));
        }
        actions.push_back(std::move(action));
    }
    if (before.owned_by == after.owned_by) {
        return;
    }
    // The table that it leaves may go, or would set it logged or unlogged with itself.
    const bool leaves_first =
        before.owned_by && (goes_with_its_column(before, differences) ||
                            !differences.changed_persistence(before.owned_by->table).empty());
    if (!after.owned_by || leaves_first) {
        actions.push_back(leave_owner(before, differences));
    }
    if (after.owned_by) {
        actions.push_back(set_owner(after, differences));
    }
}

void rename(const Sequence& before, const Sequence& after, const Reference& object, Actions& actions) {
    DdlAction action;
    action.statements.push_back(fmt::format("ALTER SEQUENCE {} RENAME TO {}", qualified(before.name),
                                            quote_identifier(after.name.name)));
    action.drops.push_back(object);
    action.creates.push_back({Kind::sequence, after.name, {}});
    actions.push_back(std::move(action));
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Sequence* before = std::get_if<Sequence>(&change.before);
    const Sequence* after = std::get_if<Sequence>(&change.after);
    // The column's own change, or its table's, does what is needed.
    if ((before == nullptr && differences.is_made_by_column(*after)) ||
        (after == nullptr &&
         (differences.is_made_by_column(*before) ||
          (goes_with_its_column(*before, differences) && !differences.is_used_elsewhere(*before))))) {
        return;
    }
    switch (change.action) {
        case Action::create:
            create(*after, change.object, differences, actions);
            break;
        case Action::drop:
            drop(*before, change.object, differences, actions);
            break;
        case Action::rename:
            rename(*before, *after, change.object, actions);
            break;
        case Action::alter:
            alter(*before, *after, change.object, differences, actions);
            break;
    }
}

}  // namespace

SequenceOptions with_type(SequenceOptions options, const std::string& type) {
    if (options.maximum == largest(options.type)) {
        options.maximum = largest(type);
    }
    if (options.minimum == -largest(options.type) - 1) {
        options.minimum = -largest(type) - 1;
    }
    options.type = type;
    return options;
}

// Where it stood is out of the range that it counts down, or up, in from now on.
bool turns_round(const SequenceOptions& before, const SequenceOptions& after) {
    const bool start_is_out_of_range = before.start && ((after.minimum && *before.start < *after.minimum) ||
                                                        (after.maximum && *before.start > *after.maximum));
    return start_is_out_of_range || (before.increment.value_or(1) > 0) != (after.increment.value_or(1) > 0);
}

std::string sequence_options(const SequenceOptions& options, std::string_view default_type) {
    const std::string_view type = options.type.empty() ? default_type : std::string_view(options.type);
    const bool ascending = options.increment.value_or(1) > 0;
    const std::int64_t minimum = ascending ? 1 : -largest(type) - 1;
    const std::int64_t maximum = ascending ? largest(type) : -1;
    std::vector<std::string> parts;
    const auto add = [&](std::string_view word, const std::optional<std::int64_t>& value,
                         std::int64_t usual) {
        if (value && *value != usual) {
            parts.push_back(fmt::format("{} {}", word, *value));
        }
    };
    add("INCREMENT BY", options.increment, 1);
    add("MINVALUE", options.minimum, minimum);
    add("MAXVALUE", options.maximum, maximum);
    add("START WITH", options.start,
        ascending ? options.minimum.value_or(minimum) : options.maximum.value_or(maximum));
    add("CACHE", options.cache, 1);
    if (options.cycle) {
        parts.emplace_back("CYCLE");
    }
    return join(parts, " ");
}

KindOfObject sequence_kind() {
    return {Kind::sequence, {{query, read}}, write, nullptr, {Kind::table, Kind::column}};
}

}  // namespace schemist::postgresql
