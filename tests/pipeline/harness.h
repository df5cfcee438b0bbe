/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures on disk, jobs run to their end, results read back. */
#pragma once

#include "../contract/fixtures.h"
#include "job/pipeline.h"
#include "media/media.h"

G_BEGIN_DECLS

/* A new temporary folder; free with g_free(). */
char *genga_test_make_dir (void);

/* Writes a frame as PNG `name` in `dir` (16 bits for U16) and answers the path. */
char *genga_test_write_png (const char *dir, const char *name, GengaFrame *frame);

GengaFrame *genga_test_read (const char *path);

/* Options with `model` at `scale`, results may be replaced. */
GengaOptions *genga_test_make_options (const char *model, int scale);

/* Runs jobs through one pipeline until all have ended. */
void genga_test_run_jobs (GengaJob **jobs, guint n_jobs);

/* Runs one picture and answers the result's frame; fails the test on any error. */
GengaFrame *genga_test_upscale (const char *source, GengaOptions *options);

/* One sample of a packed U8 or U16 frame. */
int genga_test_get_sample (GengaFrame *frame, int x, int y, int channel);

G_END_DECLS
