# The tests run the programs that were built.
add_dependencies(test_faults schemist-command)
if(TARGET chatbot)
    add_dependencies(test_faults chatbot)
endif()
