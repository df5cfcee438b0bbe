/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the media module: what its files share about libvips.
 *
 * libvips reports through one text buffer for all threads. Who sees a call fail makes the sentence
 * itself, and hands that text to the log with genga_vips_drop_error().
 */
#pragma once

#include "media/image/bmp.h"
#include "media/media.h"
#include "media/image/sniff.h"

#include <sys/stat.h>
#include <vips/vips.h>

G_BEGIN_DECLS

/* The library's types under names of our own, as its newer releases define these functions. */
typedef VipsImage GengaVipsImage;
typedef VipsSource GengaVipsSource;
typedef VipsTarget GengaVipsTarget;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVipsImage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVipsSource, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVipsTarget, g_object_unref)

/* Logs libvips's text about a failed call and empties its buffer. */
void genga_vips_drop_error (const char *what);

/* A file that was looked at and can be given to libvips. */
typedef struct
{
  char *name; /* for messages */
  int fd;
  struct stat stat; /* when it was opened */
  GengaLoader loader;
  guint n_pages;
  GengaBmp bmp;  /* its header, where it is one */
  GBytes *bytes; /* formats that libvips would map, or NULL: a map dies when the file shrinks */
} GengaVipsFile;

#define GENGA_VIPS_FILE_INIT                                                                       \
  {                                                                                                \
    .fd = -1                                                                                       \
  }

/*
 * Opens a file of a known picture format without ever blocking. Errors: GENGA_ERROR_INPUT. Cleared
 * in any case with genga_vips_file_clear().
 */
gboolean genga_vips_file_open (GengaVipsFile *self, const char *path, GError **error);
void genga_vips_file_clear (GengaVipsFile *self);

/* Whether the file is still what it was when it was opened; else GENGA_ERROR_INPUT. */
gboolean genga_vips_file_check_unchanged (GengaVipsFile *self, GError **error);

/*
 * The picture behind a source, its header read and its pixels not yet, which need the source; free
 * with g_object_unref(). NULL with libvips's text in its buffer.
 */
VipsImage *genga_vips_file_read_header (GengaVipsFile *self, VipsFailOn fail_on);

/*
 * The steps from what a file holds to what a frame can hold: grey or RGB, with or without alpha,
 * U8 or U16. Metadata stay attached except a profile that no longer fits. NULL with an error
 * (GENGA_ERROR_INPUT) where the numbers mean nothing that can be shown.
 */
VipsImage *genga_vips_convert (VipsImage *image, const GengaVipsFile *source, GError **error);

/* Moves ICC, EXIF and XMP between an image of libvips and a frame. */
void genga_vips_take_metadata (GengaFrame *frame,
                               VipsImage *image,
                               const char *name,
                               GengaProgress *progress);
void genga_vips_give_metadata (VipsImage *image, const GengaFrame *frame, GengaProgress *progress);

/* The colour space of a profile that can be used ('RGB ', 'GRAY', 'CMYK'), or 0. */
guint32 genga_icc_get_space (const guint8 *data, gsize size);
#define GENGA_ICC_RGB 0x52474220
#define GENGA_ICC_GREY 0x47524159
#define GENGA_ICC_CMYK 0x434d594b

/* The entries of GengaMedia. */
gboolean genga_vips_probe (const char *path, GengaSourceInfo *info, GError **error);
GengaFrame *genga_vips_load (const char *path,
                             const GengaSourceParams *params,
                             GCancellable *cancellable,
                             GError **error);
gboolean genga_vips_save (GengaFrame *frame,
                          const char *path,
                          const GengaPictureSave *params,
                          GCancellable *cancellable,
                          char **written,
                          GError **error);

G_END_DECLS
