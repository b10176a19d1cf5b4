#include "postgresql/kinds/column_alter.hpp"

#include "postgresql/expression.hpp"
#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/kinds/moved_value.hpp"
#include "postgresql/kinds/not_null.hpp"
#include "postgresql/kinds/table_alter.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// The type that a domain is of, and so on.
std::string without_domains(const Schema& schema, std::string_view type) {
    std::string base = base_type(type);
    for (const Domain* domain = type_of(schema.domains, base); domain != nullptr;
         domain = type_of(schema.domains, base)) {
        base = base_type(domain->type);
    }
    return base;
}

// Composite and range types have casts to and from text only, as far as nobody made another.
bool is_made_of_others(const Schema& schema, std::string_view base) {
    return type_of(schema.composite_types, base) != nullptr || type_of(schema.range_types, base) != nullptr ||
           type_of(schema.base_types, base) != nullptr;
}

// One that somebody made is for explicit use only, unless he said otherwise.
bool has_own_cast(const Column& before, const Column& after, const Differences& differences) {
    const std::string name = fmt::format("({} AS {})", without_domains(differences.from(), before.type),
                                         without_domains(differences.to(), after.type));
    return std::ranges::any_of(differences.from().casts, [&](const Cast& cast) { return cast.name == name; });
}

bool has_no_own_cast(const Column& before, const Column& after, const Differences& differences) {
    const std::string from = without_domains(differences.from(), before.type);
    const std::string to = without_domains(differences.to(), after.type);
    const bool is_own =
        is_made_of_others(differences.from(), from) || is_made_of_others(differences.to(), to);
    return (is_own || has_no_cast(from, to)) && !has_own_cast(before, after, differences);
}

// One ALTER after another, in the order in which the server takes them.
class Alteration {
  public:
    Alteration(const Name& table, const Column& before, const Column& after, const Differences& differences)
        : table_(table), before_(before), after_(after), differences_(differences) {}

    DdlAction action(const Reference& object) {
        const bool with_type = differences_.is_replaced_with_its_type(table_, after_.name);
        if (before_.generated && !after_.generated) {
            alter("DROP EXPRESSION");
        }
        if (!with_type) {
            drop_default();
        }
        leave_identity();
        if (!with_type) {
            change_type();
        }
        if (moves()) {
            move(object);
        }
        NotNullChange not_null = change_not_null();
        if (!not_null.statements.empty()) {
            take_not_null_name(table_, after_, differences_, action_);
            leave_not_null_name(table_, before_, differences_, action_);
        }
        append(action_.statements, std::move(not_null.statements));
        if (not_null.looks_at_rows) {
            note("{}.{} becomes NOT NULL: this fails when a row has no value in it");
        }
        enter_identity();
        if (!with_type) {
            set_default();
        }
        append_attributes(with_type);
        if (before_.comment != after_.comment) {
            action_.statements.push_back(comment_on_column(table_, after_));
        }
        change_privileges(before_.privileges, after_.privileges, "TABLE " + qualified(table_),
                          quote_identifier(after_.name), action_.statements);
        connect(object);
        return std::move(action_);
    }

  private:
    void alter(std::string_view what) {
        action_.statements.push_back(
            fmt::format("{} ALTER COLUMN {} {}", alter_table(table_), quote_identifier(after_.name), what));
    }

    void note(std::string_view text) {
        if (action_.note.empty()) {
            action_.note = fmt::format(fmt::runtime(text), qualified(table_), quote_identifier(after_.name));
        }
    }

    bool type_changes() const { return before_.type != after_.type || before_.collation != after_.collation; }

    // In a way that decides whether it can be in a primary key.
    bool not_null_changes() const {
        const NotNullConstraint& old = before_.not_null_constraint;
        const NotNullConstraint& now = after_.not_null_constraint;
        return before_.not_null != after_.not_null || old.no_inherit != now.no_inherit ||
               old.not_valid != now.not_valid;
    }

