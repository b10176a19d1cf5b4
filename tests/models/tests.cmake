# What must not compile, and with which sentence. One file is one test.
file(GLOB compile_errors CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/compile_errors/*.cpp)
foreach(file ${compile_errors})
    get_filename_component(name ${file} NAME_WE)
    add_test(NAME "models: must not compile: ${name}"
        COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/compile_errors/check ${file}
                ${CMAKE_CXX_COMPILER} -std=c++20 -I${PROJECT_SOURCE_DIR}/include)
endforeach()
