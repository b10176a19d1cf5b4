# The tests start the service in their own process, and as the program that it is; they play the chat endpoint by
# httplib's server.
target_link_libraries(test_chatbot PRIVATE chatbot_objects PkgConfig::CPP_HTTPLIB)
add_dependencies(test_chatbot chatbot)

# The page in a browser. It is skipped where there is none and none can be installed.
add_test(NAME "chatbot: the page in a browser"
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/chatbot/page/run ${PROJECT_BINARY_DIR})
set_tests_properties("chatbot: the page in a browser" PROPERTIES TIMEOUT 900 SKIP_RETURN_CODE 77)

add_test(NAME "chatbot: the API is as openapi.json describes it"
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/chatbot/openapi.py $<TARGET_FILE:chatbot> ${PROJECT_SOURCE_DIR}/chatbot/openapi.json)
set_tests_properties("chatbot: the API is as openapi.json describes it" PROPERTIES TIMEOUT 300)

# Many clients while the database restarts; docs/chatbot.md says how to run it for longer.
add_executable(chatbot_load ${CMAKE_CURRENT_SOURCE_DIR}/chatbot/load/load.cpp)
target_link_libraries(chatbot_load PRIVATE schemist_test_support nlohmann_json::nlohmann_json PkgConfig::CPP_HTTPLIB)
add_dependencies(chatbot_load chatbot)
add_test(NAME "chatbot: many clients while the database restarts" COMMAND chatbot_load)
set_tests_properties("chatbot: many clients while the database restarts" PROPERTIES TIMEOUT 300)
