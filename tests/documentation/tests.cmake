# The examples of the documents are run, with the build installed into a folder as a user would have it.
set(documents README docs/getting-started docs/models docs/autogenerate docs/commands docs/configuration docs/revisions
    docs/deployment docs/troubleshooting)
if(TARGET chatbot)
    list(APPEND documents docs/chatbot)
endif()
foreach(document IN LISTS documents)
    add_test(NAME "documentation: ${document}.md"
        COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/documentation/with-installed ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND} ${CMAKE_CXX_COMPILER}
            ${CMAKE_CURRENT_SOURCE_DIR}/documentation/run ${PROJECT_SOURCE_DIR}/${document}.md)
    set_tests_properties("documentation: ${document}.md" PROPERTIES TIMEOUT 600)
    file(STRINGS ${PROJECT_SOURCE_DIR}/${document}.md needs_database REGEX "^<!-- test: postgresql -->$")
    if(needs_database)
        # It is called the same in all of them.
        set_tests_properties("documentation: ${document}.md" PROPERTIES RESOURCE_LOCK documentation_database)
    endif()
endforeach()

# What is built by a document links the library of this build, and so needs what this build was instrumented with.
if(SCHEMIST_SANITIZE OR SCHEMIST_COVERAGE)
    set(flags "")
    if(SCHEMIST_SANITIZE)
        string(APPEND flags " -fsanitize=${SCHEMIST_SANITIZE}")
    endif()
    if(SCHEMIST_COVERAGE)
        string(APPEND flags " --coverage")
    endif()
    foreach(document IN LISTS documents)
        set_property(TEST "documentation: ${document}.md" APPEND PROPERTY ENVIRONMENT "CXXFLAGS=${flags}")
    endforeach()
endif()

add_test(NAME "documentation: every link leads somewhere"
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/documentation/links ${PROJECT_SOURCE_DIR})

# That the runner notices what differs.
add_test(NAME "documentation: a wrong document is found out"
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/documentation/with-installed ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND} ${CMAKE_CXX_COMPILER}
        ${CMAKE_CURRENT_SOURCE_DIR}/documentation/run ${CMAKE_CURRENT_SOURCE_DIR}/documentation/wrong.md)
set_tests_properties("documentation: a wrong document is found out" PROPERTIES
    PASS_REGULAR_EXPRESSION "wrong.md: 6 commands, 3 of the outputs are not as the document says")

# Made by the command itself.
add_test(NAME "documentation: docs/reference.md is what the command says of itself"
    COMMAND sh -c "\"$1\" help --markdown | diff - \"$2\"" sh $<TARGET_FILE:schemist-command> ${PROJECT_SOURCE_DIR}/docs/reference.md)
