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
#include "job/queue/result-record.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *subfolder;     /* of the folder that was given, in which it lies; NULL: in none */
  gboolean is_skipped; /* a file of a folder that is left out: `error` says why */
  gboolean is_result;  /* for that it was made by an earlier run */
  gboolean is_refused; /* a file that was given and is no picture or video: `error` says why */
  GError *error;       /* why there is nothing to do here; NULL: a source */
} GengaInput;

typedef gboolean (*GengaInputsStopFunc) (gpointer user_data);

/* Who looks at what files are; NULL functions: this process. */
typedef struct
{
  gboolean (*is_video) (gpointer data, const char *path, GengaOptions *options);
  gboolean (*is_source) (gpointer data,
                         const char *path,
                         GengaOptions *options,
                         gboolean allows_truncated,
                         GError **error);
  gpointer data;
} GengaInputLook;

/* What is wanted of folders; all borrowed. Zero is a valid request. */
typedef struct
{
  GengaOptions *options; /* may make a sequence of a folder; NULL: they do not */
  gboolean is_recursive; /* subfolders, too */
  gboolean reads_files; /* a file with a picture's name has to be one, and one that is given, too */
  gboolean allows_truncated;  /* pictures that are cut off are pictures, too */
  GengaResultRecord *results; /* results of earlier runs are left out; NULL: they are not */
  GengaInputLook look;
  GengaInputsStopFunc is_stopped; /* NULL, or answers TRUE to end early */
  gpointer user_data;
} GengaInputsRequest;

/*
 * A folder's pictures come sorted as people count ("2.png" before "10.png"), without hidden files.
 * Whether a file is a picture is told by its name or, where that is of no known kind, by its
 * content. Subfolders come in their place where they are wanted, and are left out otherwise; links
 * to folders are never followed, so that no folder comes twice. A folder that is not there, that
 * cannot be read or has no picture is an input with an error (GENGA_ERROR_INPUT); a subfolder
 * without pictures is nothing. A folder that the options make a sequence of is a source as it is,
 * but below the given one, a folder of frames that Genga wrote is left out.
 *
 * Array of GengaInput; free with g_ptr_array_unref().
 */
GPtrArray *genga_inputs_expand (char **paths, const GengaInputsRequest *request);

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

/*
 * Whether a path is of a kind that can be read: a video, or a picture, as its header says, too; cut
 * off, where that is allowed or `options` (may be NULL) say so. Errors: GENGA_ERROR_INPUT,
 * GENGA_ERROR_UNAVAILABLE.
 */
gboolean genga_input_is_source (const char *path,
                                GengaOptions *options,
                                gboolean allows_truncated,
                                GError **error);

/*
 * The kinds of results that options and the requested target (NULL: derived) make of a path
 * (GengaOptionResults); 0 where its beginning can't be read.
 */
guint genga_input_get_results (const char *path, GengaOptions *options, const char *requested);

G_END_DECLS
