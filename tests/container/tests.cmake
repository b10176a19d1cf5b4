target_link_libraries(test_container PRIVATE PkgConfig::CPP_HTTPLIB)
add_dependencies(test_container chatbot schemist-command)
