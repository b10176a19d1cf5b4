#pragma once
// PostgreSQL's own parse tree (libpg_query, the grammar of PostgreSQL 15) of a text. Pure.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {

struct FreeParse {
    void operator()(PgQuery__ParseResult* result) const noexcept {
        pg_query__parse_result__free_unpacked(result, nullptr);
    }
};
using ParseTree = std::unique_ptr<PgQuery__ParseResult, FreeParse>;

// Nothing when the grammar does not know the text.
ParseTree parse(std::string_view sql);

// The one statement of the text; nullptr when there is not exactly one.
const PgQuery__Node* only_statement(const ParseTree& tree);

// Calls `see` for the message and for everything below it, parents first. What is below a message for which `see`
// gives false is left out.
void walk(const ProtobufCMessage& message, const std::function<bool(const ProtobufCMessage&)>& see);

// The message as this type, or nullptr when it is another one.
template <typename Type>
const Type* as(const ProtobufCMessage& message, const ProtobufCMessageDescriptor& descriptor) {
    return message.descriptor == &descriptor ? reinterpret_cast<const Type*>(&message) : nullptr;
}

// The parts of a dotted name; parts that are no strings are left out.
std::vector<std::string> name_parts(PgQuery__Node* const* parts, std::size_t count);

// An option "NAME" or "(name)" of a statement; one that is switched off is not told apart.
bool has_option(PgQuery__Node* const* options, std::size_t count, std::string_view name);

}  // namespace schemist::postgresql
