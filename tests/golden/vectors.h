/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared golden vectors: what the reference implementation makes of its networks. */
#pragma once

#include "net.h"

G_BEGIN_DECLS

#define GOLDEN_RTOL 1e-4
#define GOLDEN_ATOL 1e-5
/* SPAN multiplies its input by 255. */
#define GOLDEN_SPAN_TOLERANCE 1e-3
/*
 * The reference sorts pixels by kind with a sort that is not stable, so that the order of equals,
 * and with it who shares a group, is the processor's. In that order LibTorch is within 1e-6.
 */
#define GOLDEN_ATD_TOLERANCE 4e-3

/* A folder of the shared data, or NULL after saying that the test is skipped. */
char *golden_find_folder (const char *name);
char *golden_get_path (const char *folder, const char *name, const char *suffix);

/*
 * Raw outputs of every network of the index in `folder` that Genga knows and the back end runs; a
 * message names the other ones. Returns how many were checked.
 */
guint golden_check_index (const GengaBackend *backend, const char *folder);

/* Clamped output of real weights, `file`, on the picture `name`; skips where they are not there. */
void golden_check_real (const GengaBackend *backend,
                        const char *name,
                        const char *file,
                        double tolerance);

G_END_DECLS
