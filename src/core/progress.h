/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaProgress: what a running job reports, and where it waits and stops.
 *
 * Workers add to atomic counters and leave notices; the owner samples them on the main context
 * ten times a second. Workers pass genga_progress_check() between tiles: it holds while the job is
 * paused and ends it when it is cancelled.
 *
 * Thread rule: every function from any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaProgress GengaProgress;

/* `cancellable` may be NULL. */
GengaProgress *genga_progress_new (GCancellable *cancellable);
/*
 * Of somebody who helps with the work of `whole`: it is paused and cancelled with that, its frames,
 * bytes and tiles count there. What it leaves for the user is left there, too, but only once: all
 * helpers may say the same, and what the whole has said before.
 */
GengaProgress *genga_progress_new_within (GengaProgress *whole);
/* Asks `get_us` for microseconds that never fall in the place of GLib's clock; before any work. */
void genga_progress_set_clock (GengaProgress *self, gint64 (*get_us) (void));
GengaProgress *genga_progress_ref (GengaProgress *self);
void genga_progress_unref (GengaProgress *self);

GCancellable *genga_progress_get_cancellable (GengaProgress *self);

/* Work is counted in units that cost about the same: input pixels of network passes. */
void genga_progress_add_total (GengaProgress *self, guint64 units);
void genga_progress_add_done (GengaProgress *self, guint64 units);
void genga_progress_add_tiles (GengaProgress *self, guint total, guint done);

/*
 * For jobs of many frames: how many there are (0 = not known) and how many are through. They
 * take the place of work in what is shown.
 */
void genga_progress_set_frames (GengaProgress *self, guint64 total);
void genga_progress_add_frame (GengaProgress *self);
/* So many of them come once more. */
void genga_progress_take_back_frames (GengaProgress *self, guint64 n);
/* How many of them were through before this run; they say nothing about its speed. */
void genga_progress_set_frames_before (GengaProgress *self, guint64 n);

/* The frames, or the one picture, come once more: nothing is through. */
void genga_progress_restart_frames (GengaProgress *self);

/* Bytes that have been written of a result that is made piece by piece. `self` may be NULL. */
void genga_progress_add_bytes (GengaProgress *self, guint64 bytes);

/*
 * FALSE with G_IO_ERROR_CANCELLED when the job is to stop; waits while it is paused. `self` may be
 * NULL: TRUE.
 */
gboolean genga_progress_check (GengaProgress *self, GError **error);
void genga_progress_set_paused (GengaProgress *self, gboolean paused);
/* `self` may be NULL: FALSE. */
gboolean genga_progress_is_paused (GengaProgress *self);

/* Leaves a sentence for the user (translated). `self` may be NULL: the sentence is logged. */
void genga_progress_notice (GengaProgress *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Takes all notices left since the last call, oldest first; free with g_ptr_array_unref(). */
GPtrArray *genga_progress_take_notices (GengaProgress *self);

typedef struct
{
  double fraction; /* 0 to 1 */
  guint tiles_done;
  guint tiles_total;
  gboolean has_frames; /* the job has many frames */
  guint64 frames_done;
  guint64 frames_total;     /* 0 = unknown */
  double frames_per_second; /* 0 while nothing can be said */
  guint64 bytes_written;
  double seconds_run;  /* since the first unit of work, pauses left out */
  double seconds_left; /* < 0 while nothing can be said */
} GengaProgressState;

void genga_progress_poll (GengaProgress *self, GengaProgressState *sample);

/* The work is done by another process: from here on, polls answer what that one says of it. */
void genga_progress_show (GengaProgress *self, const GengaProgressState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaProgress, genga_progress_unref)

G_END_DECLS
