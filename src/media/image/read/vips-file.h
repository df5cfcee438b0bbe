/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picture files, opened and looked at, for libvips. */
#pragma once

#include "media/image/read/bmp.h"
#include "media/image/read/worker-decode.h"
#include "media/image/sniff.h"
#include "media/image/vips-types.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* A file that was looked at and can be given to libvips. */
typedef struct
{
  char *name; /* for messages */
  int fd;
  struct stat stat; /* when it was opened */
  GengaLoader loader;
  guint n_pages;
  gboolean is_animated;      /* how many frames is not known; the first one is read */
  gboolean lacks_end;        /* all pixels may be there */
  gboolean allows_damage;    /* what is there is read, whatever lacks */
  gboolean is_damaged;       /* something does */
  gboolean is_too_large;     /* for who reads it */
  GCancellable *cancellable; /* borrowed, or NULL: of what a process of its own does */
  guint64 held_size;         /* bytes that a decoder has of all pixels until rows have been read */
  GError *reason;       /* why a process of its own could not decode it, or NULL: it is damaged */
  GengaDecoded decoded; /* once pixels of a decoder in a process of its own were asked for */
  GengaBmp bmp;         /* its header, where it is one */
  GBytes *bytes; /* formats that libvips would map, or NULL: a map dies when the file shrinks */
} GengaVipsFile;

#define GENGA_VIPS_FILE_INIT                                                                       \
  {                                                                                                \
    .fd = -1                                                                                       \
  }

/*
 * Opens a file of a known picture format without ever blocking. One that is truncated or damaged
 * opens: its header may say more. Errors: GENGA_ERROR_INPUT. Cleared in any case with
 * genga_vips_file_clear().
 */
gboolean genga_vips_file_open (GengaVipsFile *self,
                               const char *path,
                               gboolean allows_damage,
                               GError **error);
void genga_vips_file_clear (GengaVipsFile *self);

/* Whether the file is still what it was when it was opened; else GENGA_ERROR_INPUT. */
gboolean genga_vips_file_check_unchanged (GengaVipsFile *self, GError **error);

/*
 * The picture behind a source, its header read and its pixels not yet, which need the source; free
 * with g_object_unref(). NULL with libvips's text in its buffer.
 */
VipsImage *genga_vips_file_read_header (GengaVipsFile *self, VipsFailOn fail_on);

G_END_DECLS
