/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a path stands for, by its content and not by its name, and the source that reads it. This is
 * the only place that asks for the kind of a source; all others read its answer.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

typedef struct
{
  GengaSourceKind kind;
  gboolean is_video;     /* has frames with times: a video, an animation or a sequence */
  const char *container; /* of a video or an animation ("matroska", "gif"); static, "" where none */
} GengaProbe;

/*
 * Reads a few bytes, or up to a megabyte of what nobody knows by them. Whether what is no video,
 * animation or sequence is a picture or nothing that can be read, the picture's header says, when
 * it is opened: it counts as a picture here. `params` may be NULL for defaults.
 */
void genga_source_probe (const char *path, const GengaSourceParams *params, GengaProbe *probe);

/*
 * The source of a path, watched where its calls may never come back. Errors: GENGA_ERROR_INPUT,
 * GENGA_ERROR_UNAVAILABLE, GENGA_ERROR_USAGE (a pattern of names without a rate).
 */
GengaSource *genga_source_open (const char *path, const GengaSourceParams *params, GError **error);

/* The same, for a path that was probed. */
GengaSource *genga_source_open_probed (const char *path,
                                       const GengaProbe *probe,
                                       const GengaSourceParams *params,
                                       GError **error);

/*
 * Paths of the files that a sequence is made of, in a fixed order; a list of frames is one. NULL
 * for a source that is a single file. `params` may be NULL for defaults.
 */
GPtrArray *genga_source_list_files (const char *path, const GengaSourceParams *params);

G_END_DECLS
