#pragma once
/// \file
/// All that an application includes.

#include <schemist/connection.hpp>
#include <schemist/database.hpp>
#include <schemist/error.hpp>
#include <schemist/migrate.hpp>
#include <schemist/model.hpp>
#include <schemist/reporter.hpp>
#include <schemist/run.hpp>
#include <schemist/types.hpp>
#include <schemist/version.hpp>
