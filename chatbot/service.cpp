#include "service.hpp"

#include "text.hpp"
#include "token.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chat {

namespace {

using Document = nlohmann::ordered_json;

constexpr std::int64_t recalled_turns = 20;
constexpr std::string_view conversations_path = "/api/conversations";
constexpr std::string_view session_path = "/api/session";
constexpr const char* event_stream = "text/event-stream";

Document to_json(const Conversation& conversation) {
    return {{"id", conversation.id},
            {"user_id", conversation.user_id},
            {"title", conversation.title ? Document(*conversation.title) : Document()},
            {"created_at", schemist::to_string(conversation.created_at)},
            {"updated_at", schemist::to_string(conversation.updated_at)}};
}

Document to_json(const Message& message) {
    return {{"id", message.id},
            {"conversation_id", message.conversation_id},
            {"user_id", message.user_id},
            {"role", to_string(message.role)},
            {"content", message.content},
            {"timestamp", schemist::to_string(message.timestamp)},
            {"metadata", message.metadata_json ? Document::parse(message.metadata_json->text()) : Document()},
            {"created_at", schemist::to_string(message.created_at)},
            {"updated_at", schemist::to_string(message.updated_at)}};
}

// The rows of a page, and what `before` has to be for the next one; null when there is none.
template <class Row>
void add_page(Document& document, const char* name, const Page<Row>& page, const Row* oldest) {
    Document& rows = document[name] = Document::array();
    for (const Row& row : page.rows) {
        rows.push_back(to_json(row));
    }
    document["next_before"] = page.more ? Document(oldest->id) : Document();
}

// The same for one that never was and for someone else's, so that nobody learns which ids exist.
Problem no_conversation() {
    return {404, "conversation_id", "you have no such conversation"};
}

Problem key_of_another_request() {
    return {422, "Idempotency-Key", "was used for another request"};
}

Answer busy() {
    Answer answer =
        chat::to_answer({409, "Idempotency-Key", "the request with this key is still being answered"});
    answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

Answer replayed(Answer answer) {
    answer.headers.emplace_back("Idempotency-Replayed", "true");
    return answer;
}

// What a stream ends with: the body of the answer that a client without a stream would have got.
std::string last_event(const Answer& answer) {
    return event(answer.status < 300 ? "done" : "error", Document::parse(answer.body));
}

Answer to_answer(const StoredExchange& stored, bool new_conversation) {
    return json(new_conversation ? 201 : 200, {{"conversation_id", stored.message.conversation_id},
                                               {"message", to_json(stored.message)},
                                               {"reply", to_json(stored.reply)}});
}

}  // namespace

// A message that is to be answered. Its key is held until the answer is there.
struct Service::Question {
    ChatRequest request;
    std::string key;
    std::string digest;
    Timestamp asked_at;
    Prompt prompt;
    KeysInUse::Hold hold;
};

Answer Service::answer(const Request& request) const {
    try {
        return route(request);
    } catch (const std::exception& error) {
        return failed(request, error);
    }
}

// What a database says may show more than a client should see, so only the log has it.
Answer Service::failed(const Request& request, const std::exception& error) const {
    log_.error(fmt::format("{} {}: {}", request.method, printable(request.path), error.what()),
               {{"request_id", request.id}});
    const auto* known = dynamic_cast<const schemist::Error*>(&error);
    return known != nullptr && passes_by_itself(*known)
               ? not_now("the database cannot take the request now; nothing was stored")
               : to_answer(Problem{500, "", "the request failed; nothing was stored"});
}

Answer Service::route(const Request& request) const {
    const std::string_view path = request.path;
    const bool one = path.substr(0, conversations_path.size() + 1) == std::string(conversations_path) + "/" &&
                     path.size() > conversations_path.size() + 1;
    if (path == session_path) {
        return reads(request) ? session(request) : wrong_method("GET, HEAD");
    }
    if (path != "/api/chat" && path != conversations_path && !one) {
        return to_answer(Problem{404, "", "there is nothing under this path"});
    }
    if (path == "/api/chat" && request.method != "POST") {
        return wrong_method("POST");
    }
    if (path == conversations_path && !reads(request)) {
        return wrong_method("GET, HEAD");
    }
    if (!ready_()) {
        return not_now("the service is starting: the database is being migrated");
    }
    return one                   ? conversation(request, path.substr(conversations_path.size() + 1))
           : path == "/api/chat" ? chat(request)
                                 : list(request);
}

Answer Service::session(const Request& request) const {
    return json(200, {{"user_id", request.user ? Document(*request.user) : Document()},
                      {"authentication", request.user ? "token" : "development"},
                      {"answers_by", responder_.name()}});
}

Answer Service::chat(const Request& request) const {
    const auto parsed = parse_chat(request.body, request.user);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    const auto key = parse_idempotency_key(request.header("Idempotency-Key"));
    if (!key) {
        return to_answer(key.problem());
    }
    auto question = std::make_shared<Question>();
    question->request = *parsed;
    question->key = key->empty() ? random_name() : *key;
    question->digest = digest_of(*parsed);
    question->asked_at = schemist::current_time();
    if (!key->empty()) {
        question->hold = keys_.take(parsed->user_id, *key);
        if (!question->hold) {
            return busy();
        }
        if (const auto stored = store_.stored(parsed->user_id, *key)) {
            return stored->digest == question->digest ? replayed(to_answer(*stored, !parsed->conversation_id))
                                                      : to_answer(key_of_another_request());
        }
    }
    if (parsed->conversation_id) {
        if (!store_.find(*parsed->conversation_id, parsed->user_id)) {
            return to_answer(no_conversation());
        }
        question->prompt = store_.recall(*parsed->conversation_id, recalled_turns - 1);
    }
    question->prompt.turns.push_back({parsed->role, parsed->message});
    const bool stream = parsed->stream || request.header("Accept").find(event_stream) != std::string::npos;
    return stream ? streamed(request, std::move(question)) : exchange(*question, {});
}

// Nothing is stored before the answer is there, so a failing endpoint leaves no question without one.
Answer Service::exchange(const Question& question, const Listener& listener) const {
    const ChatRequest& request = question.request;
    const auto reply = responder_.answer(question.prompt, listener);
    if (!reply) {
        return to_answer(reply.problem());
    }
    const auto stored =
        store_.store({request, question.key, question.asked_at, *reply, schemist::current_time()});
    if (!stored) {
        return to_answer(no_conversation());
    }
    return stored->digest == question.digest ? to_answer(*stored, !request.conversation_id)
                                             : to_answer(key_of_another_request());
}

// When the client leaves in the middle, the answer is made and stored all the same: it has been asked for, and a client
// that comes back with its key finds it.
Answer Service::streamed(const Request& request, std::shared_ptr<const Question> question) const {
    Answer answer;
    answer.content_type = event_stream;
    // Proxies are not to wait for more of it.
    answer.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    answer.stream = [this, request, question = std::move(question)](const Write& write) {
        bool listening = true;
        const auto send = [&](const std::string& text) { listening = listening && write(text); };
        Answer end;
        try {
            end = exchange(*question, [&](std::string_view piece) {
                send(event("delta", {{"text", piece}}));
            });
        } catch (const std::exception& error) {
            end = failed(request, error);
        }
        send(last_event(end));
        return end.status;
    };
    return answer;
}

Answer Service::list(const Request& request) const {
    const auto parsed = parse_page(request.parameters, request.user);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    const auto page = store_.list(*parsed);
    Document document;
    add_page(document, "conversations", page, page.rows.empty() ? nullptr : &page.rows.back());
    return json(200, document);
}

Answer Service::conversation(const Request& request, std::string_view id) const {
    const bool known = reads(request) || request.method == "PATCH" || request.method == "DELETE";
    if (!known) {
        return wrong_method("GET, HEAD, PATCH, DELETE");
    }
    const auto parsed = parse_identifier(id, "conversation_id");
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    return reads(request)              ? read(*parsed, request)
           : request.method == "PATCH" ? rename(*parsed, request)
                                       : erase(*parsed, request);
}

Answer Service::read(std::int32_t id, const Request& request) const {
    const auto parsed = parse_page(request.parameters, request.user);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    const auto found = store_.find(id, parsed->user_id);
    if (!found) {
        return to_answer(no_conversation());
    }
    const auto page = store_.messages(id, *parsed);
    Document document{{"conversation", to_json(*found)}};
    add_page(document, "messages", page, page.rows.empty() ? nullptr : &page.rows.front());
    return json(200, document);
}

Answer Service::rename(std::int32_t id, const Request& request) const {
    const auto parsed = parse_rename(request.body, request.user);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    const auto renamed = store_.rename(id, *parsed);
    return renamed ? json(200, {{"conversation", to_json(*renamed)}}) : to_answer(no_conversation());
}

Answer Service::erase(std::int32_t id, const Request& request) const {
    const auto parsed = parse_page(request.parameters, request.user);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    return store_.erase(id, parsed->user_id) ? json(200, {{"deleted", id}}) : to_answer(no_conversation());
}

}  // namespace chat
