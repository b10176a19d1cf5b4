#include "cli/diagram.hpp"

#include "cli/picture_text.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// "PK", "FK", "PK, FK" or nothing.
std::string keys_of(const TableStructure& table, const std::string& column) {
    std::string keys = table.primary_key && contains(table.primary_key->columns, column) ? "PK" : "";
    const bool refers = std::ranges::any_of(
        table.foreign_keys, [&](const ForeignKey& key) { return contains(key.columns, column); });
    if (refers) {
        keys += keys.empty() ? "FK" : ", FK";
    }
    return keys;
}

std::map<Name, std::size_t> numbers_of(const Schema& schema) {
    std::map<Name, std::size_t> numbers;
    for (const TableStructure& table : schema.tables) {
        numbers.emplace(table.name, numbers.size());
    }
    return numbers;
}

std::string dot_table(const TableStructure& table, std::size_t number) {
    std::string rows = fmt::format("<tr><td colspan=\"3\" bgcolor=\"#dfe7f5\"><b>{}</b></td></tr>",
                                   html_escaped(to_string(table.name)));
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        rows += fmt::format(
            "<tr><td align=\"left\">{}</td><td align=\"left\">{}{}</td><td align=\"left\" "
            "port=\"c{}\">{}</td></tr>",
            html_escaped(column.name), html_escaped(column.type), column.not_null ? "" : " ?", i,
            keys_of(table, column.name));
    }
    return fmt::format(
        "    t{} [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"3\" "
        "color=\"#99a3b3\">{}</table>>];\n",
        number, rows);
}

std::string mermaid_name(const Name& name) {
    return "\"" + to_string(name) + "\"";
}

// Mermaid's words have no blanks and no brackets.
std::string mermaid_word(std::string_view text) {
    std::string word;
    for (const char letter : text) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') || letter == '_' || letter == '(' ||
                           letter == ')';
        word += plain ? letter : '_';
    }
    return word;
}

constexpr std::string_view page_head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Schema</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 0; display: flex; flex-direction: column; height: 100vh; }
header { padding: .6rem 1rem; display: flex; gap: 1rem; align-items: baseline; border-bottom: 1px solid #ccc; flex-wrap: wrap; }
input { font: inherit; padding: .2rem .5rem; min-width: 16rem; }
#found button { font: inherit; border: 0; background: none; color: #1a56b0; cursor: pointer; }
#view { flex: 1; overflow: hidden; cursor: grab; }
svg { width: 100%; height: 100%; }
.dim { opacity: .15; } .node text, .edge { transition: opacity .1s; }
</style>
</head>
<body>
<header><strong>Schema</strong><input id="search" type="search" placeholder="table or column" aria-label="Find a table or column">
<span id="count"></span><span id="found"></span></header>
<div id="view">
)";

constexpr std::string_view page_script = R"(
</div>
<script>
'use strict';
const svg = document.querySelector('svg');
svg.removeAttribute('width'); svg.removeAttribute('height');
const whole = svg.viewBox.baseVal, box = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
const show = () => svg.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
const nodes = [...document.querySelectorAll('g.node')].map(node => {
  const words = [...node.querySelectorAll('text')].map(text => text.textContent);
  return { node, name: words[0], text: words.join('\n').toLowerCase() };
});
const edges = [...document.querySelectorAll('g.edge')];
function goTo(node) {
  const place = node.getBBox(), matrix = node.getCTM().inverse().multiply(svg.getCTM()).inverse();
  const point = new DOMPoint(place.x + place.width / 2, place.y + place.height / 2).matrixTransform(matrix);
  box.width = Math.max(place.width * 3, 600); box.height = box.width * svg.clientHeight / svg.clientWidth;
  box.x = point.x - box.width / 2; box.y = point.y - box.height / 2; show();
}
document.getElementById('search').addEventListener('input', event => {
  const wanted = event.target.value.trim().toLowerCase();
  const found = nodes.filter(one => one.text.includes(wanted));
  for (const one of nodes) one.node.classList.toggle('dim', wanted !== '' && !found.includes(one));
  for (const edge of edges) edge.classList.toggle('dim', wanted !== '');
  const list = document.getElementById('found'); list.replaceChildren();
  document.getElementById('count').textContent = wanted === '' ? '' : `${found.length} of ${nodes.length} tables`;
  for (const one of wanted === '' ? [] : found.slice(0, 12)) {
    const button = document.createElement('button'); button.textContent = one.name;
    button.onclick = () => goTo(one.node); list.append(button);
  }
  if (wanted !== '' && found.length === 1) goTo(found[0].node);
});
const view = document.getElementById('view');
view.addEventListener('wheel', event => {
  event.preventDefault();
  const factor = event.deltaY > 0 ? 1.15 : 1 / 1.15, area = svg.getBoundingClientRect();
  const x = (event.clientX - area.left) / area.width, y = (event.clientY - area.top) / area.height;
  box.x += box.width * x * (1 - factor); box.y += box.height * y * (1 - factor);
  box.width *= factor; box.height *= factor; show();
}, { passive: false });
view.addEventListener('pointermove', event => {
  if (event.buttons !== 1) return;
  box.x -= event.movementX * box.width / svg.clientWidth; box.y -= event.movementY * box.height / svg.clientHeight; show();
});
</script>
</body>
</html>
)";

}  // namespace

std::string diagram_dot(const Schema& schema) {
    const std::map<Name, std::size_t> numbers = numbers_of(schema);
    std::string text =
        "digraph schema {\n    rankdir=LR;\n    ranksep=1.2;\n    pack=30;\n    packmode=graph;\n    node "
        "[shape=plain, "
        "fontname=\"sans-serif\", "
        "fontsize=11];\n    edge [color=\"#5a6b85\", arrowhead=normal, arrowtail=crow, dir=both];\n";
    std::string edges;
    for (const TableStructure& table : schema.tables) {
        const std::size_t number = numbers.at(table.name);
        text += dot_table(table, number);
        for (const ForeignKey& key : table.foreign_keys) {
            const auto target = numbers.find(key.referenced_table);
            const auto column = std::ranges::find(table.columns, key.columns.front(), &Column::name);
            if (target != numbers.end() && column != table.columns.end()) {
                edges += fmt::format("    t{}:c{}:e -> t{}:w;\n", number, column - table.columns.begin(),
                                     target->second);
            }
        }
    }
    return text + edges + "}\n";
}

std::string diagram_mermaid(const Schema& schema) {
    const std::map<Name, std::size_t> numbers = numbers_of(schema);
    std::string text = "erDiagram\n";
    std::string edges;
    for (const TableStructure& table : schema.tables) {
        text += fmt::format("    {} {{\n", mermaid_name(table.name));
        for (const Column& column : table.columns) {
            const std::string keys = keys_of(table, column.name);
            text +=
                fmt::format("        {} {}{}{}\n", mermaid_word(column.type.empty() ? "any" : column.type),
                            mermaid_word(column.name), keys.empty() ? "" : " ", keys);
        }
        text += "    }\n";
        for (const ForeignKey& key : table.foreign_keys) {
            if (numbers.contains(key.referenced_table)) {
                edges += fmt::format("    {} ||--o{{ {} : \"{}\"\n", mermaid_name(key.referenced_table),
                                     mermaid_name(table.name), fmt::join(key.columns, ", "));
            }
        }
    }
    return text + edges;
}

std::string diagram_page(const Schema& schema) {
    return std::string(page_head) + svg_of(diagram_dot(schema)) + std::string(page_script);
}

}  // namespace schemist::cli
