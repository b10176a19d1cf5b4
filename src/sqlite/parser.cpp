#include "sqlite/parser.hpp"

#include "sqlite/spelling.hpp"
#include "sqlite/token_reader.hpp"

#include <algorithm>
#include <utility>

namespace schemist::sqlite {
namespace {

std::string take_conflict_clause(TokenReader& reader) {
    return reader.accept({"ON", "CONFLICT"}) ? to_upper(reader.take().text) : std::string();
}

ForeignKeyAction take_action(TokenReader& reader) {
    if (reader.accept({"SET", "NULL"})) {
        return ForeignKeyAction::set_null;
    }
    if (reader.accept({"SET", "DEFAULT"})) {
        return ForeignKeyAction::set_default;
    }
    if (reader.accept({"CASCADE"})) {
        return ForeignKeyAction::cascade;
    }
    if (reader.accept({"RESTRICT"})) {
        return ForeignKeyAction::restrict;
    }
    reader.expect({"NO", "ACTION"});
    return ForeignKeyAction::no_action;
}

// An expression may name columns that come later: it is read when all are known.
struct PendingExpression {
    std::vector<Token> tokens;
};

// The key columns of PRIMARY KEY (...) and UNIQUE (...).
struct KeyColumns {
    std::vector<std::string> names;
    std::vector<std::string> options;
    bool autoincrement = false;
};

class TableParser {
  public:
    explicit TableParser(std::string_view sql) : reader_(sql) {}

    TableStructure run() {
        reader_.expect({"CREATE"});
        (void)(reader_.accept({"TEMP"}) || reader_.accept({"TEMPORARY"}));
        if (reader_.accept({"VIRTUAL", "TABLE"})) {
            return parse_virtual();
        }
        reader_.expect({"TABLE"});
        reader_.accept({"IF", "NOT", "EXISTS"});
        table_.name.name = reader_.take_qualified_name();
        scope_.table = table_.name.name;
        reader_.expect_symbol("(");
        parse_columns();
        parse_table_constraints();
        reader_.expect_symbol(")");
        parse_options();
        resolve_expressions();
        normalise_key();
        return std::move(table_);
    }

  private:
    TableStructure parse_virtual() {
        reader_.accept({"IF", "NOT", "EXISTS"});
        table_.name.name = reader_.take_qualified_name();
        reader_.expect({"USING"});
        const std::string module = reader_.take_name();
        // What follows belongs to the module, which may have a syntax of its own.
        std::string arguments(reader_.rest());
        const std::size_t last = arguments.find_last_not_of("; \t\r\n");
        arguments.erase(last == std::string::npos ? 0 : last + 1);
        table_.virtual_definition =
            "CREATE VIRTUAL TABLE " + quote(table_.name.name) + " USING " + quote(module);
        table_.virtual_definition += arguments;
        return std::move(table_);
    }

