# The tests start the service in their own process, and play the chat endpoint by httplib's server.
target_link_libraries(test_chatbot PRIVATE chatbot_objects PkgConfig::CPP_HTTPLIB)
