#pragma once
/// \file
/// The version of Schemist; the journal keeps it with every revision that was applied.

namespace schemist {

inline constexpr const char* version = "0.1.0";

}  // namespace schemist
