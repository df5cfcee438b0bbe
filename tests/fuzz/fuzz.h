/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput(); it is linked
 * with libFuzzer, or with fuzz-main.c, which runs it over files once.
 */
#pragma once

#include "weights/state-dict.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Reads every element of every tensor (the corners of very large ones), so that a sanitizer sees
 * whether they lie where they should. */
void fuzz_read_tensors (GengaStateDict *dict);
