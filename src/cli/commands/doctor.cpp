#include "cli/commands.hpp"
#include "cli/examination.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/secrets.hpp"

#include <array>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

struct Word {
    std::string_view text;
    Style style;
};

Word word(Health health) {
    constexpr std::array<Word, 3> words{Word{"good", Style::green}, Word{"doubtful", Style::yellow},
                                        Word{"bad", Style::red}};
    return words[static_cast<std::size_t>(health)];
}

int run(Invocation& invocation) {
    Json json = Json::array();
    std::string text;
    int exit_code = 0;
    for (const Finding& finding : examine_project(invocation)) {
        const Word health = word(finding.health);
        const std::string what = without_passwords(finding.text);
        json.push_back(
            {{"name", finding.name}, {"health", health.text}, {"text", what}, {"cure", finding.cure}});
        text += fmt::format("{} {:<14} {}{}\n",
                            invocation.output().styled(health.style, fmt::format("{:<9}", health.text)),
                            finding.name, what, finding.cure.empty() ? "" : "; " + finding.cure);
        if (finding.health != Health::good && !invocation.json()) {
            invocation.annotate(
                finding.health == Health::bad ? AnnotationLevel::error : AnnotationLevel::warning, "",
                fmt::format("{}: {}{}", finding.name, what,
                            finding.cure.empty() ? "" : "\nnext: " + finding.cure));
        }
        if (finding.health == Health::bad && exit_code == 0) {
            exit_code = static_cast<int>(finding.exit_code);
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"findings", json}});
    } else {
        invocation.output().result(text);
    }
    return exit_code;
}

}  // namespace

const Command doctor_command{
    "doctor",
    "Look at configuration, revisions, connection, privileges, journal and drift: a line each, with the cure",
    {},
    run,
    "schemist doctor"};

}  // namespace schemist::cli
