#include "service.hpp"

#include <schemist/error.hpp>

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chat {

namespace {

using Document = nlohmann::ordered_json;

constexpr std::int64_t recalled_turns = 20;
constexpr std::string_view conversations_path = "/api/conversations";

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

// Whether trying again later may help. The classes are those of PostgreSQL: connection, resources, operator
// intervention, system, and serialisation or deadlock.
bool passes_by_itself(const schemist::Error& error) {
    if (error.exit_code() == schemist::ExitCode::unreachable ||
        error.exit_code() == schemist::ExitCode::lock) {
        return true;
    }
    const std::string group = error.sqlstate().substr(0, 2);
    constexpr std::array<std::string_view, 6> groups{"08", "40", "53", "55", "57", "58"};
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace

Answer Service::answer(const Request& request) const {
    try {
        return route(request);
    } catch (const schemist::Error& error) {
        // What a database says may show more than a client should see, so only the log has it.
        fmt::print(stderr, "{} {}: {}\n", request.method, request.path, error.what());
        return passes_by_itself(error)
                   ? not_now("the database cannot take the request now; nothing was stored")
                   : to_answer({500, "", "the request failed; nothing was stored"});
    } catch (const std::exception& error) {
        fmt::print(stderr, "{} {}: {}\n", request.method, request.path, error.what());
        return to_answer({500, "", "the request failed"});
    }
}

Answer Service::route(const Request& request) const {
    const std::string_view path = request.path;
    const bool one = path.substr(0, conversations_path.size() + 1) == std::string(conversations_path) + "/" &&
                     path.size() > conversations_path.size() + 1;
    if (path != "/api/chat" && path != conversations_path && !one) {
        return to_answer({404, "", "there is nothing under this path"});
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

Answer Service::chat(const Request& request) const {
    const auto parsed = parse_chat(request.body);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    const Timestamp asked_at = schemist::current_time();
    Prompt prompt;
    if (parsed->conversation_id) {
        if (!store_.find(*parsed->conversation_id, parsed->user_id)) {
            return to_answer(no_conversation());
        }
        prompt = store_.recall(*parsed->conversation_id, recalled_turns - 1);
    }
    prompt.turns.push_back({parsed->role, parsed->message});
    // Nothing is stored before the answer is there, so a failing endpoint leaves no question without one.
    const auto reply = responder_.reply(prompt);
    if (!reply) {
        return to_answer(reply.problem());
    }
    const auto stored = store_.store({*parsed, asked_at, *reply, schemist::current_time()});
    if (!stored) {
        return to_answer(no_conversation());
    }
    return json(parsed->conversation_id ? 200 : 201, {{"conversation_id", stored->message.conversation_id},
                                                      {"message", to_json(stored->message)},
                                                      {"reply", to_json(stored->reply)}});
}

Answer Service::list(const Request& request) const {
    const auto parsed = parse_page(request.parameters);
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
    const auto parsed = parse_page(request.parameters);
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
    const auto parsed = parse_rename(request.body);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    const auto renamed = store_.rename(id, *parsed);
    return renamed ? json(200, {{"conversation", to_json(*renamed)}}) : to_answer(no_conversation());
}

Answer Service::erase(std::int32_t id, const Request& request) const {
    const auto parsed = parse_page(request.parameters);
    if (!parsed) {
        return to_answer(parsed.problem());
    }
    return store_.erase(id, parsed->user_id) ? json(200, {{"deleted", id}}) : to_answer(no_conversation());
}

}  // namespace chat
