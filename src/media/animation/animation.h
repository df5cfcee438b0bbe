/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Animated pictures: which picture files have many frames, found by walking their structure without
 * decoding anything. Sources: GIF89a with the NETSCAPE2.0 extension, the APNG and WebP container
 * specifications.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *kind; /* "gif", "apng", "webp"; static */
  guint n_frames;
  guint loop_count;  /* how many times it is shown; 0 = for ever */
  gboolean is_whole; /* the file goes on to its end */
  gboolean has_end;  /* and has all of the mark that is to be there */
} GengaAnimation;

/* Whether the file is a picture of two frames or more; then `*kind` is its name. */
gboolean genga_animation_sniff (int fd, const char **kind);

/* All of it. FALSE where it is no such thing. */
gboolean genga_animation_look (const char *path, GengaAnimation *animation);

/* The same of an open file, and for how many seconds (double) each of its frames says it is shown.
 */
gboolean genga_animation_look_into (int fd, GengaAnimation *animation, GArray *lengths);

/*
 * Whether the file, where all of it `is_held`, the canvas as a decoder has it, twice, and a frame
 * of the result fit into `budget` bytes (0: any number); else GENGA_ERROR_INPUT with both numbers.
 */
gboolean genga_animation_check_budget (const char *name,
                                       guint64 file_size,
                                       gboolean is_held,
                                       guint width,
                                       guint height,
                                       guint64 budget,
                                       GError **error);

/* The same, of the header of a GIF or PNG, whose file is read bit by bit. */
gboolean genga_animation_check_canvas (const char *path, guint64 budget, GError **error);

G_END_DECLS
