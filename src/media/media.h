/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Media: files in, files out. The only code that knows libvips (and, later, the FFmpeg libraries).
 *
 * The media libraries are heavy, so they live in a module that is opened on first use
 * (genga_media_get()); this header is its border. The module shares GengaFrame and GengaError
 * with the program through the core library.
 *
 * Thread rule: every function may be called from any thread.
 */
#pragma once

#include "core/choices.h"
#include "core/frame.h"
#include "core/picture-format.h"
#include "core/progress.h"
#include "media/source.h"

G_BEGIN_DECLS

/* How a picture is written. */
typedef struct
{
  GengaFormat format;    /* not AUTO */
  int quality;           /* JPEG and lossy WebP, 0 to 100 */
  int png_level;         /* 0 to 9 */
  gboolean png_optimise; /* level 9 and adaptive filters */
  gboolean webp_lossless;
  gboolean webp_near_lossless;  /* lossless of pixels that are changed as `quality` allows */
  int webp_method;              /* 0 to 6 */
  GengaSubsampling subsampling; /* of JPEG */
  GengaCompression compression; /* of TIFF */
  float background[3];          /* RGB from 0 to 1, behind alpha in JPEG, which has none */
  int bit_depth;     /* 8; 16 (PNG, TIFF); 32 (TIFF); 0: 8 for 8-bit frames, else 16 where it can */
  double dpi_factor; /* that a resolution is multiplied by; 0: it stays */
  gboolean overwrite;      /* replace an existing file; else GENGA_ERROR_OUTPUT */
  const char *through;     /* the bytes go to this file first, which its owner removes; or NULL */
  int descriptor;          /* > 0: the bytes go there, and nothing appears under the path */
  GBytes *state;           /* of a PNG or TIFF that goes on with what is in `through`; or NULL */
  GengaProgress *progress; /* gets notices; may be NULL */

  /* What is asked where the disk is full, or NULL: TRUE to try once more, FALSE to fail. */
  gboolean (*wait_for_disk_space) (gpointer data);
  gpointer disk_space_data;
} GengaPictureSave;

/* A picture that is read by rows, and one that is written by rows. */
typedef struct _GengaPictureReader GengaPictureReader;
typedef struct _GengaPictureWriter GengaPictureWriter;

typedef struct
{
  guint abi; /* GENGA_MEDIA_ABI */

  /* A line about versions for diagnostics ("libvips 8.14.1"). */
  const char *(*get_version) (void);

  /*
   * Reads the header only; `params` may be NULL. Errors: GENGA_ERROR_INPUT (missing, a folder, a
   * device or a FIFO, not a picture, or a format that is not supported, by name).
   */
  gboolean (*picture_probe) (const char *path,
                             const GengaSourceParams *params,
                             GengaSourceInfo *info,
                             GError **error);

  /*
   * Reads a whole picture: first page, orientation applied, grey and palette and CMYK and 16 bits
   * understood, transparency (palette and tRNS too) as alpha; U8 or U16, packed. ICC, EXIF (its
   * orientation reset), XMP, IPTC, comments, PNG's text and the resolution are attached. Truncated
   * or damaged files are refused (GENGA_ERROR_INPUT), unless the parameters allow it and the
   * decoder makes something of them: a notice says so, and what lacks is as the decoder leaves it.
   * So are those over the budget, from the header, with the number (GENGA_ERROR_INPUT).
   */
  GengaFrame *(*picture_load) (const char *path,
                               const GengaSourceParams *params,
                               GCancellable *cancellable,
                               GError **error);

  /*
   * The same by rows, from top to bottom, of a picture that `reads_rows`; there is no budget. The
   * next `n_rows`, fewer at its end, NULL behind it. What of the file is damaged shows when it is
   * come to. `progress` of the parameters is borrowed. `reader_free` takes NULL.
   */
  GengaPictureReader *(*reader_new) (const char *path,
                                     const GengaSourceParams *params,
                                     GCancellable *cancellable,
                                     GError **error);
  GengaFrame *(*reader_read) (GengaPictureReader *self, int n_rows, GError **error);
  void (*reader_free) (GengaPictureReader *self);

  /*
   * Writes a packed frame of any sample type under `path`, which appears only when it is complete
   * (temporary file beside it, fsync, rename without replacing unless params->overwrite). JPEG:
   * alpha is composited on the background, “auto” is 4:2:0 below quality 90, 4:4:4 from there.
   * Metadata that the frame carries is written. `*written` gets the path really written, which
   * differs where a WebP is too large and becomes a PNG. Errors: GENGA_ERROR_OUTPUT (exists, no
   * room, no permission, format cannot hold the size), G_IO_ERROR_CANCELLED; nothing is left
   * behind.
   */
  gboolean (*picture_save) (GengaFrame *frame,
                            const char *path,
                            const GengaPictureSave *params,
                            GCancellable *cancellable,
                            char **written,
                            GError **error);

  /*
   * The same by rows, from top to bottom: a picture of `height` rows as wide as `first`, which has
   * their layout and sample type and what the picture carries. PNG, JPEG and TIFF hold a few of the
   * frames that come at a time, other formats all pixels, with the samples of the file. Nothing is
   * there before the end, and nothing stays of what is freed before; `writer_free` takes NULL.
   */
  GengaPictureWriter *(*writer_new) (const GengaFrame *first,
                                     int height,
                                     const char *path,
                                     const GengaPictureSave *params,
                                     GCancellable *cancellable,
                                     GError **error);
  gboolean (*writer_write) (GengaPictureWriter *self, GengaFrame *rows, GError **error);
  gboolean (*writer_finish) (GengaPictureWriter *self, char **written, GError **error);
  /*
   * Makes the rows so far of a PNG or TIFF durable, and what another writer needs to go on behind
   * them, in this or another process, so that the file has the same bytes as without the break.
   * `*state` stays NULL where there is nothing yet to go on from, or the format knows no such
   * thing.
   */
  gboolean (*writer_save) (GengaPictureWriter *self, GBytes **state, GError **error);
  void (*writer_free) (GengaPictureWriter *self);

  /*
   * A picture's colours, by its own profile, as sRGB (f32; a new reference where there is nothing
   * to do) and back in place (media/image/colour-map.h: unless `clamps`, colours outside sRGB keep
   * the profile's primaries); and without a profile, once they stay sRGB. Errors:
   * GENGA_ERROR_OUT_OF_MEMORY.
   */
  GengaFrame *(*colours_to_srgb) (GengaFrame *frame, gboolean clamps, GError **error);
  void (*colours_from_srgb) (GengaFrame *frame);
  /*
   * For who has a picture's rows one after the other, which have to be mapped alike: whether rows
   * have a colour outside sRGB (FALSE where there is nothing to do, too), and rows of a picture
   * that has one or not, as above.
   */
  gboolean (*colours_are_outside) (GengaFrame *rows, gboolean *are_outside, GError **error);
  GengaFrame *(*colours_rows_to_srgb) (GengaFrame *rows, gboolean are_outside, GError **error);
  void (*colours_forget) (GengaFrame *frame);

  /* What the program genga-picture-worker does (media/image/worker.h); its exit code. */
  int (*serve) (void);
} GengaMedia;

#define GENGA_MEDIA_ABI 13
#define GENGA_MEDIA_ENTRY "genga_media_module_get"
typedef const GengaMedia *(*GengaMediaGetFunc) (GError **error);

/*
 * The media module, opened on first use and kept. Errors: GENGA_ERROR_UNAVAILABLE with what is
 * missing.
 */
const GengaMedia *genga_media_get (GError **error);

G_END_DECLS
