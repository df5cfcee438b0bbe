/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What files are, as one confined process finds out (job/reader/reader-process.h): for lists of
 * them. A file that ends it, or has no answer after a minute, is no source, and the next one is
 * looked at by another process.
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include "job/queue/inputs.h"

G_BEGIN_DECLS

typedef struct _GengaLookApart GengaLookApart;

/* For these files, and what lies in these folders. Starts nothing yet. Once `cancellable` is
 * cancelled, a file that is looked at is no source (G_IO_ERROR_CANCELLED); it may be NULL. */
GengaLookApart *genga_look_apart_new (const char *const *paths, GCancellable *cancellable);
void genga_look_apart_free (GengaLookApart *self);

/* As genga_input_is_video(). */
gboolean genga_look_apart_is_video (GengaLookApart *self, const char *path, GengaOptions *options);

/* As genga_input_is_source(). */
gboolean genga_look_apart_is_source (GengaLookApart *self,
                                     const char *path,
                                     GengaOptions *options,
                                     gboolean allows_truncated,
                                     GError **error);

/* For genga_inputs_expand(); valid as long as `self`. */
GengaInputLook genga_look_apart_get_look (GengaLookApart *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaLookApart, genga_look_apart_free)

G_END_DECLS
