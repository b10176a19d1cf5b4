#include "support/dump.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace schemist::test {

namespace {

// pg_dump writes comments on columns in the order of the columns.
std::string with_sorted_comments(std::string_view dump) {
    std::istringstream lines{std::string(dump)};
    std::string text;
    std::vector<std::string> comments;
    const auto flush = [&] {
        std::ranges::sort(comments);
        for (const std::string& comment : comments) {
            text += comment + "\n";
        }
        comments.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("COMMENT ON COLUMN")) {
            comments.push_back(line);
        } else {
            flush();
            text += line + "\n";
        }
    }
    flush();
    return text;
}

// pg_dump writes the functions of a family in the order in which they were added.
std::string with_sorted_members(const std::string& statement) {
    if (!statement.starts_with("ALTER OPERATOR FAMILY") && !statement.starts_with("CREATE OPERATOR CLASS")) {
        return statement;
    }
    std::istringstream lines(statement);
    std::multiset<std::string> sorted;
    for (std::string line; std::getline(lines, line);) {
        while (line.ends_with(' ') || line.ends_with(',') || line.ends_with(';')) {
            line.pop_back();
        }
        sorted.insert(line);
    }
    std::string text;
    for (const std::string& line : sorted) {
        text += line + "\n";
    }
    return text;
}

// pg_dump writes the columns of statistics in the order in which the table has them.
std::string with_sorted_statistics(const std::string& statement) {
    const std::size_t on = statement.find(" ON ");
    const std::size_t from = statement.rfind(" FROM ");
    if (!statement.starts_with("CREATE STATISTICS") || on == std::string::npos || from == std::string::npos) {
        return statement;
    }
    std::istringstream words(statement.substr(on + 4, from - on - 4));
    std::multiset<std::string> sorted;
    for (std::string word; words >> word;) {
        sorted.insert(word.ends_with(',') ? word.substr(0, word.size() - 1) : word);
    }
    std::string text = statement.substr(0, on) + statement.substr(from);
    for (const std::string& word : sorted) {
        text += word + "\n";
    }
    return text;
}

std::multiset<std::string> statements_of(std::string_view dump) {
    std::istringstream lines(with_sorted_columns(dump));
    std::multiset<std::string> statements;
    std::string statement;
    for (std::string line; std::getline(lines, line);) {
        statement += line + "\n";
        if (line.ends_with(';')) {
            statements.insert(with_sorted_statistics(with_sorted_members(std::exchange(statement, {}))));
        }
    }
    statements.insert(statement);
    return statements;
}

}  // namespace

std::vector<std::string> difference_of_dumps(std::string_view expected, std::string_view found) {
    const std::multiset<std::string> wanted = statements_of(expected);
    const std::multiset<std::string> there = statements_of(found);
    std::vector<std::string> differences;
    const auto add = [&](std::string_view title, const auto& some, const auto& others) {
        std::vector<std::string> only;
        std::ranges::set_difference(some, others, std::back_inserter(only));
        for (const std::string& statement : only) {
            differences.push_back(std::string(title) + statement);
        }
    };
    add("expected: ", wanted, there);
    add("found: ", there, wanted);
    return differences;
}

std::string with_sorted_columns(std::string_view dump) {
    std::istringstream lines{with_sorted_comments(dump)};
    std::string text;
    std::vector<std::string> columns;
    bool in_table = false;
    for (std::string line; std::getline(lines, line);) {
        if (in_table && line.starts_with(")")) {
            std::ranges::sort(columns);
            for (const std::string& column : columns) {
                text += column + "\n";
            }
            columns.clear();
            in_table = false;
        }
        if (in_table) {
            if (line.ends_with(',')) {
                line.pop_back();
            }
            columns.push_back(line);
        } else {
            text += line + "\n";
        }
        in_table =
            in_table || ((line.starts_with("CREATE TABLE") || line.starts_with("CREATE UNLOGGED TABLE") ||
                          line.starts_with("CREATE FOREIGN TABLE")) &&
                         line.ends_with('('));
    }
    return text;
}

}  // namespace schemist::test
