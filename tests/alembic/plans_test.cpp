// What Alembic itself would do, beside what Schemist does.
#include "alembic/random_graph.hpp"
#include "history/range.hpp"
#include "history/target.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

using namespace schemist;
using namespace schemist::test;
using Json = nlohmann::json;

namespace {

struct Answer {
    std::vector<std::string> path;
    std::vector<std::string> rows;  // the current revisions afterwards, sorted
    std::string error;

    bool failed() const { return !error.empty(); }
};

std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::ranges::sort(texts);
    return texts;
}

Answer our_answer(const History& history, const Question& question) {
    Answer answer;
    try {
        std::vector<std::string> after = question.applied;
        if (question.verb == "upgrade") {
            answer.path = upgrade_path(history, question.applied,
                                       upgrade_targets(history, question.applied, question.target));
            after.insert(after.end(), answer.path.begin(), answer.path.end());
        } else if (question.verb == "downgrade") {
            answer.path = downgrade_path(history, question.applied, question.target);
            std::erase_if(after, [&](const std::string& id) {
                return std::ranges::find(answer.path, id) != answer.path.end();
            });
        } else if (question.verb == "history") {
            answer.path = range(history, question.applied, question.target);
            return answer;
        } else {
            after = stamped(history, question.applied, std::vector{question.target});
        }
        answer.rows = sorted(current_heads(history, after));
    } catch (const Error& error) {
        answer.error = error.what_failed();
    }
    return answer;
}

Answer answer_of(const Json& json) {
    if (json.contains("error")) {
        return {{}, {}, json["error"].get<std::string>()};
    }
    return {json["path"].get<std::vector<std::string>>(),
            sorted(json["rows"].get<std::vector<std::string>>()),
            {}};
}

Json json_of(const History& history) {
    Json revisions = Json::array();
    for (const Revision& revision : history.revisions()) {
        revisions.push_back({{"id", revision.id},
                             {"parents", revision.parents},
                             {"labels", revision.labels},
                             {"depends", revision.depends}});
    }
    return revisions;
}

// Of several rows Alembic's relative downgrade takes the first; ours takes what was applied last, and so it is first.
Json json_of(const History& history, const Question& question) {
    std::vector<std::string> rows = current_heads(history, question.applied);
    std::ranges::reverse(rows);
    return {{"verb", question.verb}, {"current", rows}, {"target", question.target}};
}

std::vector<std::vector<Answer>> alembic_answers(const std::vector<Json>& graphs) {
    const OwnFolder folder;
    {
        std::ofstream file(folder.path() / "questions");
        for (const Json& graph : graphs) {
            file << graph.dump() << "\n";
        }
    }
    run_command(
        {{"/bin/sh", "-c", SCHEMIST_SOURCE_DIR "/tests/alembic/answers <questions >answers"}, folder.path()},
        std::chrono::minutes(5));
    std::ifstream file(folder.path() / "answers");
    std::vector<std::vector<Answer>> result;
    for (std::string line; std::getline(file, line);) {
        std::vector<Answer>& answers = result.emplace_back();
        for (const Json& one : Json::parse(line)) {
            answers.push_back(answer_of(one));
        }
    }
    REQUIRE(result.size() == graphs.size());
    return result;
}

// Each revision stands behind what it needs; on the way down, before it.
bool is_in_order(const History& history, const Question& question, std::vector<std::string> path) {
    if (question.verb == "downgrade" || question.verb == "history") {
        std::ranges::reverse(path);
    }
    std::vector<std::size_t> places;
    for (const std::string& id : path) {
        places.push_back(*history.index_of(id));
    }
    return std::ranges::is_sorted(places);
}

bool agree(const Answer& ours, const Answer& theirs) {
    return ours.failed() == theirs.failed() && sorted(ours.path) == sorted(theirs.path) &&
           ours.rows == theirs.rows;
}

bool says(const std::string& error, std::string_view words) {
    return error.find(words) != std::string::npos;
}

bool is_relative(const std::string& target) {
    return target.find_first_of("+-") != std::string::npos;
}

// Whether what theirs has more than ours is needed by what both have.
bool only_redundant(const History& history, const std::vector<std::string>& ours,
                    const std::vector<std::string>& theirs) {
    const std::vector<std::string> needed = upgrade_path(history, {}, ours);
    return std::ranges::includes(theirs, ours) && std::ranges::all_of(theirs, [&](const std::string& id) {
               return std::ranges::find(needed, id) != needed.end();
           });
}

