/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a fuzz target is: one file, linked with libFuzzer, or with fuzz-main.c, which runs it over
 * files once.
 */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
