#include "alembic/random_graph.hpp"

#include "history/target.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::test {

namespace {

std::size_t below(std::mt19937& random, std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

bool chance(std::mt19937& random, double probability) {
    return std::bernoulli_distribution(probability)(random);
}

template <typename T>
const T& one_of(std::mt19937& random, const std::vector<T>& values) {
    return values[below(random, values.size())];
}

std::string some_name(const History& history, const std::vector<std::string>& labels, std::mt19937& random) {
    const std::string& id = history[below(random, history.size())].id;
    if (!labels.empty() && chance(random, 0.4)) {
        return one_of(random, labels);
    }
    return chance(random, 0.3) ? id.substr(0, 4) : id;
}

}  // namespace

std::vector<Revision> random_revisions(std::mt19937& random) {
    std::vector<Revision> revisions;
    const std::size_t size = 2 + below(random, 18);
    // Some graphs are nearly lines, others nearly woods.
    const double branching = std::uniform_real_distribution(0.0, 0.5)(random);
    const double depending = std::uniform_real_distribution(0.0, 0.25)(random);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < size; ++i) {
        Revision revision;
        revision.id = fmt::format("{:x}{:02x}{:04x}", 10 + below(random, 6), i, below(random, 0x10000));
        if (i > 0 && !chance(random, branching * 0.3)) {
            revision.parents.push_back(chance(random, branching) ? one_of(random, ids) : ids.back());
            const std::string& other = one_of(random, ids);
            if (chance(random, branching * 0.5) && other != revision.parents.front()) {
                revision.parents.push_back(other);
            }
        }
        if (chance(random, 0.2)) {
            revision.labels.push_back(fmt::format("label{}", i));
        }
        if (i > 1 && chance(random, depending)) {
            const Revision& other = one_of(random, revisions);
            revision.depends.push_back(!other.labels.empty() && chance(random, 0.5) ? other.labels.front()
                                                                                    : other.id);
        }
        revision.created = fmt::format("2026-01-01T00:00:{:02}Z", i);
        revision.path = revision.id + ".sql";
        ids.push_back(revision.id);
        revisions.push_back(std::move(revision));
    }
    return revisions;
}

Question random_question(const History& history, std::mt19937& random) {
    std::vector<std::string> labels;
    for (const Revision& revision : history.revisions()) {
        labels.insert(labels.end(), revision.labels.begin(), revision.labels.end());
    }
    Question question;
    std::vector<std::string> tops;
    for (std::size_t i = below(random, 4); i > 0; --i) {
        tops.push_back(history[below(random, history.size())].id);
    }
    question.applied = upgrade_path(history, {}, tops);
    question.verb =
        one_of(random, std::vector<std::string>{"upgrade", "upgrade", "downgrade", "downgrade", "stamp"});
    const auto number = [&] {
        return fmt::format("{}{}", chance(random, 0.5) ? "+" : "-", 1 + below(random, 3));
    };
    const std::string branch = chance(random, 0.4) ? some_name(history, labels, random) + "@" : "";
    // What a stamp takes is seldom relative.
    switch (below(random, question.verb == "stamp" && chance(random, 0.9) ? 3 : 6)) {
        case 0:
            question.target = branch + one_of(random, std::vector<std::string>{"head", "heads", "base"});
            break;
        case 1:
        case 2:
            question.target = branch + some_name(history, labels, random);
            break;
        case 3:
            question.target = branch + some_name(history, labels, random) + number();
            break;
        case 4:
            question.target = branch + one_of(random, std::vector<std::string>{"head-", "base+"}) +
                              std::to_string(1 + below(random, 3));
            break;
        default: {
            const bool fits = chance(random, 0.8);
            question.target = branch + (fits == (question.verb == "upgrade") ? "+" : "-") +
                              std::to_string(1 + below(random, 3));
        }
    }
    return question;
}

Question random_range(const History& history, std::mt19937& random) {
    std::vector<std::string> labels;
    for (const Revision& revision : history.revisions()) {
        labels.insert(labels.end(), revision.labels.begin(), revision.labels.end());
    }
    const std::string branch = chance(random, 0.2) ? some_name(history, labels, random) + "@" : "";
    const auto end = [&](const std::string& symbol) {
        return chance(random, 0.7)   ? some_name(history, labels, random)
               : chance(random, 0.5) ? ""
                                     : branch + symbol;
    };
    return {"history", {}, end("base") + ":" + end("heads")};
}

}  // namespace schemist::test
