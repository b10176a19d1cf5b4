#include "reconcile/workshop.hpp"

#include "diff/diff.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

// Models name a table of the default schema without one; the database always gives it.
Name canonical(Name name, const Dialect& dialect) {
    if (dialect.name() == DialectName::sqlite) {
        name.schema.clear();
    } else if (name.schema.empty()) {
        name.schema = "public";
    }
    return name;
}

bool contains(const std::vector<Name>& names, const Name& name, const Dialect& dialect) {
    return std::ranges::any_of(names, [&](const Name& candidate) {
        return canonical(candidate, dialect) == canonical(name, dialect);
    });
}

// A column's type is text as the dialect prints it: state, "State"[], audit.state.
bool is_of_type(const Column& column, const Name& type) {
    std::string text = column.type.substr(0, column.type.find('['));
    std::erase(text, '"');
    return text == type.name || text == type.schema + "." + type.name;
}

}  // namespace

void run_plan(Connection& connection, const Plan& plan) {
    for (const Step& step : plan.steps) {
        if (step.transactional) {
            std::string script = "BEGIN;\n";
            for (const std::string& statement : step.statements) {
                script += statement + ";\n";
            }
            try {
                connection.run_script(script + "COMMIT;");
            } catch (...) {
                if (connection.alive() && connection.in_transaction()) {
                    connection.run_script("ROLLBACK");
                }
                throw;
            }
        } else {
            for (const std::string& statement : step.statements) {
                connection.run_script(statement);
            }
        }
    }
}

Workshop::Workshop(const Dialect& dialect, const MakeScratch& make_scratch, Name journal,
                   std::vector<Name> external)
    : dialect_(dialect),
      scratch_(make_scratch()),
      journal_(std::move(journal)),
      external_(std::move(external)) {
    if (dialect_.name() == DialectName::sqlite) {
        // As the runner does: a rebuilt table must not take its children's rows with it.
        connection().run_script("PRAGMA foreign_keys = OFF");
    }
}

void Workshop::run_script(const SqlScript& script) {
    const std::string_view sql = script.text;
    std::size_t offset = 0;
    try {
        for (const ScriptStatement& statement : dialect_.split(sql)) {
            offset = statement.offset;
            connection().run_script(sql.substr(statement.offset, statement.length));
        }
    } catch (Error& error) {
        const std::string_view before = sql.substr(0, offset + error.position().value_or(0));
        error.at(fmt::format("{}:{}", script.name, 1 + std::ranges::count(before, '\n')))
            .state("nothing was changed")
            .exit_code(ExitCode::configuration);
        if (error.hint().empty()) {
            error.hint("correct the SQL that says what is wanted");
        }
        throw;
    }
}

Schema Workshop::read() {
    return without_tables(dialect_.introspect(connection(), journal_), external_, dialect_);
}

Plan creation(const Schema& schema, const Dialect& dialect) {
    return make_plan(diff(Schema{}, schema), Schema{}, schema, dialect);
}

std::vector<Name> names_of(const Schema& schema) {
    std::vector<Name> names;
    for (const TableStructure& table : schema.tables) {
        names.push_back(table.name);
    }
    return names;
}

Schema without_tables(Schema schema, const std::vector<Name>& tables, const Dialect& dialect) {
    std::erase_if(schema.tables,
                  [&](const TableStructure& table) { return contains(tables, table.name, dialect); });
    std::erase_if(schema.sequences, [&](const Sequence& sequence) {
        return sequence.owned_by && contains(tables, sequence.owned_by->table, dialect);
    });
    return schema;
}

Schema only_tables(Schema schema, const std::vector<Name>& tables, const Dialect& dialect) {
    std::erase_if(schema.tables,
                  [&](const TableStructure& table) { return !contains(tables, table.name, dialect); });
    std::erase_if(schema.sequences, [&](const Sequence& sequence) {
        return !sequence.owned_by || !contains(tables, sequence.owned_by->table, dialect);
    });
    std::erase_if(schema.enum_types, [&](const EnumType& type) {
        return std::ranges::none_of(schema.tables, [&](const TableStructure& table) {
            return std::ranges::any_of(table.columns,
                                       [&](const Column& column) { return is_of_type(column, type.name); });
        });
    });
    std::erase_if(schema.namespaces, [&](const Namespace& space) {
        const auto lives_in_it = [&](const auto& object) { return object.name.schema == space.name; };
        return std::ranges::none_of(schema.tables, lives_in_it) &&
               std::ranges::none_of(schema.enum_types, lives_in_it);
    });
    for_each_list(schema, [](auto& list) {
        constexpr Kind kind = kind_of<ElementOf<decltype(list)>>;
        if (kind != Kind::table && kind != Kind::sequence && kind != Kind::enum_type &&
            kind != Kind::schema) {
            list.clear();
        }
    });
    return schema;
}

}  // namespace schemist
