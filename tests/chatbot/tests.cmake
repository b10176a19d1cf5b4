# The tests start the service in their own process, and as the program that it is; they play the chat endpoint by
# httplib's server.
target_link_libraries(test_chatbot PRIVATE chatbot_objects PkgConfig::CPP_HTTPLIB)
add_dependencies(test_chatbot chatbot)
