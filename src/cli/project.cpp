#include "cli/project.hpp"

#include "cli/shell_command.hpp"
#include "cli/shell_words.hpp"
#include "config/connect.hpp"
#include "config/environment.hpp"
#include "history/file.hpp"
#include "models/json.hpp"
#include "postgresql/dialect.hpp"
#include "postgresql/scratch.hpp"
#include "reconcile/other_tools.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/scratch.hpp"
#include "startup/settings.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

DesiredByDialect models_from_command(const std::string& output) {
    try {
        return desired_from_json(output);
    } catch (Error& error) {
        error.at(error.where().empty() ? "[models] command" : "[models] command: " + error.where());
        if (error.hint().empty()) {
            error.hint("run it by hand; where it prints SQL, set format = \"sql\" under [models]");
        }
        error.exit_code(ExitCode::configuration);
        throw;
    }
}

// The models' names as introspection gives them: with the default namespace of PostgreSQL.
Rename canonical(const RenameHint& hint, DialectName dialect) {
    Rename rename{hint.from, hint.to};
    if (dialect == DialectName::postgresql && rename.from.name.schema.empty()) {
        rename.from.name.schema = "public";
    }
    return rename;
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::string_view hint) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        throw Error("the file cannot be read")
            .at(path.string())
            .hint(std::string(hint))
            .exit_code(ExitCode::configuration);
    }
    return text.str();
}

Invocation::Invocation(const Arguments& arguments, std::span<const TableDefinition> models, Output& output)
    : arguments_(arguments), models_(models), output_(output) {}

Invocation::~Invocation() = default;

void Invocation::annotate(AnnotationLevel level, std::string_view where, std::string_view message) {
    if (arguments_.value("format") == "github") {
        output_.result(annotation(level, where, message));
    }
}

const Config& Invocation::config() const {
    if (!config_) {
        config_ = load_config(arguments_.value("config"), environment_of_process());
    }
    return *config_;
}

std::filesystem::path Invocation::migrations_path() const {
    return config().resolve(config().migrations);
}

History Invocation::history() const {
    return History(read_revisions(migrations_path(), migrations_path().lexically_normal().string()));
}

const Url& Invocation::url() {
    if (!url_) {
        url_ = resolve_url(arguments_.value("url"), config(), environment_of_process());
        for (const std::string& note : url_->notes) {
            output_.note(note);
        }
    }
    return *url_;
}

const Dialect& Invocation::dialect() {
    return dialect(url().dialect);
}

const Dialect& Invocation::dialect(DialectName name) const {
    std::unique_ptr<Dialect>& made = dialects_[name];
    if (made == nullptr) {
        made = make_dialect(name, config().objects);
    }
    return *made;
}

std::unique_ptr<Connection> Invocation::connect_once(ConnectionPurpose purpose) {
    ConnectSettings settings;
    settings.purpose = purpose;
    settings.reporter = &output_;
    return schemist::connect(url(), settings);
}

std::unique_ptr<Connection> Invocation::connect() {
    return connect_once(ConnectionPurpose::inspection);
}

std::unique_ptr<Connection> Invocation::connect_to_write() {
    return connect_once(ConnectionPurpose::migration);
}

std::unique_ptr<Connection> Invocation::connect_patiently(std::stop_token stop) {
    ConnectSettings settings;
    settings.purpose = ConnectionPurpose::migration;
    settings.deadline = config().connect_deadline;
    settings.stop = std::move(stop);
    settings.reporter = &output_;
    return schemist::connect(url(), settings);
}

Name Invocation::journal(DialectName dialect) const {
    return dialect == DialectName::postgresql ? config().journal : Name{"", config().journal.name};
}

RunOptions Invocation::run_options() const {
    return schemist::run_options(config());
}

RunOptions Invocation::live_run_options(std::stop_token stop) {
    RunOptions options =
        schemist::live_run_options(config(), for_migrations(url(), environment_of_process()), stop);
    if (output_.is_live()) {
        options.word_every = std::chrono::seconds(1);
    }
    return options;
}

