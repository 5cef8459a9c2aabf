# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings, and heartline_library(): one static library a folder of models/.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(HEARTLINE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# A compiler that is newer than ours warns of what ours did not know: that ends no user's build, only CI's.
option(HEARTLINE_WERROR "Warnings are errors" OFF)
if(HEARTLINE_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_options(-Wall -Wextra -Wno-missing-field-initializers
  -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wfloat-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wduplicated-cond -Wlogical-op)
  if(CMAKE_UNITY_BUILD)
    # To it, a source that is included is a header.
    add_compile_options(-Wno-subobject-linkage)
  endif()
  # False reports on strings (GCC bugs 105651, 105329), the latter where <string> is precompiled.
  add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-stringop-overread -Wno-stringop-overflow)
endif()
# One setting for libraries and programs, so that all can share the precompiled headers; programs are
# linked position-independent.
add_compile_options(-fPIC)
add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
# What is built for users is hardened: these programs parse what strangers send.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
endif()
if(HEARTLINE_SANITIZE)
  add_compile_options(-O1 -g1 -fno-omit-frame-pointer -fsanitize=${HEARTLINE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HEARTLINE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False reports of g++ from asio's fences and Beast's parser, under sanitizers only.
    add_compile_options(-Wno-tsan -Wno-error=maybe-uninitialized)
  endif()
endif()
add_compile_definitions(HEARTLINE_VERSION="${PROJECT_VERSION}" QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING)

# heartline_precompile(TARGET...): headers that nearly every file includes, compiled once for all. No file relies on them:
# linters read each file without.
function(heartline_precompile)
  foreach(target ${ARGN})
    target_precompile_headers(${target} REUSE_FROM heartline_precompiled)
  endforeach()
endfunction()

# heartline_library(NAME SOURCES ... PUBLIC ... PRIVATE ...)
function(heartline_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(heartline_${name} STATIC ${ARG_SOURCES})
  target_include_directories(heartline_${name} PUBLIC ${CMAKE_SOURCE_DIR}/models)
  target_link_libraries(heartline_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  heartline_precompile(heartline_${name})
endfunction()

# heartline_qml_module(TARGET...): after qt_add_qml_module; what Qt generates of QML files shadows its own parameters.
function(heartline_qml_module)
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endforeach()
endfunction()
