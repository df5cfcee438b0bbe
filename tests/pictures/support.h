/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of pictures share: a folder of pictures of every kind, made by Python once per
 * program, with what Pillow finds in them; and files, frames and memory.
 */
#pragma once

#include "media/media.h"

G_BEGIN_DECLS

/* One picture and what is in it. */
typedef struct
{
  char *name;
  char *loader;
  int n_channels;
  int n_bits;
  int width;
  int height;
  int n_pages;
  int tolerance; /* largest difference per sample */
} Case;

/* Starts the test program; warnings of libvips about bad files do not end it. */
void support_init (int *argc, char ***argv);

/*
 * The folder, made on first use and removed by support_finish(); NULL where there is no Python
 * with Pillow, and the running test is then marked as skipped.
 */
const char *support_get_folder (void);
void support_finish (void);

/* The pictures with known content: `Case`s. */
GPtrArray *support_get_cases (void);

/* Runs a script of tests/oracle with Pillow's Python; arguments end with NULL. */
void support_run (const char *script, ...) G_GNUC_NULL_TERMINATED;

/* The path of a file in the folder (need not exist); free with g_free(). */
char *support_path (const char *name);
GBytes *support_read (const char *name);
void support_write (const char *name, gconstpointer data, gsize size);

/* The module; the test fails where it does not open. */
const GengaMedia *support_media (void);

/* Loads a picture of the folder, which must work. */
GengaFrame *support_load (const char *name);

/* Loading must fail with GENGA_ERROR_INPUT and a sentence that names the file and `word`. */
void support_assert_refused (const char *name, const char *word);

/* A folder for results, empty, in the one of pictures; NULL as that. Free with g_free(). */
char *support_make_output_folder (void);
guint support_count_files (const char *into);

/* Saves a frame in a folder, which must work. The path that was written; free with g_free(). */
char *support_save (GengaFrame *frame,
                    const char *into,
                    const char *name,
                    const GengaPictureSave *params);

/* The largest difference between a frame's samples and densely packed ones of its type. */
int support_get_difference (const GengaFrame *frame, gconstpointer expected);

/* A frame with slopes in every channel. */
GengaFrame *support_new_frame (int width, int height, GengaSample sample, GengaLayout layout);

/* The most memory in MiB that was resident so far. */
int support_get_peak_mib (void);
/* Whether memory and time mean anything: under a sanitizer they do not. */
gboolean support_can_measure (void);

G_END_DECLS
