# The tests start the service in their own process, and as the program that it is; they play the chat endpoint by
# httplib's server.
target_link_libraries(test_chatbot PRIVATE chatbot_objects PkgConfig::CPP_HTTPLIB)
add_dependencies(test_chatbot chatbot)

# The page in a browser. It is skipped where there is none and none can be installed.
add_test(NAME "chatbot: the page in a browser"
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/chatbot/page/run ${PROJECT_BINARY_DIR})
set_tests_properties("chatbot: the page in a browser" PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77)
