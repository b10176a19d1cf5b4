# How everything of the project is compiled: warnings, sanitizers, ccache, and the function that declares a module.

find_program(SCHEMIST_CCACHE ccache)
if(SCHEMIST_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${SCHEMIST_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${SCHEMIST_CCACHE})
endif()
find_program(SCHEMIST_MOLD mold)
if(SCHEMIST_MOLD)
    add_link_options(-fuse-ld=mold)
endif()
# Only what a program calls gets into it: half of the parser's and Boost's code stays out, and start-up reads less.
add_compile_options($<$<NOT:$<CONFIG:Debug>>:-ffunction-sections> $<$<NOT:$<CONFIG:Debug>>:-fdata-sections>)
add_link_options($<$<NOT:$<CONFIG:Debug>>:-Wl,--gc-sections>)

add_library(schemist_options INTERFACE)
target_compile_options(schemist_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -Werror>
    # With optimisation g++ 12 warns of copies and optionals that are right (its bugs 105651 and 80635).
    $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-restrict;-Wno-maybe-uninitialized>)
target_include_directories(schemist_options INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
if(SCHEMIST_SANITIZE)
    add_compile_options(-fsanitize=${SCHEMIST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SCHEMIST_SANITIZE})
endif()
add_library(schemist_asio INTERFACE)
target_include_directories(schemist_asio SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
if(SCHEMIST_SANITIZE STREQUAL "thread")
    # The thread sanitizer knows mutexes, which order all of it too, and no fences.
    target_compile_definitions(schemist_asio INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
if(SCHEMIST_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()

# schemist_module(NAME [DEPENDS module...] [LINKS library...]) makes the object library schemist_NAME of all sources
# in src/NAME. DEPENDS names the modules whose headers it includes; tests/architecture compares it with the #include lines.
function(schemist_module name)
    cmake_parse_arguments(ARG "" "" "DEPENDS;LINKS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
    if(NOT sources)
        return()
    endif()
    add_library(schemist_${name} OBJECT ${sources})
    target_link_libraries(schemist_${name} PRIVATE schemist_options ${ARG_LINKS})
    set_property(GLOBAL APPEND PROPERTY SCHEMIST_MODULES schemist_${name})
    set_property(GLOBAL APPEND PROPERTY SCHEMIST_LINKS ${ARG_LINKS})
endfunction()
