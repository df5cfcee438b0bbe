/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaSink: where frames go, one after the other: a picture file, an animated picture, a folder of
 * frames, the segments of a video, memory, or another sink with something beside it.
 *
 * The type is open, so that every room can make a sink. What can be refused is refused when it is
 * made, before anything is computed.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef struct _GengaSink GengaSink;

typedef struct
{
  /* Once, before the first frame; `n_done` is known from then on. NULL: nothing is to be done. */
  gboolean (*begin) (GengaSink *self, GError **error);

  /* The next frame, which is borrowed. Errors: GENGA_ERROR_OUTPUT, _OUT_OF_MEMORY. */
  gboolean (*write) (GengaSink *self, GengaFrame *frame, GError **error);

  /*
   * After the last frame: the result is whole, durable, and has its name. Errors:
   * GENGA_ERROR_OUTPUT, _INCOMPLETE (what belongs to the frames could not be read),
   * G_IO_ERROR_CANCELLED.
   */
  gboolean (*finish) (GengaSink *self, GError **error);

  /*
   * Frames come from the first one on after all: what was done earlier counts for nothing. Before
   * the first frame is written; the thread that reads. NULL: nothing is ever done earlier.
   */
  gboolean (*restart) (GengaSink *self, GError **error);

  /* The segment of the result that a frame of this time goes into; segments are made without a look
   * at one another. NULL: there is one. Any thread. */
  gint64 (*get_segment) (GengaSink *self, gint64 pts);

  /* What was not finished goes, but for what another run goes on with. */
  void (*free) (GengaSink *self);
} GengaSinkClass;

struct _GengaSink
{
  const GengaSinkClass *klass;
  guint64 n_done;         /* frames that are there, those of an earlier run among them */
  gint64 convert_us;      /* of the time that writing took: making frames what is coded */
  char *written;          /* the path really written, once finished, where there is one */
  gboolean is_made_again; /* set before it is freed: another sink goes on with its work at once */
};

/* The entries of the class. */
gboolean genga_sink_begin (GengaSink *self, GError **error);
gboolean genga_sink_write (GengaSink *self, GengaFrame *frame, GError **error);
gboolean genga_sink_finish (GengaSink *self, GError **error);
gboolean genga_sink_restart (GengaSink *self, GError **error);
gint64 genga_sink_get_segment (GengaSink *self, gint64 pts);
/* `self` may be NULL. */
void genga_sink_free (GengaSink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSink, genga_sink_free)

G_END_DECLS