// The differences that are meant, as docs/coming-from-alembic.md names them. Empty: this one is not.
std::string difference(const History& history, const Question& question, const Answer& ours,
                       const Answer& theirs) {
    const bool down = question.verb == "downgrade";
    if (says(theirs.error, "AssertionError") || says(theirs.error, "KeyError")) {
        return "Alembic itself fails";
    }
    if (question.verb == "history" && says(question.target, "@base:") && theirs.path.empty()) {
        return "in a range, an id may stand for its branch";
    }
    if (says(theirs.error, "overlaps with other requested revisions") && !ours.failed()) {
        return "heads of a branch may depend on each other";
    }
    if (question.verb == "stamp" && question.target == "heads" &&
        std::ranges::includes(ours.rows, theirs.rows)) {
        return "a stamp to heads makes all of them current";
    }
    if (says(theirs.error, "Ambiguous walk") && !ours.failed()) {
        return "a merge lies on the way";
    }
    if (question.verb == "upgrade" && says(ours.error, "an upgrade goes up") && !theirs.failed() &&
        theirs.path.empty()) {
        return "an upgrade to what is below is an error";
    }
    if (question.verb == "stamp" && is_relative(question.target)) {
        return says(ours.error, "is no target for a stamp")
                   ? "a stamp does not count from where the database is"
               : theirs.failed() && !ours.failed() ? "a stamp understands id+n, id-n, head-n and base+n"
                                                   : "";
    }
    if (down && says(ours.error, "is not on the branch") && !theirs.failed()) {
        return "a downgrade to another branch than the named one is an error";
    }
    if (down && says(theirs.error, "Multiple head revisions") && !ours.failed()) {
        return "a downgrade understands heads, and head on a branch";
    }
    if (down && says(theirs.error, "ot a valid downgrade target") && !ours.failed() &&
        (ours.path.empty() || says(theirs.error, "from current heads"))) {
        return "a downgrade to where the database is has nothing to do";
    }
    if (!ours.failed() && !theirs.failed() && sorted(ours.path) == sorted(theirs.path) &&
        only_redundant(history, ours.rows, theirs.rows)) {
        return "what is current is not also what is below it";
    }
    if (down && is_relative(question.target) && theirs.rows.empty() &&
        std::ranges::includes(sorted(theirs.path), sorted(ours.path))) {
        return "below a base, other trees stay";
    }
    return {};
}

// Asks Alembic the same, and checks that the plans agree or differ in a way that is meant.
void compare(const std::vector<History>& histories, const std::vector<std::vector<Question>>& questions) {
    std::vector<Json> graphs;
    for (std::size_t i = 0; i < histories.size(); ++i) {
        Json asked = Json::array();
        for (const Question& question : questions[i]) {
            asked.push_back(json_of(histories[i], question));
        }
        graphs.push_back({{"revisions", json_of(histories[i])}, {"questions", asked}});
    }
    const auto theirs = alembic_answers(graphs);
    std::map<std::string, int> differences;
    int plans = 0;
    int errors = 0;
    for (std::size_t i = 0; i < histories.size(); ++i) {
        for (std::size_t j = 0; j < questions[i].size(); ++j) {
            const Question& question = questions[i][j];
            const Answer ours = our_answer(histories[i], question);
            const Answer& alembics = theirs[i][j];
            CHECK(is_in_order(histories[i], question, ours.path));
            if (agree(ours, alembics)) {
                ++(ours.failed() ? errors : plans);
                continue;
            }
            const std::string meant = difference(histories[i], question, ours, alembics);
            ++differences[meant];
            if (meant.empty()) {
                FAIL_CHECK(fmt::format("{}\n{} {}, applied: {}\n  ours:   {} -> {} {}\n  theirs: {} -> {} {}",
                                       json_of(histories[i]).dump(), question.verb, question.target,
                                       fmt::join(question.applied, ","), fmt::join(ours.path, ","),
                                       fmt::join(ours.rows, ","), ours.error, fmt::join(alembics.path, ","),
                                       fmt::join(alembics.rows, ","), alembics.error));
            }
        }
    }
    // Errors on both sides tell little.
    CHECK(plans > 5 * errors);
    MESSAGE(fmt::format("{} plans and {} errors agree", plans, errors));
    for (const auto& [name, count] : differences) {
        MESSAGE(fmt::format("{:4} times: {}", count, name));
    }
}

// Most of the questions have a plan for an answer.
template <typename MakeQuestion>
std::vector<std::vector<Question>> ask(const std::vector<History>& histories, std::size_t count,
                                       const MakeQuestion& make_question) {
    std::vector<std::vector<Question>> questions;
    for (const History& history : histories) {
        questions.emplace_back();
        while (questions.back().size() < count) {
            Question question = make_question(history);
            for (int k = 0; k < 3 && our_answer(history, question).failed(); ++k) {
                question = make_question(history);
            }
            questions.back().push_back(std::move(question));
        }
    }
    return questions;
}

std::vector<History> random_histories(std::mt19937& random, int count) {
    std::vector<History> histories;
    for (int i = 0; i < count; ++i) {
        histories.emplace_back(random_revisions(random));
    }
    return histories;
}

}  // namespace

TEST_CASE("plans are those of Alembic, on 200 random graphs with 2000 target expressions") {
    std::mt19937 random(20261121);
    const std::vector<History> histories = random_histories(random, 200);
    compare(histories,
            ask(histories, 10, [&](const History& history) { return random_question(history, random); }));
}

TEST_CASE("ranges are those of Alembic, on 50 random graphs with 500 ranges") {
    std::mt19937 random(6);
    const std::vector<History> histories = random_histories(random, 50);
    compare(histories,
            ask(histories, 10, [&](const History& history) { return random_range(history, random); }));
}