    bool default_changes() const {
        if (before_.default_expression == after_.default_expression) {
            return false;
        }
        // A default follows the rename of its sequence.
        for (const Sequence& sequence : differences_.from().sequences) {
            if (before_.default_expression == nextval(sequence.name) &&
                after_.default_expression == nextval(differences_.renamed_sequence(sequence.name))) {
                return false;
            }
        }
        return true;
    }

    // A default of the old type may have no cast to the new one.
    bool default_is_in_the_way() const {
        return before_.default_expression && (base_type(before_.type) != base_type(after_.type) ||
                                              is_array(before_.type) != is_array(after_.type));
    }

    void drop_default() {
        if (before_.default_expression &&
            (!after_.default_expression || default_is_in_the_way() || after_.identity.has_value())) {
            alter("DROP DEFAULT");
        }
    }

    void set_default() {
        if (after_.default_expression && (default_changes() || default_is_in_the_way())) {
            alter("SET DEFAULT " + reparsable(*after_.default_expression));
        }
    }

    // Beside what its heirs keep of it.
    void change_type_to(const std::string& text) {
        if (!forgets_not_null_of_heirs(differences_.from(), differences_.heirs(), table_, before_)) {
            alter(text);
            return;
        }
        append(action_.statements, give_up_not_null(table_, before_, differences_));
        alter(text);
        append(action_.statements, not_null_again(table_, before_, after_.not_null, differences_));
        is_nullable_already_ = !after_.not_null;
    }

    NotNullChange change_not_null() const {
        return is_nullable_already_ ? NotNullChange{}
                                    : postgresql::change_not_null(table_, before_, after_, differences_);
    }

    void change_type() {
        if (!type_changes() || moves()) {
            return;
        }
        std::string text = "TYPE " + after_.type;
        if (!after_.collation.empty()) {
            text += " COLLATE " + after_.collation;
        }
        const TableStructure* table = differences_.to().find_table(table_);
        if (table != nullptr && table->is_foreign()) {
            change_type_to(text);  // it has no values of its own
            return;
        }
        if (!is_converted_by_server(before_, after_, differences_)) {
            text += " USING " + converted_value(before_, after_, differences_);
        }
        change_type_to(text);
        append(action_.statements, toast_parameters_again(table_, differences_));
        if (narrows(before_.type, after_.type)) {
            action_.losses.push_back(
                {part(Kind::column, table_, after_.name), "what does not fit into its narrower type"});
            note("{}.{} gets a narrower type: values that do not fit are rounded, or make this fail");
        }
    }

    // Its type is made anew, and its default is gone for as long.
    bool moves() const {
        return differences_.is_moved(part(Kind::column, table_, after_.name)) &&
               !before_.default_expression && !after_.default_expression;
    }

    void move(const Reference& object) {
        const std::string collation = after_.collation.empty() ? "" : " COLLATE " + after_.collation;
        const MovedValue value = moved_value(before_, after_, differences_);
        append(action_.statements, value.before);
        change_type_to(fmt::format("TYPE {}{} USING {}", after_.type, collation, value.expression));
        append(action_.statements, value.after);
        append(action_.frees, differences_.old_types_of(object));
    }

    void append_attributes(bool with_type) {
        Column before = before_;
        if (type_changes() || with_type || moves()) {
            // The new type's own come with it.
            before.storage.clear();
            before.compression.clear();
        }
        append(action_.statements, column_attributes(table_, before, after_));
    }

    std::string sequence(const std::string& name) const { return qualified_like(table_, name); }

    // The new sequence goes on where the old one is.
    void carry_position(const std::string& from, const std::string& to) {
        action_.statements.push_back(
            fmt::format("SELECT setval({}, last_value, is_called) FROM {}", quote_literal(to), from));
    }

