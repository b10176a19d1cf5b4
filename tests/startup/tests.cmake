if(TARGET test_startup)
    schemist_embed_migrations(test_startup DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/migrations NAMESPACE embedded::test)
endif()
