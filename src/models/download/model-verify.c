/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/download/model-verify.h"
#include "models/catalogue.h"
#include "models/download/part-file.h"

#include <string.h>

void
genga_verified_free (GengaVerified *self)
{
  g_free (self->path);
  g_free (self->model);
  g_free (self);
}

typedef struct
{
  GPtrArray *results;
  GCancellable *cancellable;
  GError **error;
} Look;

static gboolean
add (Look *self, const char *path, const char *model, const char *sha256)
{
  GengaVerified *result = g_new0 (GengaVerified, 1);
  g_autofree char *digest = NULL;

  g_ptr_array_add (self->results, result);
  result->path = g_strdup (path);
  result->model = g_strdup (model);
  result->state = sha256 == NULL ? GENGA_VERIFY_UNKNOWN : GENGA_VERIFY_MISSING;
  if (sha256 == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  digest = genga_part_file_dup_sha256_of (path, self->cancellable, self->error);
  if (digest == NULL)
    return FALSE;
  result->state = g_str_equal (digest, sha256) ? GENGA_VERIFY_RIGHT : GENGA_VERIFY_WRONG;
  return TRUE;
}

/* The files of a model, the first of which was found at `path`. */
static gboolean
add_offer (Look *self, const GengaOffer *offer, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  for (guint i = 0; i < offer->files->len; i++)
    {
      const GengaOfferFile *file = offer->files->pdata[i];
      g_autofree char *other = g_build_filename (folder, file->name, NULL);

      if (!add (self, i == 0 ? path : other, offer->name, file->sha256))
        return FALSE;
    }
  return TRUE;
}

/* A file with another suffix than the catalogue's is another form of the same model. */
static const GengaOffer *
find_offer (GengaOfferList *offers, const GengaCatalogueEntry *entry)
{
  const GengaOffer *offer = genga_offer_list_find_file (offers, entry->file_name);

  if (offer != NULL && g_ascii_strcasecmp (((const GengaOfferFile *)offer->files->pdata[0])->name,
                                           entry->file_name) == 0)
    return offer;
  return NULL;
}

GPtrArray *
genga_model_verify (GengaOfferList *offers,
                    const GengaOffer *only,
                    const char *const *folders,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GPtrArray) entries = genga_catalogue_collect (folders);
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)genga_verified_free);
  Look self = { results, cancellable, error };

  for (guint i = 0; i < entries->len; i++)
    {
      const GengaCatalogueEntry *entry = entries->pdata[i];
      const GengaOffer *offer = find_offer (offers, entry);

      if (only != NULL && offer != only)
        continue;
      if (!(offer != NULL ? add_offer (&self, offer, entry->path)
                          : add (&self, entry->path, NULL, NULL)))
        return NULL;
    }
  return g_steal_pointer (&results);
}
