# schemist_embed_migrations(TARGET DIRECTORY folder [NAMESPACE name]) puts the revision files of a folder into a program.
#
# It makes a header NAME_migrations.hpp with the function NAME::embedded_migrations(), where NAME is NAMESPACE, or the
# target's name as a C++ identifier:
#
#   schemist_embed_migrations(server DIRECTORY migrations NAMESPACE chat)
#
#   #include "chat_migrations.hpp"
#   schemist::migrate({.migrations = chat::embedded_migrations()});
#
# A file that is added, changed or removed is seen by the next build. The same file is the script that the build runs.

function(schemist_embed_write_files folder namespace source header)
    file(GLOB files ${folder}/*.sql)
    list(SORT files)
    set(data "")
    set(entries "")
    set(number 0)
    foreach(file IN LISTS files)
        get_filename_component(name ${file} NAME)
        if(name MATCHES "^schema\\.")
            continue()
        endif()
        # Single characters: a string literal would have a greatest length, and bytes that it cannot hold.
        file(READ ${file} bytes HEX)
        string(LENGTH "${bytes}" length)
        math(EXPR length "${length} / 2")
        string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
        string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" name "${name}")
        string(APPEND data "const char text_${number}[] = {\n${bytes}'\\0'};\n")
        string(APPEND entries "    {\"${name}\", std::string_view(text_${number}, ${length})},\n")
        math(EXPR number "${number} + 1")
    endforeach()
    if(number EQUAL 0)
        set(body "    return {};\n")
    else()
        set(body "    return migrations;\n")
        set(entries "const schemist::EmbeddedMigration migrations[] = {\n${entries}};\n")
    endif()
    get_filename_component(header_name ${header} NAME)
    file(WRITE ${header}.new "#pragma once\n// Made by schemist_embed_migrations().\n\n#include <schemist/migrate.hpp>\n\n#include <span>\n\n"
        "namespace ${namespace} {\n\nstd::span<const schemist::EmbeddedMigration> embedded_migrations();\n\n}\n")
    file(WRITE ${source} "// Made by schemist_embed_migrations().\n#include \"${header_name}\"\n\n"
        "namespace ${namespace} {\nnamespace {\n\n${data}\n${entries}\n}\n\n"
        "std::span<const schemist::EmbeddedMigration> embedded_migrations() {\n${body}}\n\n}\n")
    # Who includes the header need not be compiled again when only a migration has changed.
    file(COPY_FILE ${header}.new ${header} ONLY_IF_DIFFERENT)
    file(REMOVE ${header}.new)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    schemist_embed_write_files(${FOLDER} ${NAMESPACE} ${SOURCE} ${HEADER})
    return()
endif()

set(SCHEMIST_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE} CACHE INTERNAL "The script that schemist_embed_migrations runs")

function(schemist_embed_migrations target)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "DIRECTORY;NAMESPACE" "")
    if(NOT ARG_DIRECTORY OR ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "schemist_embed_migrations(TARGET DIRECTORY folder [NAMESPACE name])")
    endif()
    if(NOT ARG_NAMESPACE)
        string(MAKE_C_IDENTIFIER ${target} ARG_NAMESPACE)
    endif()
    get_filename_component(folder ${ARG_DIRECTORY} ABSOLUTE)
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
    if(NOT files)
        message(WARNING "schemist_embed_migrations: there are no migrations in ${folder}")
    endif()
    string(REPLACE "::" "_" name ${ARG_NAMESPACE})
    set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded)
    set(source ${generated}/${name}_migrations.cpp)
    set(header ${generated}/${name}_migrations.hpp)
    # The list of the files is a file itself, so that one that is removed makes the command run again.
    file(MAKE_DIRECTORY ${generated})
    file(GENERATE OUTPUT ${generated}/files.txt CONTENT "${files}\n")
    add_custom_command(
        OUTPUT ${source}
        BYPRODUCTS ${header}
        COMMAND ${CMAKE_COMMAND} -D FOLDER=${folder} -D NAMESPACE=${ARG_NAMESPACE} -D SOURCE=${source} -D HEADER=${header}
            -P ${SCHEMIST_EMBED_SCRIPT}
        DEPENDS ${files} ${generated}/files.txt ${SCHEMIST_EMBED_SCRIPT}
        COMMENT "Embedding the migrations of ${folder}"
        VERBATIM)
    target_sources(${target} PRIVATE ${source})
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${generated}>)
endfunction()
