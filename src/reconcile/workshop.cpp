#include "reconcile/workshop.hpp"

#include "diff/diff.hpp"

#include <algorithm>

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

void Workshop::run_script(std::string_view sql) {
    for (const ScriptStatement& statement : dialect_.split(sql)) {
        connection().run_script(sql.substr(statement.offset, statement.length));
    }
}

Schema Workshop::read() {
    return without_tables(dialect_.introspect(connection(), journal_), external_, dialect_);
}

Plan creation(const Schema& schema, const Dialect& dialect) {
    return make_plan(diff(Schema{}, schema), Schema{}, schema, dialect);
}

Schema without_tables(Schema schema, const std::vector<Name>& tables, const Dialect& dialect) {
    std::erase_if(schema.tables, [&](const TableStructure& table) { return contains(tables, table.name, dialect); });
    std::erase_if(schema.sequences, [&](const Sequence& sequence) {
        return sequence.owned_by && contains(tables, sequence.owned_by->table, dialect);
    });
    return schema;
}

Schema only_tables(Schema schema, const std::vector<Name>& tables, const Dialect& dialect) {
    std::erase_if(schema.tables, [&](const TableStructure& table) { return !contains(tables, table.name, dialect); });
    std::erase_if(schema.sequences, [&](const Sequence& sequence) {
        return !sequence.owned_by || !contains(tables, sequence.owned_by->table, dialect);
    });
    schema.views.clear();
    schema.triggers.clear();
    return schema;
}

}  // namespace schemist
