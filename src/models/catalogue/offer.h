/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaOffer: a model that can be had, as Genga's catalogue (models/catalogue.json) describes it;
 * whether it is there is another question (models/catalogue.h).
 *
 * The catalogue holds facts alone. What is not known of a model is NULL or 0. Only a file whose
 * size and hash are known has a link, and only where the licence allows anybody to fetch it; of
 * the other models there is a page.
 *
 * Thread rule: immutable once it is read; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The hash, in lower-case hexadecimal digits. */
#define GENGA_SHA256_DIGITS 64

typedef struct
{
  char *name;         /* in the folder of models: one part of a path, never hidden */
  char *url;          /* https, gives the file itself; or NULL */
  char *sha256;       /* where there is a url, or else NULL or not */
  guint64 size_bytes; /* where there is a url; 0: not known */
} GengaOfferFile;

typedef struct
{
  char *id; /* letters, digits, ".", "-" and "_": "2x-AniScale" */
  char *name;
  char *author;
  char *family;      /* as GengaNetSpec's */
  char *licence;     /* "CC BY-NC 4.0" */
  char *licence_url; /* its text */
  char *page;        /* where people read of it; https, never NULL */
  char **tags;       /* OpenModelDB's: "anime", "compression-removal"; never NULL */
  int scale;         /* 0: not known */
  GPtrArray *files;  /* of GengaOfferFile; the first is the one that is opened. May be empty. */
} GengaOffer;

GengaOffer *genga_offer_new (void);
void genga_offer_free (GengaOffer *self);

/* Adds an empty file, which is borrowed. */
GengaOfferFile *genga_offer_add_file (GengaOffer *self);

/* Whether all of its files have links. */
gboolean genga_offer_can_download (const GengaOffer *self);

/* Of all files together; 0 where one of them is not known. */
guint64 genga_offer_get_size (const GengaOffer *self);

gboolean genga_offer_has_tag (const GengaOffer *self, const char *tag);

/*
 * What it is for, from its tags, translated: "Anime, cartoons; removes compression artefacts and
 * noise". "" where nothing is known.
 */
char *genga_offer_dup_purpose (const GengaOffer *self);

/* "CC BY-NC 4.0, not for commercial use", "licence unknown"; translated. */
char *genga_offer_dup_licence (const GengaOffer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaOffer, genga_offer_free)

G_END_DECLS
