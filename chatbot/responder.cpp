#include "responder.hpp"

#include "text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

namespace chat {

namespace {

constexpr std::size_t longest_quotation = 200;  // characters

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
    return result;
}

// The words of ASCII letters; other bytes separate, which is enough to recognise a few English ones.
std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result(1);
    for (const char byte : lower(text)) {
        if (byte >= 'a' && byte <= 'z') {
            result.back() += byte;
        } else if (!result.back().empty()) {
            result.emplace_back();
        }
    }
    if (result.back().empty()) {
        result.pop_back();
    }
    return result;
}

template <std::size_t n>
bool has_one_of(const std::vector<std::string>& spoken, const std::array<std::string_view, n>& known) {
    return std::find_first_of(spoken.begin(), spoken.end(), known.begin(), known.end()) != spoken.end();
}

std::string quoted(std::string_view text) {
    const std::string_view start = first_characters(text, longest_quotation);
    return fmt::format("\"{}{}\"", start, start.size() < text.size() ? "..." : "");
}

std::string plural(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// What the user said before the message that is to be answered.
std::optional<std::string> said_before(const Prompt& prompt) {
    for (std::size_t i = prompt.turns.size() - 1; i-- > 0;) {
        if (prompt.turns[i].role == "user") {
            return prompt.turns[i].content;
        }
    }
    return std::nullopt;
}

// Word by word, as a language model speaks.
void speak(std::string_view text, const Listener& listener) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' ', 1), text.size());
        listener(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::string answer_to(const Prompt& prompt) {
    constexpr std::array<std::string_view, 5> greetings{"hello", "hi", "hey", "greetings", "howdy"};
    constexpr std::array<std::string_view, 3> farewells{"bye", "goodbye", "farewell"};
    constexpr std::array<std::string_view, 2> thanks{"thanks", "thank"};
    constexpr std::array<std::string_view, 2> counting{"count", "many"};
    constexpr std::array<std::string_view, 4> recalling{"remember", "recall", "before", "earlier"};

    const std::string& message = prompt.turns.back().content;
    const auto spoken = words(message);
    const auto before = said_before(prompt);
    const auto count = prompt.earlier_turns + static_cast<std::int64_t>(prompt.turns.size());

    if (has_one_of(spoken, counting)) {
        return fmt::format("This conversation has {} so far, with yours. The last one has {} and {}.",
                           plural(count, "message"), plural(static_cast<std::int64_t>(spoken.size()), "word"),
                           plural(static_cast<std::int64_t>(characters(message)), "character"));
    }
    if (has_one_of(spoken, recalling)) {
        return before ? fmt::format("Before that you said {}.", quoted(*before))
                      : "This is the first thing you said in this conversation.";
    }
    if (spoken.size() <= 6 && has_one_of(spoken, greetings)) {
        return before ? "Hello again! We can go on where we were."
                      : "Hello! What would you like to talk about?";
    }
    if (has_one_of(spoken, thanks)) {
        return "You are welcome.";
    }
    if (spoken.size() <= 6 && has_one_of(spoken, farewells)) {
        return "Goodbye! The conversation is kept.";
    }
    if (std::find(spoken.begin(), spoken.end(), "help") != spoken.end()) {
        return "I can greet, count the messages of a conversation and recall what you said before. "
               "Set CHAT_API_URL, CHAT_API_KEY and CHAT_MODEL to talk with a language model.";
    }
    return before ? fmt::format("You said {}, after {}.", quoted(message), quoted(*before))
                  : fmt::format("You said {}.", quoted(message));
}

}  // namespace

Result<Reply> BuiltInResponder::answer(const Prompt& prompt, const Listener& listener) const {
    Reply reply{answer_to(prompt), R"({"model":"built-in"})"};
    if (listener) {
        speak(reply.content, listener);
    }
    return reply;
}

}  // namespace chat
