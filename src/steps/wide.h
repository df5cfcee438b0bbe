/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GENGA_WIDE: a function with loops over samples is compiled once more for CPUs with AVX2, and the
 * one for this CPU is taken when the program starts. Without contraction (meson.build) both make
 * the same numbers. Where tools look at every access, there is only one.
 */
#pragma once

#include <glib.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) &&                      \
    !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#  define GENGA_WIDE __attribute__ ((target_clones ("avx2", "default")))
#else
#  define GENGA_WIDE
#endif
