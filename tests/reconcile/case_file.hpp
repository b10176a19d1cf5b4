#pragma once
// tests/cases/<topic>/<name>.case: what is before, what is after, and the SQL that is expected between them.

#include <schemist/connection.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace schemist::test {

// A file consists of sections, each begun by a line `-- WORD: DIALECT`, with DIALECT one of postgresql,
// sqlite, any:
//   since                the first major of PostgreSQL that the case is for, optional
//   before, after        SQL of the two schemas
//   rows                 SQL that fills the former one, optional
//   query                a SELECT whose result must be the same in both schemas and after the way back, optional
//   rename               lines old=new, optional
//   upgrade, downgrade   the SQL that Schemist must write
// What stands before the first section says what the case is about.
struct CaseFile {
    std::filesystem::path path;
    std::string about;
    std::map<std::string, std::string> sections;  // by "WORD: DIALECT"

    // The section for the dialect, or the one for any; empty when there is neither.
    std::string section(const std::string& word, DialectName dialect) const;
    bool is_about(DialectName dialect) const;
};

CaseFile read_case(const std::filesystem::path& path);
void write_case(const CaseFile& file);
std::vector<std::filesystem::path> case_paths();

}  // namespace schemist::test
