#include "postgresql/parse_tree.hpp"

#include <algorithm>
#include <cstdint>

#include <pg_query.h>

namespace schemist::postgresql {
namespace {

// The field of the message, or where it repeats all of them; nothing when another alternative of its union is set.
std::vector<const ProtobufCMessage*> children(const ProtobufCMessage& message,
                                              const ProtobufCFieldDescriptor& field) {
    const char* start = reinterpret_cast<const char*>(&message);
    const auto* member = reinterpret_cast<ProtobufCMessage* const*>(start + field.offset);
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
        const std::size_t count = *reinterpret_cast<const std::size_t*>(start + field.quantifier_offset);
        const auto* elements = *reinterpret_cast<ProtobufCMessage* const* const*>(member);
        return {elements, elements + count};
    }
    const bool in_union = (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    if (in_union && *reinterpret_cast<const std::uint32_t*>(start + field.quantifier_offset) != field.id) {
        return {};
    }
    if (*member == nullptr) {
        return {};
    }
    return {*member};
}

}  // namespace

ParseTree parse(std::string_view sql) {
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(std::string(sql).c_str());
    ParseTree tree;
    if (result.error == nullptr) {
        tree.reset(pg_query__parse_result__unpack(
            nullptr, result.parse_tree.len, reinterpret_cast<const std::uint8_t*>(result.parse_tree.data)));
    }
    pg_query_free_protobuf_parse_result(result);
    return tree;
}

const PgQuery__Node* only_statement(const ParseTree& tree) {
    return tree && tree->n_stmts == 1 ? tree->stmts[0]->stmt : nullptr;
}

void walk(const ProtobufCMessage& message, const std::function<bool(const ProtobufCMessage&)>& see) {
    if (!see(message)) {
        return;
    }
    const ProtobufCMessageDescriptor& type = *message.descriptor;
    for (unsigned i = 0; i < type.n_fields; ++i) {
        if (type.fields[i].type == PROTOBUF_C_TYPE_MESSAGE) {
            for (const ProtobufCMessage* child : children(message, type.fields[i])) {
                walk(*child, see);
            }
        }
    }
}

std::vector<std::string> name_parts(PgQuery__Node* const* parts, std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
        if (parts[i]->node_case == PG_QUERY__NODE__NODE_STRING) {
            names.emplace_back(parts[i]->string->sval);
        }
    }
    return names;
}

bool has_option(PgQuery__Node* const* options, std::size_t count, std::string_view name) {
    return std::any_of(options, options + count, [&](const PgQuery__Node* option) {
        return option->node_case == PG_QUERY__NODE__NODE_DEF_ELEM && option->def_elem->defname == name;
    });
}

}  // namespace schemist::postgresql