MakeScratch Invocation::scratch(DialectName dialect) {
    if (dialect == DialectName::sqlite) {
        return sqlite::make_scratch;
    }
    if (scratch_server_ == nullptr) {
        scratch_server_ = std::make_unique<postgresql::ScratchServer>(config().scratch_postgresql);
    }
    return [this] { return scratch_server_->make(); };
}

bool Invocation::has_models() const {
    return !models_.empty() || !config().models.empty();
}

std::string Invocation::output_of_command(DialectName dialect) const {
    const std::string command =
        fmt::format("cd {} && export SCHEMIST_DIALECT={}\n{}", shell_quoted(config().folder.string()),
                    to_string(dialect), config().models.command);
    ShellResult result = run_in_shell(command);
    if (result.status != 0) {
        throw Error(fmt::format("the command that prints the models failed with status {}", result.status))
            .at("[models] command")
            .hint("run it by hand; its output must be the models alone, on standard output")
            .exit_code(ExitCode::configuration);
    }
    return std::move(result.output);
}

DesiredSchema Invocation::declared(const Desired& desired, DialectName name) {
    const Dialect& dialect = this->dialect(name);
    DesiredSchema result;
    result.external = only_tables(desired.schema, desired.external, dialect);
    result.schema = canonical_schema(desired.schema, desired.external, dialect, scratch(name));
    for (const RenameHint& hint : desired.renames) {
        result.renames.push_back(canonical(hint, name));
    }
    result.is_of_models = true;
    return result;
}

DesiredSchema Invocation::made_by(std::span<const SqlScript> scripts, DialectName name) {
    Workshop workshop(dialect(name), scratch(name), {}, {});
    for (const SqlScript& script : scripts) {
        workshop.run_script(script);
    }
    return {workshop.read(), {}, {}};
}

DesiredSchema Invocation::desired(DialectName name) {
    const ModelsConfig& models = config().models;
    if (!models_.empty()) {
        return declared(schemist::desired(models_, name), name);
    }
    if (!models.command.empty()) {
        const std::string text = output_of_command(name);
        if (models.format == "sql") {
            const std::array scripts{SqlScript{"[models] command", text}};
            return made_by(scripts, name);
        }
        const DesiredByDialect all = models_from_command(text);
        const auto found = all.find(name);
        if (found == all.end()) {
            throw Error(fmt::format("the command prints no models for {}", to_string(name)))
                .at("[models] command")
                .hint("leave the dialect out of `dialects` in schemist.toml, or print it too")
                .exit_code(ExitCode::configuration);
        }
        return declared(found->second, name);
    }
    if (!models.files.empty()) {
        std::vector<SqlScript> scripts;
        for (const std::string& file : models.files) {
            const std::filesystem::path path = config().resolve(file).lexically_normal();
            scripts.push_back(
                {path.string(), read_file(path, "check `files` under [models] in schemist.toml")});
        }
        return made_by(scripts, name);
    }
    const auto connection =
        schemist::connect(parse_url(models.database, "[models] database"), ConnectionPurpose::inspection);
    return {without_other_tools(dialect(name).introspect(*connection, journal(name))), {}, {}};
}

void Invocation::replay(const History& history, std::string_view target, Workshop& workshop,
                        DialectName name) {
    Reporter silent;
    if (history.empty()) {
        return;
    }
    try {
        upgrade(workshop.connection(), dialect(name), history, target, run_options(), silent);
    } catch (const Error& error) {
        throw Error("the revisions do not run in an empty scratch database: " + error.what_failed())
            .at(error.where())
            .state("nothing was changed")
            .hint(
                "correct the file; what a revision needs must be made by one before it, or be declared "
                "external")
            .sqlstate(error.sqlstate())
            .exit_code(error.exit_code());
    }
}

std::vector<DialectName> Invocation::dialects() const {
    if (!config().models.database.empty() && models_.empty()) {
        return {parse_url(config().models.database, "[models] database").dialect};
    }
    return config().dialects;
}

}  // namespace schemist::cli
