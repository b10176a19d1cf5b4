#pragma once
// The executors of the backends; make_executor chooses one.

#include "runner/executor.hpp"

namespace schemist {

std::unique_ptr<Executor> make_postgresql_executor(Connection& connection, const JournalTable& table,
                                                   const ExecutorOptions& options);
std::unique_ptr<Executor> make_sqlite_executor(Connection& connection, const JournalTable& table,
                                               const ExecutorOptions& options);

}  // namespace schemist
