# Models and histories that are written in Python, with Debian's SQLModel, SQLAlchemy and Alembic.
foreach(name chatbot_models import_alembic)
    add_test(NAME "python: ${name}" COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/python/${name} ${PROJECT_BINARY_DIR})
    set_tests_properties("python: ${name}" PROPERTIES TIMEOUT 600)
endforeach()
