#include "sqlite/dialect.hpp"

#include "sqlite/actions.hpp"
#include "sqlite/introspection.hpp"
#include "sqlite/lexer.hpp"
#include "sqlite/script.hpp"

namespace schemist::sqlite {
namespace {

class SqliteDialect final : public Dialect {
  public:
    explicit SqliteDialect(Selection selection) : selection_(std::move(selection)) {}

    DialectName name() const override { return DialectName::sqlite; }

    Schema introspect(schemist::Connection& connection, const Name& journal) const override {
        return sqlite::introspect(connection, journal, selection_);
    }

    std::vector<DdlAction> actions(const Changes& changes, const Schema& from, const Schema& to,
                                   const std::set<Reference>& /*divided*/) const override {
        return sqlite::actions(changes, from, to);
    }

    std::vector<ScriptStatement> split(std::string_view script) const override {
        return sqlite::split(script);
    }

    std::string without_comments(std::string_view script) const override {
        return sqlite::without_comments(script);
    }

    std::string quote(std::string_view identifier) const override { return sqlite::quote(identifier); }

  private:
    Selection selection_;
};

}  // namespace

const Dialect& dialect() {
    static const SqliteDialect instance{{}};
    return instance;
}

std::unique_ptr<Dialect> dialect(Selection selection) {
    for (std::vector<ObjectPattern>* patterns : {&selection.include, &selection.exclude}) {
        for (ObjectPattern& pattern : *patterns) {
            if (pattern.schema && matches_wildcards(*pattern.schema, "public")) {
                pattern.schema.reset();
            }
        }
    }
    return std::make_unique<SqliteDialect>(std::move(selection));
}

}  // namespace schemist::sqlite
