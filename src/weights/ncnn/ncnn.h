/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of ncnn models: a description in text and, beside it, the weights ("x.param",
 * "x.bin"). For src/weights only.
 */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* The name of the weights that belong to the description `path`: "x.bin" for "x.param". */
char *genga_ncnn_dup_weights_name (const char *path);

/* Fills `dict` from the description in `bytes`. Errors as in weights-error.h. */
gboolean genga_ncnn_read (GengaStateDict *dict, GBytes *bytes, GError **error);

G_END_DECLS
