# Puts files into a program: cmake -DSOURCE=assets_made.cpp -DFOLDER=... -P EmbedAssets.cmake. Each entry of the list is
# a path of the service, its content type, and the file.
set(entries
    "/|text/html\\; charset=utf-8|page/index.html"
    "/chat.css|text/css\\; charset=utf-8|page/chat.css"
    "/chat.js|text/javascript\\; charset=utf-8|page/chat.js"
    "/icon.svg|image/svg+xml|page/icon.svg"
    "/openapi.json|application/json|openapi.json")
set(data "")
set(rows "")
set(number 0)
foreach(entry IN LISTS entries)
    string(REGEX MATCH "^([^|]*)\\|([^|]*)\\|([^|]*)$" matched "${entry}")
    set(path "${CMAKE_MATCH_1}")
    string(REPLACE "\\" "" type "${CMAKE_MATCH_2}")
    set(file "${FOLDER}/${CMAKE_MATCH_3}")
    # Single characters: a string literal would have a greatest length.
    file(READ ${file} bytes HEX)
    file(SHA256 ${file} hash)
    string(SUBSTRING ${hash} 0 16 hash)
    string(LENGTH "${bytes}" length)
    math(EXPR length "${length} / 2")
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND data "const char text_${number}[] = {\n${bytes}'\\0'};\n")
    string(APPEND rows "    {\"${path}\", \"${type}\", std::string_view(text_${number}, ${length}), \"\\\"${hash}\\\"\"},\n")
    math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${SOURCE} "// Made by chatbot/EmbedAssets.cmake.\n#include \"assets.hpp\"\n\nnamespace chat {\nnamespace {\n\n${data}\n"
    "const Asset all[] = {\n${rows}};\n\n}\n\nstd::span<const Asset> assets() {\n    return all;\n}\n\n}\n")
