/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments of a video that are made by themselves, wherever there is a processor for them, and the
 * joining of such segments. A segment is the very one that an export of the whole video makes
 * (job/export/segments.h): it has the frames between two marks of the source, which nobody but the
 * source and the network decides (job/export/places.h).
 *
 * The type is open: who wants segments says by a class where they go, and what has to be the same
 * before one is made. A job with a part (genga_job_set_part()) gives its result to that.
 *
 * Thread rule: `check` in the thread that reads, the others in the thread that writes.
 */
#pragma once

#include "job/export/journal-entry.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

/* A video that says it has more of them is refused: each of them costs a file. */
#define GENGA_PART_MAX_MARKS 1000000

typedef struct _GengaVideoPart GengaVideoPart;

/* What a byte of a segment depends on, known once source, model and encoder are open. Borrowed. */
typedef struct
{
  const GengaPlan *plan;
  const char *settings; /* the fingerprint (job/export/fingerprint.h) */
  const char *coding;   /* the encoder with all its settings, and FFmpeg's version */
  guint n_threads;      /* of the encoder */
  guint untiled;        /* of the plan (job/plan/plan-network.h) */
  double seconds;       /* from one mark to the next */
  guint64 n_marks;      /* so many segments, at most GENGA_PART_MAX_MARKS */
} GengaVideoPartFacts;

typedef struct
{
  /* Before the first frame; FALSE, with an error, ends the job. */
  gboolean (*check) (GengaVideoPart *self, const GengaVideoPartFacts *facts, GError **error);

  /* Where a segment is written until it is whole; g_free(). */
  char *(*dup_path) (GengaVideoPart *self, gint64 mark);

  /*
   * The segment of a mark is whole and its file, `path`, durable but for its name. `entry` tells of
   * it: `n_damaged` of its own frames, `next_pts` and `next_print` of what follows, where that is
   * known. NULL: no frame lies there. Errors: GENGA_ERROR_OUTPUT.
   */
  gboolean (*add) (GengaVideoPart *self,
                   gint64 mark,
                   const char *path,
                   const GengaJournalEntry *entry,
                   GError **error);

  /* ---- of a part that joins ---- */

  /* The file of the segment at an index is not what was written. */
  void (*set_damaged) (GengaVideoPart *self, guint index);
  /* The joined file is whole, and gets the result's name next. Errors: GENGA_ERROR_OUTPUT. */
  gboolean (*set_joined) (GengaVideoPart *self, const char *path, GError **error);
} GengaVideoPartClass;

struct _GengaVideoPart
{
  const GengaVideoPartClass *klass;

  gint64 first, last; /* marks; G_MAXINT64: to the end, whatever the source says of its length */
  guint64 n_marks;    /* so many segments; 0: by what the source says of its length */
  double seconds;     /* from one mark to the next; 0: this run decides */
  guint n_threads;    /* of the encoder; 0: this run decides */
  int untiled;        /* of the plan; < 0: this run decides */

  /* With segments to join nothing is read. */
  GengaVideoSegment **segments; /* in order; NULL: none are joined */
  const char *const *paths;     /* their files */
  guint n_segments;
  guint64 n_frames, n_damaged; /* of them all */
  const char *joined;          /* the file that they are joined in, beside the result */
};

G_END_DECLS
