/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sources that files and folders stand for: files as they are, folders as their
 * pictures.
 *
 * Thread rule: any thread. Blocks: reads folders and, where a name says nothing, the beginnings of
 * files.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  gboolean is_skipped; /* a file of a folder that is left out: `error` says why */
  GError *error;       /* why there is nothing to do here; NULL: a source */
} GengaInput;

typedef gboolean (*GengaInputsStopFunc) (gpointer user_data);

/*
 * A folder's pictures come sorted as people count ("2.png" before "10.png"), without its
 * subfolders and hidden files. Whether a file is a picture is told by its name or, where that is
 * of no known kind, by its content. A folder that cannot be read or has no picture is an input
 * with an error (GENGA_ERROR_INPUT). A folder that `options`, where they are not NULL, make a
 * sequence of is a source as it is. Stops early once `is_stopped`, where it is not NULL, answers
 * TRUE.
 *
 * Array of GengaInput; free with g_ptr_array_unref().
 */
GPtrArray *genga_inputs_expand (char **paths,
                                GengaOptions *options,
                                GengaInputsStopFunc is_stopped,
                                gpointer user_data);

/*
 * What a folder of frames says that its sound comes from, which is read beside it; NULL: nothing
 * does. It is only a name, and whether it is used is decided later.
 */
char *genga_input_dup_companion (const char *source);

/* The path that results are named after: the source, or what a pattern of frames is called. */
char *genga_input_dup_name (const char *source);

/*
 * Whether a path has frames with times: a video, an animation or, as `options` ask for where they
 * are not NULL, a sequence of pictures.
 */
gboolean genga_input_is_video (const char *path, GengaOptions *options);

G_END_DECLS
