// The kind `domain`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT t.oid, n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), CASE WHEN "
           "t.typcollation <> "
           "b.typcollation THEN t.typcollation END, t.typnotnull, t.typdefault FROM pg_type t JOIN "
           "pg_namespace n ON "
           "n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND " +
           is_of_users("t.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_type", "t.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Domain domain;
        domain.name = {rows.string(row, 1), rows.string(row, 2)};
        domain.type = rows.string(row, 3);
        if (!rows.is_null(row, 4)) {
            domain.collation = reading.collations.at(rows.oid(row, 4));
        }
        domain.not_null = rows.boolean(row, 5);
        domain.default_expression = rows.string(row, 6);
        reading.add(reading.schema.domains, std::move(domain), {{catalogue::types, rows.oid(row, 0)}});
    }
}

std::string constraint_query(const Scope&) {
    return "SELECT k.oid, k.contypid, k.conname, pg_get_constraintdef(k.oid), d.description, k.contype = 'n' "
           "FROM pg_constraint k" +
           join_comment("pg_constraint", "k.oid") +
           " WHERE k.contypid <> 0 AND k.contype IN ('c', 'n') AND " + is_of_users("k.oid") +
           " ORDER BY k.conname";
}

std::string usual_name_of_not_null(const Domain& domain) {
    return generated_name(domain.name.name, {}, "not_null");
}

void read_not_null(const Result& rows, std::size_t row, Domain& domain) {
    domain.not_null_name = rows.string(row, 2);
    if (domain.not_null_name == usual_name_of_not_null(domain)) {
        domain.not_null_name.clear();
    }
    domain.not_null_comment = rows.string(row, 4);
}

void read_constraints(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::Located* located = reading.located({catalogue::types, rows.oid(row, 1)});
        if (located == nullptr) {
            continue;
        }
        Domain& domain = reading.schema.domains.at(located->position);
        if (rows.boolean(row, 5)) {
            read_not_null(rows, row, domain);
        } else {
            domain.constraints.push_back({rows.string(row, 2), rows.string(row, 3), rows.string(row, 4)});
        }
        reading.parts.insert_or_assign({catalogue::constraints, rows.oid(row, 0)}, located->reference);
    }
}

const DomainConstraint* find(const Domain& domain, const std::string& name) {
    const auto found = std::ranges::find(domain.constraints, name, &DomainConstraint::name);
    return found == domain.constraints.end() ? nullptr : &*found;
}

bool is_same(const DomainConstraint* one, const DomainConstraint& other) {
    return one != nullptr && one->definition == other.definition;
}

struct Domains {
    using Value = Domain;

    static std::vector<Reader> readers() { return {{query, read}, {constraint_query, read_constraints}}; }

    static std::string target(const Domain& domain) { return "DOMAIN " + qualified(domain.name); }

    static std::string add(const DomainConstraint& constraint) {
        return constraint_prefix(constraint.name) + constraint.definition;
    }

    static void comment(const Domain& domain, std::string_view constraint, std::string_view before,
                        std::string_view after, std::vector<std::string>& statements) {
        write_comment(fmt::format("CONSTRAINT {} ON {}", quote_identifier(constraint), target(domain)),
                      before, after, statements);
    }

    static std::string name_of_not_null(const Domain& domain) {
        return domain.not_null_name.empty() ? usual_name_of_not_null(domain) : domain.not_null_name;
    }

    static Domain made_beside(Domain domain, const Differences& differences) {
        if (domain.not_null && differences.has_other_not_null(domain)) {
            domain.not_null_name = name_of_not_null(domain);
        }
        return domain;
    }

    static std::vector<std::string> create(const Domain& domain) {
        std::string text = fmt::format("CREATE {} AS {}", target(domain), domain.type);
        text += domain.collation.empty() ? "" : " COLLATE " + domain.collation;
        text += domain.default_expression.empty() ? "" : " DEFAULT " + domain.default_expression;
        std::vector<std::string> later;
        if (domain.not_null) {
            text += fmt::format(" {}NOT NULL", constraint_prefix(domain.not_null_name));
            comment(domain, name_of_not_null(domain), {}, domain.not_null_comment, later);
        }
        for (const DomainConstraint& constraint : domain.constraints) {
            // The server takes every constraint of a new domain for valid.
            if (constraint.definition.ends_with(" NOT VALID")) {
                later.push_back(fmt::format("ALTER {} ADD {}", target(domain), add(constraint)));
            } else {
                text += "\n    " + add(constraint);
            }
            comment(domain, constraint.name, {}, constraint.comment, later);
        }
        std::vector<std::string> statements{text};
        append(statements, std::move(later));
        return statements;
    }

    static void alter_not_null(const Domain& before, const Domain& after,
                               std::vector<std::string>& statements) {
        const std::string alter_this = "ALTER " + target(after);
        const std::string name = name_of_not_null(after);
        if (!after.not_null) {
            if (before.not_null) {
                statements.push_back(alter_this + " DROP NOT NULL");
            }
            return;
        }
        if (!before.not_null) {
            statements.push_back(after.not_null_name.empty()
                                     ? alter_this + " SET NOT NULL"
                                     : fmt::format("{} ADD {}NOT NULL", alter_this, constraint_prefix(name)));
        } else if (const std::string old_name = name_of_not_null(before); old_name != name) {
            statements.push_back(fmt::format("{} RENAME CONSTRAINT {} TO {}", alter_this,
                                             quote_identifier(old_name), quote_identifier(name)));
        }
        comment(after, name, before.not_null ? before.not_null_comment : std::string(),
                after.not_null_comment, statements);
    }

    static std::vector<std::string> alter(const Domain& before, const Domain& after) {
        const std::string alter_this = "ALTER " + target(after);
        std::vector<std::string> statements;
        for (const DomainConstraint& constraint : before.constraints) {
            if (!is_same(find(after, constraint.name), constraint)) {
                statements.push_back(
                    fmt::format("{} DROP CONSTRAINT {}", alter_this, quote_identifier(constraint.name)));
            }
        }
        if (before.default_expression != after.default_expression) {
            statements.push_back(alter_this + (after.default_expression.empty()
                                                   ? " DROP DEFAULT"
                                                   : " SET DEFAULT " + after.default_expression));
        }
        alter_not_null(before, after, statements);
        for (const DomainConstraint& constraint : after.constraints) {
            const DomainConstraint* old = find(before, constraint.name);
            const bool stays = is_same(old, constraint);
            if (!stays) {
                statements.push_back(fmt::format("{} ADD {}", alter_this, add(constraint)));
            }
            comment(after, constraint.name, stays ? old->comment : std::string(), constraint.comment,
                    statements);
        }
        return statements;
    }

    static bool is_replaced(const Domain& before, const Domain& after) {
        return before.type != after.type || before.collation != after.collation;
    }
};

}  // namespace

KindOfObject domain_kind() {
    return standard_kind<Domains>();
}

}  // namespace schemist::postgresql
