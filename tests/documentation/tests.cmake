# The examples of the documents are run, with the build installed into a folder as a user would have it.
foreach(document README docs/getting-started docs/models docs/autogenerate docs/commands docs/configuration docs/revisions
        docs/deployment docs/troubleshooting docs/chatbot)
    add_test(NAME "documentation: ${document}.md"
        COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/documentation/with-installed ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND} ${CMAKE_CXX_COMPILER}
            ${CMAKE_CURRENT_SOURCE_DIR}/documentation/run ${PROJECT_SOURCE_DIR}/${document}.md)
    set_tests_properties("documentation: ${document}.md" PROPERTIES TIMEOUT 600)
endforeach()
