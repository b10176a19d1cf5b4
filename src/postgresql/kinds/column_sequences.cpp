// Which sequence is whose: what Differences knows of `serial` and identity columns.
#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/differences.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

const Sequence* owned_sequence(const std::map<std::pair<Name, std::string>, const Sequence*>& owned,
                               const Name& table, const std::string& column) {
    const auto found = owned.find({table, column});
    return found == owned.end() ? nullptr : found->second;
}

SequenceOptions serial_options(const std::string& type) {
    SequenceOptions options{type, 1, 1, 1, {}, 1, false};
    return options;
}

bool is_serial_type(std::string_view type) {
    return type == "smallint" || type == "integer" || type == "bigint";
}

Name identity_sequence(const Name& table, const Column& column) {
    const std::string& name = column.identity->sequence_name;
    return {table.schema, name.empty() ? generated_name(table.name, column.name, "seq") : name};
}

}  // namespace

std::vector<std::string> set_type_of_identity(const Name& table, const Column& column,
                                              std::string_view type_until_now) {
    const SequenceOptions& options = column.identity->options;
    if (options.type.empty() || options.type == type_until_now) {
        return {};
    }
    // The server would find other limits for the type.
    std::string text =
        fmt::format("ALTER SEQUENCE {} AS {}", qualified(identity_sequence(table, column)), options.type);
    if (options.minimum) {
        text += fmt::format(" MINVALUE {}", *options.minimum);
    }
    if (options.maximum) {
        text += fmt::format(" MAXVALUE {}", *options.maximum);
    }
    return {text};
}

std::vector<std::string> change_identity_facets(const Name& table, const Column& column,
                                                const Identity* before, const Differences& differences) {
    std::vector<std::string> statements;
    const Identity* after = column.identity ? &*column.identity : nullptr;
    if (after != nullptr && before == nullptr) {
        statements = set_type_of_identity(table, column, column.type);
    }
    if (after == nullptr ||
        (before != nullptr && before->comment == after->comment && before->privileges == after->privileges)) {
        return statements;
    }
    const Name name = identity_sequence(table, column);
    const std::string sequence = "SEQUENCE " + qualified(name);
    const TableStructure* owner = before == nullptr ? nullptr : differences.from().find_table(table);
    write_comment(sequence, before == nullptr ? std::string() : before->comment, after->comment, statements);
    change_privileges(
        before == nullptr ? differences.given_by_default(Kind::sequence, name) : before->privileges,
        after->privileges, sequence, {}, statements, owner == nullptr ? Owner{} : owner->owner);
    return statements;
}

const Sequence* Differences::sequence_before_identity(const Name& table, const std::string& column) const {
    const Column* before = column_before(table, column);
    const Column* after = column_after(table, column);
    const Sequence* sequence = owned_sequence(owned_before_, table, column);
    const bool gone = sequence != nullptr && dropped_.contains({Kind::sequence, sequence->name, {}});
    return gone && before != nullptr && after != nullptr && !before->identity && after->identity ? sequence
                                                                                                 : nullptr;
}

const Sequence* Differences::sequence_after_identity(const Name& table, const std::string& column) const {
    const Column* before = column_before(table, column);
    const Column* after = column_after(table, column);
    const Sequence* sequence = owned_sequence(owned_after_, table, column);
    const bool made = sequence != nullptr && created_.contains({Kind::sequence, sequence->name, {}});
    return made && before != nullptr && after != nullptr && before->identity && !after->identity ? sequence
                                                                                                 : nullptr;
}

const Sequence* Differences::serial_sequence(const Name& table, const Column& column) const {
    const bool is_new = created_.contains({Kind::table, table, {}}) ||
                        created_.contains(part(Kind::column, table, column.name));
    const Sequence* sequence = is_new ? owned_sequence(owned_after_, table, column.name) : nullptr;
    if (sequence == nullptr || !created_.contains({Kind::sequence, sequence->name, {}})) {
        return nullptr;
    }
    const TableStructure* owner = to_.find_table(table);
    SequenceOptions options = sequence->options;
    options.maximum.reset();
    const bool as_serial =
        is_serial_type(column.type) && column.not_null && !column.not_null_constraint.no_inherit &&
        !column.not_null_constraint.not_valid && column.collation.empty() &&
        options == serial_options(column.type) && sequence_options(sequence->options, "").empty() &&
        sequence->comment.empty() && !sequence->unlogged &&
        sequence->privileges == given_by_default(Kind::sequence, sequence->name) && owner != nullptr &&
        !owner->unlogged &&
        sequence->name == Name{table.schema, generated_name(table.name, column.name, "seq")} &&
        column.default_expression == nextval(sequence->name);
    return as_serial ? sequence : nullptr;
}

bool Differences::is_made_by_column(const Sequence& sequence) const {
    if (!sequence.owned_by) {
        return false;
    }
    const auto& [table, name] = *sequence.owned_by;
    const Column* after = column_after(table, name);
    const auto is_this = [&](const Sequence* other) {
        return other != nullptr && other->name == sequence.name;
    };
    return is_this(sequence_before_identity(table, name)) || is_this(sequence_after_identity(table, name)) ||
           (after != nullptr && is_this(serial_sequence(table, *after)));
}

}  // namespace schemist::postgresql
