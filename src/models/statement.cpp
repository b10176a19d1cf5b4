// Statements on one table, put together from conditions on members.

#include "models/naming.hpp"
#include "models/now.hpp"
#include "models/rows.hpp"

#include <schemist/error.hpp>
#include <schemist/query.hpp>

#include <fmt/format.h>

namespace schemist::detail {
namespace {

std::string_view operator_of(Comparison comparison) {
    switch (comparison) {
        case Comparison::equal:
            return "=";
        case Comparison::not_equal:
            return "<>";
        case Comparison::less:
            return "<";
        case Comparison::less_equal:
            return "<=";
        case Comparison::greater:
            return ">";
        case Comparison::greater_equal:
            return ">=";
    }
    return "=";
}

bool fits(const MemberType& type, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return *number >= type.least && (*number < 0 || static_cast<std::uint64_t>(*number) <= type.most);
    }
    // An unsigned number of more than 63 bits comes as text.
    return type.most > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

void append(std::string& text, std::string_view separator, std::string_view part) {
    text += text.empty() ? "" : separator;
    text += part;
}

}  // namespace

const ColumnDefinition& Statement::column_at(std::ptrdiff_t offset) const {
    const ColumnDefinition& column = table_.columns[table_.column_at(offset)];
    if (column.ignored) {
        throw Error(fmt::format("{} is ignored, and so no column", column.member))
            .at(table_.struct_name)
            .hint("leave it out, or do not ignore it in describe()")
            .exit_code(ExitCode::configuration);
    }
    return column;
}

std::string Statement::parameter(Value value) {
    parameters_.push_back(std::move(value));
    return fmt::format("${}", parameters_.size());
}

void Statement::require_order(const ColumnDefinition& column) const {
    if (dialect() == DialectName::sqlite && column.type->kind == TypeKind::decimal) {
        throw Error("SQLite keeps exact decimals as text, which has not the order of numbers")
            .at(table_.name + "." + column.name)
            .hint(fmt::format("write schemist::sql(\"CAST({} AS NUMERIC) ...\"), which is not exact",
                              column.name))
            .exit_code(ExitCode::configuration);
    }
}

void Statement::compare(std::ptrdiff_t offset, Comparison comparison, Value value) {
    const ColumnDefinition& column = column_at(offset);
    if (comparison != Comparison::equal && comparison != Comparison::not_equal) {
        require_order(column);
    }
    append(conditions_, " AND ",
           fmt::format("{} {} {}", identifier(column.name), operator_of(comparison),
                       parameter(std::move(value))));
}

void Statement::compare(std::ptrdiff_t offset, NullTest test) {
    append(conditions_, " AND ",
           fmt::format("{} IS {}NULL", identifier(column_at(offset).name), test.negated ? "NOT " : ""));
}

void Statement::compare(std::ptrdiff_t offset, In in_these, std::vector<Value> values) {
    const std::string column = identifier(column_at(offset).name);
    if (dialect() == DialectName::postgresql) {  // one parameter, however many there are
        append(conditions_, " AND ",
               fmt::format("{} {}({})", column, in_these.negated ? "<> ALL " : "= ANY ",
                           parameter(encode_array(values, dialect()))));
        return;
    }
    std::string list;
    for (Value& value : values) {
        append(list, ", ", parameter(std::move(value)));
    }
    append(conditions_, " AND ", fmt::format("{} {}IN ({})", column, in_these.negated ? "NOT " : "", list));
}

void Statement::compare(std::ptrdiff_t offset, Like how, std::string_view pattern) {
    append(conditions_, " AND ",
           fmt::format("{} {}LIKE {} ESCAPE '\\'", identifier(column_at(offset).name),
                       how.negated ? "NOT " : "", parameter(std::string(pattern))));
}

void Statement::condition(const Sql& fragment) {
    append(conditions_, " AND ", "(" + fragment_text(fragment) + ")");
}

bool Statement::compare_key(const std::vector<Argument>& key) {
    if (!table_.primary_key || table_.primary_key->columns.size() != key.size()) {
        throw Error(fmt::format("the primary key of {} has {} columns, and {} values were given", table_.name,
                                table_.primary_key ? table_.primary_key->columns.size() : 0, key.size()))
            .at(table_.struct_name)
            .hint(table_.primary_key ? "give one value for each column of the key, in their order"
                                     : "without a primary key, rows are found by where(...)")
            .exit_code(ExitCode::configuration);
    }
    for (std::size_t index = 0; index < key.size(); ++index) {
        const ColumnDefinition& column = table_.columns[table_.primary_key->columns[index]];
        if (key[index].type->kind != column.type->kind ||
            key[index].type->enumeration != column.type->enumeration) {
            throw Error("the key has not the type of the member")
                .at(table_.name + "." + column.name)
                .hint("give a value of the member's own type")
                .exit_code(ExitCode::configuration);
        }
        if (column.type->kind == TypeKind::integer &&
            !fits(*column.type, key[index].encode(DialectName::postgresql))) {
            return false;
        }
        append(conditions_, " AND ",
               fmt::format("{} = {}", identifier(column.name), parameter(key[index].encode(dialect()))));
    }
    return true;
}

void Statement::set(std::ptrdiff_t offset, const void* member) {
    const ColumnDefinition& column = column_at(offset);
    require_valid(table_, validate_member(column, member));
    append(assignments_, ", ",
           fmt::format("{} = {}", identifier(column.name),
                       parameter(encode_member(table_, column, member, dialect()))));
}

void Statement::set_now(std::ptrdiff_t offset) {
    const ColumnDefinition& column = column_at(offset);
    append(assignments_, ", ",
           fmt::format("{} = {}", identifier(column.name), now_expression(column.type->kind, dialect())));
}

void Statement::set(std::ptrdiff_t offset, const Sql& fragment) {
    append(assignments_, ", ",
           fmt::format("{} = {}", identifier(column_at(offset).name), fragment_text(fragment)));
}

void Statement::order_by(std::ptrdiff_t offset, bool descending) {
    const ColumnDefinition& column = column_at(offset);
    require_order(column);
    append(order_, ", ", identifier(column.name) + (descending ? " DESC" : ""));
}

void Statement::order_by(const Sql& fragment) {
    append(order_, ", ", fragment_text(fragment));
}

std::string Statement::fragment_text(const Sql& fragment) {
    std::string text;
    std::size_t used = 0;
    const std::string_view source = fragment.text;
    for (std::size_t index = 0; index < source.size(); ++index) {
        const std::string_view two = source.substr(index, 2);
        if (two == "{{" || two == "}}") {
            text += source[index++];
        } else if (two == "{}") {
            text += used < fragment.arguments.size() ? parameter(fragment.arguments[used].encode(dialect()))
                                                     : "{}";
            ++used;
            ++index;
        } else {
            text += source[index];
        }
    }
    if (used != fragment.arguments.size()) {
        throw Error(fmt::format("the SQL has {} places {{}} for values, and {} values were given", used,
                                fragment.arguments.size()))
            .at(fragment.text)
            .hint("write braces that are meant as such twice: {{ and }}")
            .exit_code(ExitCode::configuration);
    }
    return text;
}

void Statement::require_condition(std::string_view verb) const {
    if (conditions_.empty() && !all_rows_) {
        throw Error(fmt::format("this would {} every row of {}", verb, table_.name))
            .state("nothing was sent to the database")
            .hint("add a where(...), or say all_rows()")
            .exit_code(ExitCode::configuration);
    }
}

std::string Statement::tail() const {
    std::string text = conditions_.empty() ? "" : " WHERE " + conditions_;
    text += order_.empty() ? "" : " ORDER BY " + order_;
    if (limit_ || (offset_ && dialect() == DialectName::sqlite)) {
        text += fmt::format(" LIMIT {}", limit_.value_or(-1));
    }
    text += offset_ ? fmt::format(" OFFSET {}", *offset_) : "";
    text += for_update_ && dialect() == DialectName::postgresql ? " FOR UPDATE" : "";
    return text;
}

Rows Statement::run(const std::string& sql) {
    return connection_.query(sql, parameters_);
}

Rows Statement::select() {
    return run(
        fmt::format("SELECT {} FROM {}{}", column_list(table_), table_reference(table_, dialect()), tail()));
}

std::int64_t Statement::count() {
    const std::string table = table_reference(table_, dialect());
    return run(limit_ || offset_
                   ? fmt::format("SELECT count(*) FROM (SELECT 1 FROM {}{}) AS counted", table, tail())
                   : fmt::format("SELECT count(*) FROM {}{}", table,
                                 conditions_.empty() ? "" : " WHERE " + conditions_))
        .integer(0, 0);
}

bool Statement::exists() {
    return run(fmt::format("SELECT CASE WHEN EXISTS (SELECT 1 FROM {}{}) THEN 1 ELSE 0 END",
                           table_reference(table_, dialect()), tail()))
               .integer(0, 0) == 1;
}

std::int64_t Statement::update() {
    require_condition("change");
    if (assignments_.empty()) {
        throw Error("the update sets nothing")
            .at(table_.name)
            .hint("add a set(...)")
            .exit_code(ExitCode::configuration);
    }
    return run(fmt::format("UPDATE {} SET {}{}", table_reference(table_, dialect()), assignments_, tail()))
        .affected;
}

std::int64_t Statement::erase() {
    require_condition("delete");
    return run(fmt::format("DELETE FROM {}{}", table_reference(table_, dialect()), tail())).affected;
}

}  // namespace schemist::detail
