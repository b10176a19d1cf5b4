# A project outside of this tree, built against the installed one.
add_test(NAME "install: a project finds and uses the installed package"
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/run ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND} ${CMAKE_CXX_COMPILER})
set_tests_properties("install: a project finds and uses the installed package" PROPERTIES TIMEOUT 600)
