/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The elements of a Matroska file's header (EBML, RFC 8794), for what FFmpeg does not tell of it.
 *
 * Thread rule: any thread. The file is not trusted.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Elements, with the bits that say how long an identifier is (RFC 9559). */
#define GENGA_EBML_TRACK_ENTRY 0xae
#define GENGA_EBML_TRACK_TYPE 0x83

/* Bytes that are borrowed, from the one that is read next on. */
typedef struct
{
  const guint8 *at;
  const guint8 *end;
} GengaEbmlReader;

typedef struct
{
  guint32 id;
  guint64 size; /* in bytes, without the header; G_MAXUINT64: not known */
} GengaEbmlElement;

/*
 * The next element within another one, and a reader of what is in it. FALSE: there is none, or not
 * all of it.
 */
gboolean
genga_ebml_read_child (GengaEbmlReader *self, GengaEbmlElement *element, GengaEbmlReader *content);

/* What is larger than `max` is `max`. */
int genga_ebml_read_number (const GengaEbmlReader *content, int max);

/* No list of tracks that is read is larger. */
#define GENGA_EBML_MAX_TRACKS_BYTES (16 << 20)

/*
 * What is in the list of tracks of a Matroska file, `size` bytes at `offset` of it; to free with
 * g_free(). NULL: it is none, or can't be read.
 */
guint8 *genga_ebml_read_tracks (const char *path, gint64 *offset, gsize *size);

G_END_DECLS
