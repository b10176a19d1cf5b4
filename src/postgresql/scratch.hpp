#pragma once
// Scratch databases on a PostgreSQL server.

#include "schema/dialect.hpp"

#include <memory>
#include <string>

namespace schemist::postgresql {

class PrivateServer;

// Where scratch databases are made: a development server, or a private one that is started for the first of
// them.
class ScratchServer {
  public:
    // `url` names any database of a server where the user may create databases; empty: a private server.
    explicit ScratchServer(std::string url);
    ~ScratchServer();

    // Makes an empty database, and removes those that killed programs left behind. Throws Error.
    std::unique_ptr<Scratch> make();

  private:
    std::string url_;
    std::unique_ptr<PrivateServer> private_server_;
};

}  // namespace schemist::postgresql
