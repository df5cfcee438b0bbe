/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaGrabbedFrame: a single frame of a video, for what is looked at before and after a job.
 *
 * A GengaFrameReader keeps a file open, so that the frames that follow come quickly.
 *
 * Thread rule: a reader by one thread at a time. Every function blocks.
 */
#pragma once

#include "media/single-frame.h"

G_BEGIN_DECLS

/* A position that leaves it to the reader: some seconds in, and not a dark frame. */
#define GENGA_FRAME_TELLING GENGA_SINGLE_FRAME_TELLING

typedef struct
{
  GengaFrame *frame; /* RGB(A) F32 */
  GengaSourceInfo info;
  double seconds;   /* of the frame, since the video's first one */
  GObject *wrapped; /* what the program made of it, or NULL */
} GengaGrabbedFrame;

/* Frame `seconds` after the first one of a video of `info`. */
GengaGrabbedFrame *
genga_grabbed_frame_new (GengaFrame *take_frame, const GengaSourceInfo *info, double seconds);
GengaGrabbedFrame *genga_grabbed_frame_ref (GengaGrabbedFrame *self);
void genga_grabbed_frame_unref (GengaGrabbedFrame *self);

/* Makes of a grabbed frame what the program shows; NULL where it cannot. Runs in the reader's
 * thread. */
typedef GObject *(*GengaFrameWrapFunc) (const GengaGrabbedFrame *grabbed);

typedef struct _GengaFrameReader GengaFrameReader;

GengaFrameReader *genga_frame_reader_new (void);
void genga_frame_reader_free (GengaFrameReader *self);

/*
 * The first frame at or after a position, which is taken to half a frame; the last one where none
 * follows. Errors: those of genga_source_open() and genga_source_read(),
 * G_IO_ERROR_CANCELLED.
 */
GengaGrabbedFrame *genga_frame_reader_read (GengaFrameReader *self,
                                            const char *path,
                                            double seconds,
                                            GengaDeinterlace deinterlace,
                                            GCancellable *cancellable,
                                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaGrabbedFrame, genga_grabbed_frame_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFrameReader, genga_frame_reader_free)

G_END_DECLS
