/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory of zeros for an encoder that reads what it has not written: x264 with macroblock-tree rate
 * control and B-frames, whose packets otherwise depend on what memory has held before, so that no
 * two runs give the same bytes. Its frames are allocated while it is called.
 *
 * Between the two calls what this process allocates is zero; that is for glibc, and does nothing
 * elsewhere. glibc leaves out what it hands out again from a thread's own cache of freed blocks, of
 * at most 1 KiB each; x264's frames are larger.
 *
 * Thread rule: any thread, also several at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether an encoder of this name is one of those. */
gboolean genga_clean_memory_is_needed (const char *encoder);

void genga_clean_memory_enter (void);
void genga_clean_memory_leave (void);

G_END_DECLS