    bool at_table_constraint() const {
        return reader_.at_any_word({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"});
    }

    void parse_columns() {
        do {
            if (at_table_constraint()) {
                return;
            }
            parse_column();
        } while (reader_.accept_symbol(","));
    }

    void parse_column() {
        Column column;
        column.name = reader_.take_name();
        column.type = parse_type();
        std::string constraint_name;
        while (!reader_.at_symbol(",") && !reader_.at_symbol(")")) {
            if (reader_.accept({"CONSTRAINT"})) {
                constraint_name = reader_.take_name();
                continue;
            }
            parse_column_constraint(column, std::exchange(constraint_name, {}));
        }
        scope_.columns.push_back(column.name);
        table_.columns.push_back(std::move(column));
        defaults_.resize(table_.columns.size());
        generated_.resize(table_.columns.size());
    }

    std::string parse_type() {
        std::string type;
        while (!reader_.at_end() && reader_.peek().kind != TokenKind::symbol &&
               !reader_.at_any_word({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "NOT", "NULL",
                                     "DEFAULT", "COLLATE", "AS", "DEFERRABLE"}) &&
               !(reader_.at_word("GENERATED") && reader_.at_word("ALWAYS", 1))) {
            const std::string word = to_upper(reader_.take_name());
            // A word that is no plain one can only have been in quotes, and needs them again.
            const bool plain = quote(word) == word || is_keyword(word);
            type += (type.empty() ? "" : " ") + (plain ? word : quote(word));
        }
        if (reader_.at_symbol("(") && !type.empty()) {
            std::string arguments;
            for (const Token& token : reader_.take_parenthesised()) {
                arguments += to_upper(token.text);
            }
            type += "(" + arguments + ")";
        }
        return type;
    }

    void parse_column_constraint(Column& column, std::string name) {
        if (reader_.accept({"NOT", "NULL"})) {
            column.not_null = true;
            column.not_null_conflict = take_conflict_clause(reader_);
        } else if (reader_.accept({"NULL"})) {
            take_conflict_clause(reader_);
        } else if (reader_.accept({"PRIMARY", "KEY"})) {
            parse_inline_primary_key(column, std::move(name));
        } else if (reader_.accept({"UNIQUE"})) {
            UniqueConstraint unique;
            unique.name = std::move(name);
            unique.columns = {column.name};
            unique.on_conflict = take_conflict_clause(reader_);
            table_.unique_constraints.push_back(std::move(unique));
        } else if (reader_.accept({"CHECK"})) {
            parse_check(std::move(name));
        } else if (reader_.accept({"DEFAULT"})) {
            parse_default();
        } else if (reader_.accept({"COLLATE"})) {
            column.collation = canonical_collation(reader_.take_name());
        } else if (reader_.accept({"REFERENCES"})) {
            parse_references(std::move(name), {column.name});
        } else if (reader_.accept({"GENERATED", "ALWAYS", "AS"}) || reader_.accept({"AS"})) {
            parse_generated(column);
        } else if (reader_.at_word("DEFERRABLE") || reader_.at_word("NOT")) {
            // SQLite takes it as a constraint of its own, for the REFERENCES before it.
            const Deferral deferral = parse_deferral();
            if (!table_.foreign_keys.empty()) {
                table_.foreign_keys.back().deferral = deferral;
            }
        } else {
            reader_.fail("a column constraint");
        }
    }

    void parse_inline_primary_key(const Column& column, std::string name) {
        PrimaryKey key;
        key.name = std::move(name);
        key.columns = {column.name};
        const bool descending = reader_.accept({"DESC"});
        if (!descending) {
            reader_.accept({"ASC"});
        }
        if (descending && column.type == "INTEGER") {
            key.inline_descending = true;
        } else if (descending) {
            key.column_options = {"DESC"};
        }
        key.on_conflict = take_conflict_clause(reader_);
        key.autoincrement = reader_.accept({"AUTOINCREMENT"});
        table_.primary_key = std::move(key);
    }

    void parse_check(std::string name) {
        CheckConstraint check;
        check.name = std::move(name);
        const std::span<const Token> tokens = reader_.take_parenthesised();
        take_conflict_clause(reader_);  // taken by SQLite, and without an effect
        table_.checks.push_back(std::move(check));
        checks_.push_back({{tokens.begin(), tokens.end()}});
    }

    void parse_default() {
        PendingExpression pending;
        if (reader_.at_symbol("(")) {
            const std::span<const Token> tokens = reader_.take_parenthesised();
            pending.tokens.assign(tokens.begin(), tokens.end());
        } else {
            if (reader_.at_symbol("+") || reader_.at_symbol("-")) {
                pending.tokens.push_back(reader_.take());
            }
            pending.tokens.push_back(reader_.take());
        }
        defaults_.resize(table_.columns.size() + 1);
        defaults_.back() = std::move(pending);
    }

    void parse_generated(Column& column) {
        const std::span<const Token> tokens = reader_.take_parenthesised();
        generated_.resize(table_.columns.size() + 1);
        generated_.back() = {{tokens.begin(), tokens.end()}};
        Generated generated;
        generated.stored = reader_.accept({"STORED"});
        if (!generated.stored) {
            reader_.accept({"VIRTUAL"});
        }
        column.generated = generated;
    }

    Deferral parse_deferral() {
        const bool never = reader_.accept({"NOT", "DEFERRABLE"});
        if (!never) {
            reader_.expect({"DEFERRABLE"});
        }
        const bool deferred = reader_.accept({"INITIALLY", "DEFERRED"});
        if (!deferred) {
            reader_.accept({"INITIALLY", "IMMEDIATE"});
        }
        return never      ? Deferral::not_deferrable
               : deferred ? Deferral::initially_deferred
                          : Deferral::initially_immediate;
    }

    void parse_references(std::string name, std::vector<std::string> columns) {
        ForeignKey key;
        key.name = std::move(name);
        key.columns = std::move(columns);
        key.referenced_table.name = reader_.take_name();
        if (reader_.at_symbol("(")) {
            key.referenced_columns = parse_key_columns().names;
        }
        while (true) {
            if (reader_.accept({"ON", "DELETE"})) {
                key.on_delete = take_action(reader_);
            } else if (reader_.accept({"ON", "UPDATE"})) {
                key.on_update = take_action(reader_);
            } else if (reader_.accept({"ON", "INSERT"})) {
                take_action(reader_);  // taken by SQLite, and without an effect
            } else if (reader_.accept({"MATCH"})) {
                const std::string match = to_upper(reader_.take_name());
                key.match = match == "FULL"      ? ForeignKeyMatch::full
                            : match == "PARTIAL" ? ForeignKeyMatch::partial
                                                 : ForeignKeyMatch::simple;
            } else if (reader_.at_word("DEFERRABLE") ||
                       (reader_.at_word("NOT") && reader_.at_word("DEFERRABLE", 1))) {
                key.deferral = parse_deferral();
            } else {
                break;
            }
        }
        table_.foreign_keys.push_back(std::move(key));
    }

    KeyColumns parse_key_columns() {
        KeyColumns key;
        reader_.expect_symbol("(");
        do {
            key.names.push_back(reader_.take_name());
            std::string option;
            if (reader_.accept({"COLLATE"})) {
                const std::string collation = reader_.take_name();
                const std::string canonical = canonical_collation(collation);
                option = "COLLATE " + (canonical.empty() ? "BINARY" : canonical);
            }
            if (reader_.accept({"DESC"})) {
                option += option.empty() ? "DESC" : " DESC";
            } else {
                reader_.accept({"ASC"});
            }
            key.autoincrement = reader_.accept({"AUTOINCREMENT"}) || key.autoincrement;
            key.options.push_back(std::move(option));
        } while (reader_.accept_symbol(","));
        reader_.expect_symbol(")");
        if (std::ranges::all_of(key.options, &std::string::empty)) {
            key.options.clear();
        }
        return key;
    }

    // SQLite does not ask for the commas between them.
    void parse_table_constraints() {
        std::string name;
        while (!reader_.at_symbol(")")) {
            if (reader_.accept_symbol(",")) {
                continue;
            }
            if (reader_.accept({"CONSTRAINT"})) {
                name = reader_.take_name();
                continue;
            }
            parse_table_constraint(std::exchange(name, {}));
        }
    }

    void parse_table_constraint(std::string name) {
        if (reader_.accept({"PRIMARY", "KEY"})) {
            PrimaryKey key;
            key.name = std::move(name);
            KeyColumns columns = parse_key_columns();
            key.columns = std::move(columns.names);
            key.column_options = std::move(columns.options);
            key.autoincrement = columns.autoincrement;
            key.on_conflict = take_conflict_clause(reader_);
            table_.primary_key = std::move(key);
        } else if (reader_.accept({"UNIQUE"})) {
            UniqueConstraint unique;
            unique.name = std::move(name);
            KeyColumns columns = parse_key_columns();
            unique.columns = std::move(columns.names);
            unique.column_options = std::move(columns.options);
            unique.on_conflict = take_conflict_clause(reader_);
            table_.unique_constraints.push_back(std::move(unique));
        } else if (reader_.accept({"CHECK"})) {
            parse_check(std::move(name));
        } else if (reader_.accept({"FOREIGN", "KEY"})) {
            std::vector<std::string> columns = parse_key_columns().names;
            reader_.expect({"REFERENCES"});
            parse_references(std::move(name), std::move(columns));
        } else {
            reader_.fail("a table constraint");
        }
    }

    void parse_options() {
        while (!reader_.at_end() && !reader_.accept_symbol(";")) {
            if (reader_.accept({"WITHOUT", "ROWID"})) {
                table_.without_rowid = true;
            } else if (reader_.accept({"STRICT"})) {
                table_.strict = true;
            } else if (!reader_.accept_symbol(",")) {
                reader_.fail("WITHOUT ROWID or STRICT");
            }
        }
    }

    void resolve_expressions() {
        for (std::size_t i = 0; i < checks_.size(); ++i) {
            table_.checks[i].expression = spell_expression(checks_[i].tokens, scope_);
        }
        for (std::size_t i = 0; i < table_.columns.size(); ++i) {
            Column& column = table_.columns[i];
            if (column.generated) {
                column.generated->expression = spell_expression(generated_[i].tokens, scope_);
            }
            if (!defaults_[i].tokens.empty()) {
                column.default_expression = spell_default(defaults_[i].tokens);
            }
        }
    }

    // A name is a string here, since no column can be meant. DEFAULT NULL is what a column has anyway.
    static std::optional<std::string> spell_default(std::span<const Token> tokens) {
        const std::span<const Token> inner = without_outer_parentheses(tokens);
        const Token& first = inner.front();
        if (inner.size() == 1 && is_word(first, "NULL")) {
            return std::nullopt;
        }
        if (inner.size() == 1 && first.kind == TokenKind::quoted_identifier) {
            return string_literal(unquoted(first));
        }
        std::string text = spell_expression(inner, Scope{});
        if (inner.size() == 1 && first.kind == TokenKind::word && !is_literal_default(text)) {
            return string_literal(first.text);
        }
        return text;
    }

    // Names of columns in constraints as the columns themselves are written.
    void normalise_key() {
        const auto respell = [&](std::vector<std::string>& names) {
            for (std::string& name : names) {
                if (const std::string* column = scope_.find(name)) {
                    name = *column;
                }
            }
        };
        if (table_.primary_key) {
            respell(table_.primary_key->columns);
        }
        for (UniqueConstraint& unique : table_.unique_constraints) {
            respell(unique.columns);
        }
        for (ForeignKey& key : table_.foreign_keys) {
            respell(key.columns);
        }
    }

    TokenReader reader_;
    TableStructure table_;
    Scope scope_;
    std::vector<PendingExpression> checks_;     // beside table_.checks
    std::vector<PendingExpression> defaults_;   // beside table_.columns
    std::vector<PendingExpression> generated_;  // beside table_.columns
};

}  // namespace

TableStructure parse_table(std::string_view sql) {
    return TableParser(sql).run();
}

}  // namespace schemist::sqlite
