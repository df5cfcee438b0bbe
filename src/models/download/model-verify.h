/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the files of models are those that were published: their hashes against the catalogue's.
 *
 * Thread rule: any thread; blocks.
 */
#pragma once

#include "models/catalogue/offer-list.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_VERIFY_RIGHT,
  GENGA_VERIFY_WRONG,   /* another content */
  GENGA_VERIFY_MISSING, /* of a model of several files */
  GENGA_VERIFY_UNKNOWN, /* no hash is known */
} GengaVerifyState;

/* A file that was looked at. */
typedef struct
{
  char *path;
  char *model; /* its name in the catalogue; NULL: it is not in there */
  GengaVerifyState state;
} GengaVerified;

void genga_verified_free (GengaVerified *self);

/*
 * Looks at all model files in `folders`, or at those of one model of the catalogue where `only` is
 * not NULL. GengaVerified; free with g_ptr_array_unref(). Errors: GENGA_ERROR_INPUT;
 * G_IO_ERROR_CANCELLED.
 */
GPtrArray *genga_model_verify (GengaOfferList *offers,
                               const GengaOffer *only,
                               const char *const *folders,
                               GCancellable *cancellable,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVerified, genga_verified_free)

G_END_DECLS
