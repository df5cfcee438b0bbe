/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stills: single frames of videos, for what is looked at before and after a job.
 *
 * A GengaStillReader keeps a file open, so that the frames that follow come quickly.
 *
 * Thread rule: a reader by one thread at a time. Every function blocks.
 */
#pragma once

#include "media/single-frame.h"

G_BEGIN_DECLS

/* A position that leaves it to the reader: some seconds in, and not a dark frame. */
#define GENGA_STILL_TELLING GENGA_SINGLE_FRAME_TELLING

typedef struct
{
  GengaFrame *frame; /* RGB(A) F32 */
  GengaSourceInfo info;
  double seconds;   /* of the frame, since the video's first one */
  GObject *wrapped; /* what the program made of it, or NULL */
} GengaStill;

GengaStill *genga_still_ref (GengaStill *self);
void genga_still_unref (GengaStill *self);

/* Makes of a still what the program shows; NULL where it cannot. Runs in the reader's thread. */
typedef GObject *(*GengaStillWrapFunc) (const GengaStill *still);

typedef struct _GengaStillReader GengaStillReader;

GengaStillReader *genga_still_reader_new (void);
void genga_still_reader_free (GengaStillReader *self);

/*
 * The first frame at or after a position, which is taken to half a frame; the last one where none
 * follows. Errors: those of genga_source_open() and genga_source_read(),
 * G_IO_ERROR_CANCELLED.
 */
GengaStill *genga_still_reader_read (GengaStillReader *self,
                                     const char *path,
                                     double seconds,
                                     GengaDeinterlace deinterlace,
                                     GCancellable *cancellable,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStill, genga_still_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStillReader, genga_still_reader_free)

G_END_DECLS
