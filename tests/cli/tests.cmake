# The tests run the programs that were built: the command, the chatbot's tool, and two tools of an example project
# whose models change from the first to the second.
get_target_property(cli_sources test_cli SOURCES)
list(FILTER cli_sources EXCLUDE REGEX "/tests/cli/tools/")
set_property(TARGET test_cli PROPERTY SOURCES ${cli_sources})
add_dependencies(test_cli schemist-command chatbot-schemist)
foreach(version v1 v2)
    add_executable(models_${version}_tool ${CMAKE_CURRENT_LIST_DIR}/tools/tool.cpp)
    target_compile_definitions(models_${version}_tool PRIVATE MODELS="models_${version}.hpp")
    target_link_libraries(models_${version}_tool PRIVATE schemist_options schemist)
    add_dependencies(test_cli models_${version}_tool)
endforeach()
