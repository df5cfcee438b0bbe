/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading files in confined processes (job/reader/reader-process.h), for a program that shows them:
 * the same as the functions of job/preview do here. What comes is checked; a process that ends is
 * an error (GENGA_ERROR_INPUT) of what is read, beside those that the functions have.
 *
 * All that the window decodes of files goes through here: the picture before and after a job,
 * sources of previews with their profiles, single frames of videos, trial runs, thumbnails. What
 * files are is found out by job/reader/look-apart.h.
 *
 * Thread rule: any thread; one at a time, each reader. Every function blocks.
 */
#pragma once

#include "core/options.h"
#include "job/preview/grabbed-frame.h"
#include "job/preview/preview-source.h"
#include "job/preview/thumbnail.h"

G_BEGIN_DECLS

/* As genga_picture_file_read() in job/preview/picture-file.h. */
GengaFrame *genga_read_apart_picture (const char *path,
                                      guint64 max_memory_bytes,
                                      double output_factor,
                                      GCancellable *cancellable,
                                      GError **error);

/* As genga_thumbnail_read(). */
GengaFrame *genga_read_apart_thumbnail (const char *path,
                                        int size,
                                        GengaThumbnailFacts *facts,
                                        GCancellable *cancellable,
                                        GError **error);

/* As genga_preview_source_read(). */
gboolean genga_read_apart_preview_source (const char *path,
                                          GengaOptions *options,
                                          GCancellable *cancellable,
                                          GengaPreviewSource *source,
                                          GError **error);

/*
 * Sees to it that plans with the model “match” read nothing of the source
 * (genga_plan_match_knows()). Errors: as of genga_plan_match_look().
 */
gboolean genga_read_apart_look (const char *path,
                                GengaOptions *options,
                                GCancellable *cancellable,
                                GError **error);

/* Single frames of videos, as genga_frame_reader_read(): the last one stays open. */
typedef struct _GengaFramesApart GengaFramesApart;

GengaFramesApart *genga_frames_apart_new (void);
void genga_frames_apart_free (GengaFramesApart *self);
GengaGrabbedFrame *genga_frames_apart_read (GengaFramesApart *self,
                                            const char *path,
                                            double seconds,
                                            GengaDeinterlace deinterlace,
                                            GCancellable *cancellable,
                                            GError **error);

/* The same, small and as a screen shows it: of at most `size` pixels a side. */
GengaFrame *genga_frames_apart_read_small (GengaFramesApart *self,
                                           const char *path,
                                           double seconds,
                                           int size,
                                           GCancellable *cancellable,
                                           GError **error);

/* A part of a video and what became of it, as of job/preview/trial-reader.h; for a screen. */
typedef struct _GengaTrialApart GengaTrialApart;

GengaTrialApart *genga_trial_apart_new (const char *source,
                                        const char *result,
                                        GengaOptions *options,
                                        GCancellable *cancellable,
                                        GError **error);
void genga_trial_apart_free (GengaTrialApart *self);
gboolean genga_trial_apart_read (GengaTrialApart *self,
                                 GengaFrame **before,
                                 GengaFrame **after,
                                 double *seconds,
                                 GCancellable *cancellable,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFramesApart, genga_frames_apart_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaTrialApart, genga_trial_apart_free)

G_END_DECLS
