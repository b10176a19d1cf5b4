#include "postgresql/dialect.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/introspect.hpp"
#include "postgresql/kinds/kind.hpp"
#include "postgresql/split.hpp"
#include "postgresql/sql.hpp"

#include <schemist/error.hpp>

namespace schemist::postgresql {
namespace {

class PostgresqlDialect final : public Dialect {
  public:
    explicit PostgresqlDialect(Selection selection) : selection_(std::move(selection)) {}

    DialectName name() const override { return DialectName::postgresql; }

    Schema introspect(schemist::Connection& connection, const Name& journal) const override {
        auto* postgresql = dynamic_cast<Connection*>(&connection);
        if (postgresql == nullptr) {
            throw Error("PostgreSQL's introspection was given a connection to another database")
                .exit_code(ExitCode::internal);
        }
        return postgresql::introspect(*postgresql, journal, selection_);
    }

    std::vector<DdlAction> actions(const Changes& changes, const Schema& from, const Schema& to,
                                   const std::set<Reference>& divided) const override {
        const Differences differences(changes, from, to, divided);
        std::vector<DdlAction> written;
        for (const Change& change : differences.changes()) {
            const std::size_t first = written.size();
            kind_of_object(change.object.kind).write(change, differences, written);
            for (std::size_t i = first; i < written.size(); ++i) {
                differences.add_dependencies(change, written[i]);
                if (differences.is_divisible(change)) {
                    written[i].divisible = change.object;
                }
            }
        }
        return written;
    }

    std::vector<ScriptStatement> split(std::string_view script) const override {
        return split_script(script);
    }

    std::string without_comments(std::string_view script) const override {
        return script_without_comments(script);
    }

    std::string quote(std::string_view identifier) const override { return quote_identifier(identifier); }

  private:
    Selection selection_;
};

}  // namespace

const Dialect& dialect() {
    static const PostgresqlDialect postgresql{{}};
    return postgresql;
}

std::unique_ptr<Dialect> dialect(Selection selection) {
    return std::make_unique<PostgresqlDialect>(std::move(selection));
}

}  // namespace schemist::postgresql