    void leave_identity() {
        if (!before_.identity || after_.identity) {
            return;
        }
        const Sequence* made = differences_.sequence_after_identity(table_, after_.name);
        if (made == nullptr) {
            alter("DROP IDENTITY");
            return;
        }
        const std::string old = with_suffix(before_.identity->sequence_name, "_old");
        action_.statements.push_back(fmt::format("ALTER SEQUENCE {} RENAME TO {}",
                                                 sequence(before_.identity->sequence_name),
                                                 quote_identifier(old)));
        const std::string type = made->options.type.empty() ? "" : " AS " + made->options.type;
        const std::string options = sequence_options(made->options, "bigint");
        const std::string name = qualified(made->name);
        action_.statements.push_back(fmt::format("CREATE {}SEQUENCE {}{}{}{}",
                                                 made->unlogged ? "UNLOGGED " : "", name, type,
                                                 options.empty() ? "" : " ", options));
        carry_position(sequence(old), name);
        alter("DROP IDENTITY");
        action_.statements.push_back(fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}", name, qualified(table_),
                                                 quote_identifier(after_.name)));
        if (!made->comment.empty()) {
            action_.statements.push_back(comment_on("SEQUENCE " + name, made->comment));
        }
        change_privileges(differences_.given_by_default(Kind::sequence, made->name), made->privileges,
                          "SEQUENCE " + name, {}, action_.statements);
        action_.creates.push_back({Kind::sequence, made->name, {}});
    }

    void enter_identity() {
        if (!after_.identity) {
            return;
        }
        if (before_.identity) {
            alter_identity();
            return;
        }
        const Sequence* gone = differences_.sequence_before_identity(table_, after_.name);
        if (gone == nullptr) {
            alter("ADD " + identity_clause(table_, after_, false));
            append(action_.statements, change_identity_facets(table_, after_, nullptr, differences_));
            return;
        }
        std::string old = qualified(gone->name);
        if (gone->name.name == after_.identity->sequence_name && gone->name.schema == table_.schema) {
            const std::string moved = with_suffix(gone->name.name, "_old");
            action_.statements.push_back(
                fmt::format("ALTER SEQUENCE {} RENAME TO {}", old, quote_identifier(moved)));
            old = sequence(moved);
        }
        alter("ADD " + identity_clause(table_, after_, true));
        const std::string name = after_.identity->sequence_name.empty()
                                     ? generated_name(table_.name, after_.name, "seq")
                                     : after_.identity->sequence_name;
        carry_position(old, sequence(name));
        append(action_.statements, change_identity_facets(table_, after_, nullptr, differences_));
        action_.statements.push_back("DROP SEQUENCE " + old);
        action_.drops.push_back({Kind::sequence, gone->name, {}});
    }

    void alter_identity() {
        const Identity& old = *before_.identity;
        const Identity& now = *after_.identity;
        SequenceOptions options =
            before_.type == after_.type ? old.options : with_type(old.options, after_.type);
        if (std::vector<std::string> statements = set_type_of_identity(table_, after_, options.type);
            !statements.empty()) {
            append(action_.statements, std::move(statements));
            options.minimum = now.options.minimum;
            options.maximum = now.options.maximum;
        }
        std::string text;
        const auto set = [&](std::string_view word, const auto& old_value, const auto& new_value) {
            if (new_value && old_value != new_value) {
                text += fmt::format("{}SET {} {}", text.empty() ? "" : " ", word, *new_value);
            }
        };
        if (old.always != now.always) {
            text += now.always ? "SET GENERATED ALWAYS" : "SET GENERATED BY DEFAULT";
        }
        set("INCREMENT BY", options.increment, now.options.increment);
        set("MINVALUE", options.minimum, now.options.minimum);
        set("MAXVALUE", options.maximum, now.options.maximum);
        set("START WITH", options.start, now.options.start);
        set("CACHE", options.cache, now.options.cache);
        if (options.cycle != now.options.cycle) {
            text +=
                fmt::format("{}SET {}", text.empty() ? "" : " ", now.options.cycle ? "CYCLE" : "NO CYCLE");
        }
        if (turns_round(options, now.options)) {
            text += " RESTART";
        }
        if (!text.empty()) {
            alter(text);
        }
        if (!now.sequence_name.empty() && old.sequence_name != now.sequence_name) {
            action_.statements.push_back(fmt::format("ALTER SEQUENCE {} RENAME TO {}",
                                                     sequence(old.sequence_name),
                                                     quote_identifier(now.sequence_name)));
        }
        append(action_.statements, change_identity_facets(table_, after_, &old, differences_));
    }

    bool goes_over_later(const Reference& object) const {
        if (after_.default_expression || differences_.is_replaced_with_its_type(table_, after_.name)) {
            return false;
        }
        const Column* at_last = differences_.column_after(table_, after_.name);
        return differences_.is_moved(object) || (at_last != nullptr && at_last->type != after_.type);
    }

    // Only a change of what others build on takes part in the order as an old and a new column. Of one that goes over with its
    // type that makes the new column, and this comes after it.
    void connect(const Reference& object) {
        const bool another =
            !differences_.is_replaced_with_its_type(table_, after_.name) &&
            (type_changes() || moves() || not_null_changes() || before_.generated != after_.generated ||
             before_.identity.has_value() != after_.identity.has_value());
        if (another) {
            action_.creates.push_back(object);
            action_.drops.push_back(object);
        } else if (goes_over_later(object)) {
            action_.frees.push_back(object);  // the default goes before that
        } else {
            action_.needs.push_back(object);
        }
        append(action_.needs,
               Differences::used_by_column(differences_.to(), differences_.to().find_table(table_), after_));
        append(action_.frees, Differences::used_by_column(differences_.from(),
                                                          differences_.from().find_table(table_), before_));
        action_.needs.push_back({Kind::table, table_, {}});
        std::erase_if(action_.needs, [&](const Reference& needed) {
            return std::ranges::find(action_.creates, needed) != action_.creates.end();
        });
        // What it used before and uses still is kept for it by whoever replaces that.
        std::erase_if(action_.frees, [&](const Reference& freed) {
            return std::ranges::find(action_.needs, freed) != action_.needs.end();
        });
        // Whoever only renames or alters an object does not take it from its users.
        std::erase_if(action_.frees, [&](const Reference& freed) {
            return freed.kind == Kind::sequence && differences_.renamed_sequence(freed.name) != freed.name;
        });
    }

    const Name& table_;
    const Column& before_;
    const Column& after_;
    const Differences& differences_;
    DdlAction action_;
    bool is_nullable_already_ = false;
};

}  // namespace

