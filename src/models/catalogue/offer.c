/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/catalogue/offer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
file_free (gpointer data)
{
  GengaOfferFile *self = data;

  g_free (self->name);
  g_free (self->url);
  g_free (self->sha256);
  g_free (self);
}

GengaOffer *
genga_offer_new (void)
{
  GengaOffer *self = g_new0 (GengaOffer, 1);

  self->files = g_ptr_array_new_with_free_func (file_free);
  self->tags = g_new0 (char *, 1);
  return self;
}

void
genga_offer_free (GengaOffer *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->author);
  g_free (self->family);
  g_free (self->licence);
  g_free (self->licence_url);
  g_free (self->page);
  g_strfreev (self->tags);
  g_ptr_array_unref (self->files);
  g_free (self);
}

GengaOfferFile *
genga_offer_add_file (GengaOffer *self)
{
  GengaOfferFile *file = g_new0 (GengaOfferFile, 1);

  g_ptr_array_add (self->files, file);
  return file;
}

gboolean
genga_offer_can_download (const GengaOffer *self)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      if (((const GengaOfferFile *)self->files->pdata[i])->url == NULL)
        return FALSE;
    }
  return self->files->len > 0;
}

guint64
genga_offer_get_size (const GengaOffer *self)
{
  guint64 total = 0;

  for (guint i = 0; i < self->files->len; i++)
    {
      const GengaOfferFile *file = self->files->pdata[i];

      if (file->size_bytes == 0)
        return 0;
      total += file->size_bytes;
    }
  return total;
}

gboolean
genga_offer_has_tag (const GengaOffer *self, const char *tag)
{
  return g_strv_contains ((const char *const *)self->tags, tag);
}

/* ---- words ---- */

typedef struct
{
  const char *tag;
  const char *text; /* marked for translation */
} Word;

/* What a model is for comes first, what it does with the picture second. */
static const Word subjects[] = {
  { "anime", N_ ("anime") },  { "cartoon", N_ ("cartoons") },
  { "manga", N_ ("manga") },  { "pixel-art", N_ ("pixel art") },
  { "photo", N_ ("photos") }, { "video-frame", N_ ("videos") },
};

static const Word repairs[] = {
  { "compression-removal", N_ ("compression artefacts") },
  { "denoise", N_ ("noise") },
  { "deblur", N_ ("blur") },
  { "dehalo", N_ ("halos") },
  { "debanding", N_ ("banding") },
  { "anti-aliasing", N_ ("jagged edges") },
  { "dehalftone", N_ ("screentone dots") },
  { "dedither", N_ ("dithering") },
};

static char *
dup_words (const GengaOffer *self, const Word *words, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (genga_offer_has_tag (self, words[i].tag))
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", _ (words[i].text));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
dup_capitalised (const char *text)
{
  const char *rest = g_utf8_next_char (text);
  g_autofree char *first = g_utf8_strup (text, rest - text);

  return g_strconcat (first, rest, NULL);
}

char *
genga_offer_dup_purpose (const GengaOffer *self)
{
  g_autofree char *subject = dup_words (self, subjects, G_N_ELEMENTS (subjects));
  g_autofree char *repair = dup_words (self, repairs, G_N_ELEMENTS (repairs));
  g_autofree char *text = NULL;

  if (repair[0] == '\0')
    text = g_steal_pointer (&subject);
  else if (subject[0] == '\0')
    /* TRANSLATORS: of a model; %s is a list such as “compression artefacts, noise”. */
    text = g_strdup_printf (_ ("removes %s"), repair);
  else
    /* TRANSLATORS: what a model is for (“anime, cartoons”), and what it removes. */
    text = g_strdup_printf (_ ("%s; removes %s"), subject, repair);
  return text[0] != '\0' ? dup_capitalised (text) : g_steal_pointer (&text);
}

char *
genga_offer_dup_licence (const GengaOffer *self)
{
  if (self->licence == NULL)
    return g_strdup (_ ("licence unknown"));
  if (strstr (self->licence, "-NC") != NULL)
    /* TRANSLATORS: %s is a licence such as CC BY-NC 4.0. */
    return g_strdup_printf (_ ("%s, not for commercial use"), self->licence);
  return g_strdup (self->licence);
}
