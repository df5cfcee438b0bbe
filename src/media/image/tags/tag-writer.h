/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts a picture's tags into what an encoder writes that was told to write none: the encoders of
 * libvips invent some (a resolution of 25.4 dpi, EXIF), and lose others.
 *
 * PNG (specification, sections 5 and 11.3), JPEG (ITU-T T.81, B.1.1; JFIF 1.02; Exif 2.3) and WebP
 * (container specification). Any thread.
 */
#pragma once

#include "core/picture-format.h"
#include "media/image/tags/tags.h"

G_BEGIN_DECLS

/* What one segment of a JPEG holds. */
#define GENGA_JPEG_MAX_EXIF 65527

typedef gboolean (*GengaTagWriteFunc) (gpointer data, gconstpointer bytes, gsize size);

typedef struct
{
  GengaFormat format;
  const GengaTags *tags; /* borrowed */
  int width;
  int height;
  GengaTagWriteFunc write;
  gpointer data;
  /*< private >*/
  GByteArray *held;    /* what has to be complete before it can be passed on */
  gboolean is_through; /* the rest is passed on as it is */
} GengaTagWriter;

/* Whether tags of a format are put in here; of others, libvips writes those that it knows. */
gboolean genga_tag_writer_knows (GengaFormat format);

/* What comes is behind the tags, which an earlier writer has written; whether that is so. */
void genga_tag_writer_skip (GengaTagWriter *self);
gboolean genga_tag_writer_is_through (const GengaTagWriter *self);

/* FALSE when `write` fails. */
gboolean genga_tag_writer_write (GengaTagWriter *self, gconstpointer bytes, gsize size);
gboolean genga_tag_writer_finish (GengaTagWriter *self);
void genga_tag_writer_clear (GengaTagWriter *self);

/*
 * What of the tags `format` can't hold, a few words for a sentence ("IPTC, comment"), or NULL; free
 * with g_free().
 */
char *genga_tags_dup_losses (const GengaTags *tags, GengaFormat format);

G_END_DECLS