bool is_converted_by_server(const Column& before, const Column& after, const Differences& differences) {
    return before.type == after.type ||
           (converts_by_itself(before.type, after.type) && !has_own_cast(before, after, differences));
}

std::string converted_value(const Column& before, const Column& after, const Differences& differences) {
    const bool through_text = enum_of(differences.from(), before.type) != nullptr ||
                              enum_of(differences.to(), after.type) != nullptr ||
                              is_array(before.type) != is_array(after.type) ||
                              has_no_own_cast(before, after, differences);
    const bool element_by_element = before.type.ends_with("[]") && after.type.ends_with("[]");
    const std::string_view text_type = element_by_element ? "::text[]" : "::text";
    return fmt::format("{}{}::{}", quote_identifier(after.name), through_text ? text_type : "", after.type);
}

bool must_be_recreated(const Column& before, const Column& after) {
    if (!after.generated) {
        return before.generated && !before.generated->stored;
    }
    return before.generated != after.generated || before.type != after.type ||
           before.collation != after.collation;
}

void alter_column(const Name& table, const Column& before, const Column& after, const Reference& object,
                  const Differences& differences, Actions& actions) {
    DdlAction action = Alteration(table, before, after, differences).action(object);
    if (!action.statements.empty()) {
        actions.push_back(std::move(action));
    }
}

}  // namespace schemist::postgresql
