/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Genga has put into the user's folder of models by itself, and may therefore take out again:
 * a hidden file in that folder with the names and hashes of what was downloaded.
 *
 * Thread rule: any thread, any process; blocks.
 */
#pragma once

#include "models/catalogue/offer.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* A model that was downloaded. */
typedef struct
{
  char *id;     /* of the offer that it was */
  char **names; /* of its files, the one that is opened first */
  char **sums;  /* the SHA-256 of each */
} GengaDownload;

void genga_download_free (GengaDownload *self);

/*
 * Those of which a file is still there: GengaDownload, by id; free with g_ptr_array_unref(). Empty
 * where nothing is known.
 */
GPtrArray *genga_download_record_list (void);

/* The one with this id; NULL where there is none. */
GengaDownload *genga_download_record_find (const char *id);

/* Notes that all files of `offer` are there. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_download_record_add (const GengaOffer *offer, GError **error);

/*
 * Removes the files of a model that was downloaded, for good. Errors: GENGA_ERROR_MODEL where it
 * was not, GENGA_ERROR_OUTPUT where a file is not any more what was downloaded (nothing is
 * removed then), or cannot be removed.
 */
gboolean genga_download_record_remove (const char *id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaDownload, genga_download_free)

G_END_DECLS
