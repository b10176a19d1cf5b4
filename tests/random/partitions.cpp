// Partitioned tables with their partitions, parents with their children: as one object each, which another variant alters.

#include "random/objects.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

std::string columns_of(Draw& draw) {
    constexpr std::array<std::string_view, 5> columns{"a text DEFAULT 'x'", "b numeric(8,2)",
                                                      "c jsonb NOT NULL", "d timestamptz DEFAULT now()",
                                                      "e bigint CHECK (e > 0)"};
    std::string text;
    for (const std::string_view column : columns) {
        text += draw.chance(50) ? fmt::format(", {}", column) : "";
    }
    return text;
}

std::string bounds(int form, int number) {
    return form == 0   ? fmt::format("FROM ({}) TO ({})", number * 10, number * 10 + 10)
           : form == 1 ? fmt::format("IN ({}, {})", number * 2, number * 2 + 1)
                       : fmt::format("WITH (MODULUS 4, REMAINDER {})", number);
}

}  // namespace

bool make_partitioned(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = qualified(object);
    const int form = fixed(object.name, 3);
    constexpr std::array<std::string_view, 3> methods{"RANGE", "LIST", "HASH"};
    object.sql = fmt::format("CREATE TABLE {} (id {} NOT NULL, other integer{}) PARTITION BY {} (id);\n",
                             name, draw.chance(80) ? "integer" : "bigint", columns_of(draw),
                             methods.at(static_cast<std::size_t>(form)));
    for (int i = 0; i < 4; ++i) {
        const std::string partition = qualified(object.schema, fmt::format("{}_{}", object.name, i));
        if (!draw.chance(60)) {
            // Attached, or detached, by another variant.
            object.sql += draw.chance(30)
                              ? fmt::format("CREATE TABLE {} (LIKE {} INCLUDING ALL);\n", partition, name)
                              : "";
            continue;
        }
        const bool has_partitions = draw.chance(15);
        object.sql += fmt::format("CREATE TABLE {} PARTITION OF {} FOR VALUES {}{};\n", partition, name,
                                  bounds(form, i), has_partitions ? " PARTITION BY HASH (id)" : "");
        for (int part = 0; has_partitions && part < 2; ++part) {
            object.sql += fmt::format(
                "CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS 2, REMAINDER {});\n",
                qualified(object.schema, fmt::format("{}_{}_{}", object.name, i, part)), partition, part);
        }
        object.sql +=
            draw.chance(15) ? fmt::format("ALTER TABLE {} ALTER other SET DEFAULT {};\n", partition, i) : "";
        object.sql += draw.chance(15) ? fmt::format("CREATE INDEX ON {} (id DESC, other);\n", partition) : "";
    }
    if (form != 2 && draw.chance(30)) {
        object.sql += fmt::format("CREATE TABLE {} PARTITION OF {} DEFAULT;\n",
                                  qualified(object.schema, object.name + "_rest"), name);
    }
    object.sql += draw.chance(50) ? fmt::format("ALTER TABLE {} ADD PRIMARY KEY (id);\n", name) : "";
    object.sql += draw.chance(30) ? fmt::format("ALTER TABLE {} ADD UNIQUE (other, id);\n", name) : "";
    object.sql += draw.chance(50) ? fmt::format("CREATE INDEX ON {} (other);\n", name) : "";
    object.sql += draw.chance(30)
                      ? fmt::format("ALTER TABLE {} ADD CHECK (other < {});\n", name, draw.number(1, 9))
                      : "";
    object.sql += with_comment(draw, "TABLE " + name);
    return true;
}

// Its columns are the type's, and change with it.
bool make_typed_table(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* type = any_object(draw, model.early, "composite");
    if (type == nullptr) {
        return false;
    }
    object.needs.push_back(type->key);
    const std::string name = qualified(object);
    object.sql = fmt::format("CREATE TABLE {} OF {}{};\n", name, type->use,
                             draw.chance(40) ? " (attribute_1 WITH OPTIONS NOT NULL)" : "") +
                 with_comment(draw, "TABLE " + name);
    return true;
}

bool make_inheritance(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = qualified(object);
    object.sql = fmt::format("CREATE TABLE {} (id integer{});\n", name, columns_of(draw));
    for (int i = 0; i < 3; ++i) {
        const std::string child = qualified(object.schema, fmt::format("{}_{}", object.name, i));
        if (draw.chance(50)) {
            object.sql += fmt::format("CREATE TABLE {} (own_{} integer{}) INHERITS ({});\n", child, i,
                                      draw.chance(50) ? ", more text" : "", name);
            object.sql +=
                draw.chance(20) ? fmt::format("ALTER TABLE {} ALTER id SET DEFAULT {};\n", child, i) : "";
            object.sql +=
                draw.chance(20) ? fmt::format("ALTER TABLE {} ADD CHECK (id > {});\n", child, i) : "";
        }
    }
    object.sql += draw.chance(30) ? fmt::format("ALTER TABLE {} ADD CONSTRAINT own CHECK (id <> 3){};\n",
                                                name, draw.chance(30) ? " NO INHERIT" : "")
                                  : "";
    object.sql += draw.chance(30) ? fmt::format("ALTER TABLE {} ALTER id SET DEFAULT 7;\n", name) : "";
    object.sql += with_comment(draw, "TABLE " + name);
    return true;
}

}  // namespace schemist::test
