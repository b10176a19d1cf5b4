#pragma once
// What the commands share: the configuration, the revisions, the database, the models, scratch.

#include "cli/annotation.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "config/config.hpp"
#include "config/connect.hpp"
#include "config/url.hpp"
#include "history/graph.hpp"
#include "models/desired.hpp"
#include "reconcile/autogenerate.hpp"
#include "runner/runner.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace schemist {
enum class ConnectionPurpose;
}

namespace schemist::postgresql {
class ScratchServer;
}

namespace schemist::cli {

// Throws Error (configuration) with the hint.
std::string read_file(const std::filesystem::path& path, std::string_view hint);

class Invocation {
  public:
    Invocation(const Arguments& arguments, std::span<const TableDefinition> models, Output& output);
    ~Invocation();

    const Arguments& arguments() const { return arguments_; }
    Output& output() { return output_; }
    bool json() const { return arguments_.has("json"); }
    // For --format github; else nothing.
    void annotate(AnnotationLevel level, std::string_view where, std::string_view message);
    // Read when it is first asked for: `init` must work without one.
    const Config& config() const;

    std::filesystem::path migrations_path() const;
    History history() const;

    // The database that --url, the environment or the configuration names.
    const Url& url();
    const Dialect& dialect();
    // One that sees what [objects] selects.
    const Dialect& dialect(DialectName name) const;
    // One attempt: somebody looks on. The first is for what only reads.
    std::unique_ptr<Connection> connect();
    std::unique_ptr<Connection> connect_to_write();
    // For what a deployment waits for.
    std::unique_ptr<Connection> connect_patiently(std::stop_token stop);

    Name journal(DialectName dialect) const;
    // For scratch databases, and for what only touches the journal.
    RunOptions run_options() const;
    // For the database that the URL names.
    RunOptions live_run_options(std::stop_token stop);

    // The dialects that revisions are written for.
    std::vector<DialectName> dialects() const;
    MakeScratch scratch(DialectName dialect);

    bool has_models() const;
    DesiredSchema desired(DialectName dialect);

    // Runs the revisions up to a target in a scratch database.
    void replay(const History& history, std::string_view target, Workshop& workshop, DialectName dialect);

    std::span<const TableDefinition> models() const { return models_; }

  private:
    std::unique_ptr<Connection> connect_once(ConnectionPurpose purpose);
    DesiredSchema made_by(std::span<const SqlScript> scripts, DialectName dialect);
    DesiredSchema declared(const Desired& desired, DialectName dialect);
    std::string output_of_command(DialectName dialect) const;

    const Arguments& arguments_;
    std::span<const TableDefinition> models_;
    Output& output_;
    mutable std::optional<Config> config_;
    std::optional<Url> url_;
    std::unique_ptr<postgresql::ScratchServer> scratch_server_;
    mutable std::map<DialectName, std::unique_ptr<Dialect>> dialects_;
};

}  // namespace schemist::cli
