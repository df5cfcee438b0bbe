/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaJob: one source that becomes one result.
 *
 * A job is made of a source path, a target path (or none: it is derived) and frozen options. It
 * runs in a GengaPipeline; its properties change on the main context only, ten times a second while
 * it runs.
 *
 * Properties: `source`, `target`, `options`, `state`, `fraction`, `seconds-left`, `message` (the
 * failure's sentence or the latest notice).
 */
#pragma once

#include "core/options.h"
#include "core/progress.h"
#include "engine/reuse/tile-store.h"
#include "job/memory-sink.h"
#include "job/target-hints.h"

G_BEGIN_DECLS

typedef struct _GengaVideoPart GengaVideoPart;

typedef enum
{
  GENGA_JOB_QUEUED,
  GENGA_JOB_RUNNING,
  GENGA_JOB_DONE,
  GENGA_JOB_FAILED,
  GENGA_JOB_CANCELLED,
} GengaJobState;

#define GENGA_TYPE_JOB_STATE (genga_job_state_get_type ())
GType genga_job_state_get_type (void);

#define GENGA_TYPE_JOB (genga_job_get_type ())
G_DECLARE_FINAL_TYPE (GengaJob, genga_job, GENGA, JOB, GObject)

/*
 * `options` is copied and frozen, or shared where it is frozen already. `target` NULL: STEM +
 * suffix + the format's ending, in the options' output folder or beside the source; two jobs of one
 * pipeline with the same target get different names ("name_upscaled-2.png").
 */
GengaJob *genga_job_new (const char *source, const char *target, GengaOptions *options);

/* A QUEUED job has FAILED before it was tried: its source is none. It can be tried again as others.
 */
void genga_job_refuse (GengaJob *self, const GError *error);

const char *genga_job_get_source (GengaJob *self);
const char *genga_job_get_target (GengaJob *self);           /* once done, the path really written;
                                                               where a file has that name, its path */
const char *genga_job_get_requested_target (GengaJob *self); /* NULL: derived */
GengaOptions *genga_job_get_options (GengaJob *self);
GengaJobState genga_job_get_state (GengaJob *self);
const GError *genga_job_get_error (GengaJob *self); /* while FAILED or CANCELLED */
/* FAILED because a file has the name of its result, as the options want it: nothing is wrong. */
gboolean genga_job_is_skipped (GengaJob *self);
/* FAILED for that file because nobody has said yet what becomes of it. */
gboolean genga_job_asks_about_existing (GengaJob *self);

/*
 * Whether the source has frames with times, as genga_input_is_video() in job/queue/inputs.h has
 * answered it for the queue. FALSE: not asked yet. A run asks for itself, since the file may be
 * another one by then.
 */
gboolean genga_job_get_is_video (GengaJob *self, gboolean *is_video);
void genga_job_set_is_video (GengaJob *self, gboolean is_video);
GengaProgress *genga_job_get_progress (GengaJob *self);

typedef enum
{
  GENGA_STAGE_READ,
  GENGA_STAGE_WORK,
  GENGA_STAGE_WRITE,
  GENGA_N_STAGES,
} GengaStage;

/* What the job does, known once it runs; zero before. */
typedef struct
{
  gboolean has_frames; /* the result is a video, an animation or a folder; else a picture */
  int source_width, source_height;
  int target_width, target_height;
  char model[128];   /* display name */
  char precision[8]; /* effective */
  char device[32];
  char device_reason[160]; /* why this one; empty: it was asked for */
  int tile;                /* input pixels, 0 = whole */
  int overlap;
  guint64 frames;          /* that went through; a picture has none */
  guint64 frames_repeated; /* that are the one before, whose result was handed on */
  guint64 frames_copied;   /* that repeat one before */
  guint64 frames_partly;   /* that have parts of frames before */
  guint64 tiles;           /* of the network, in all frames and passes */
  guint64 tiles_reused;
  guint64 tiles_partly;
  guint64 pixels; /* of these tiles */
  guint64 pixels_computed;
  guint64 peak_bytes;                     /* of the process */
  double waiting_seconds[GENGA_N_STAGES]; /* for the stages beside it */
  double compare_seconds;                 /* looking for what is the same */
  double read_seconds;                    /* per stage */
  double work_seconds;
  double network_seconds;
  double network_pixels; /* of all passes and frames; 0 where a preview had computed some */
  double write_seconds;
  double read_convert_seconds;  /* of reading: making frames what the steps get */
  double write_convert_seconds; /* of writing: making them what is coded */
} GengaJobFacts;

void genga_job_get_facts (GengaJob *self, GengaJobFacts *facts);

/* How long it was under way so far, without pauses; 0: it has not begun. */
double genga_job_get_seconds (GengaJob *self);

/* All notices so far, oldest first; borrowed strings. */
GPtrArray *genga_job_get_notices (GengaJob *self);

/*
 * Takes a frozen copy of `options` instead (frozen ones are shared). The job is QUEUED and no
 * pipeline has it yet, or CANCELLED, where they are for the job that follows it.
 */
void genga_job_set_options (GengaJob *self, GengaOptions *options);

/* Whether its options are for it alone: what is changed for all (job-queue.h) does not reach it. */
void genga_job_set_has_own_options (GengaJob *self, gboolean has_own_options);
gboolean genga_job_has_own_options (GengaJob *self);

/*
 * A name for the result where the options ask for names of a list: without a folder and an ending.
 * Before it runs.
 */
void genga_job_set_name (GengaJob *self, const char *name);
const char *genga_job_get_name (GengaJob *self);

/* What else its result's place depends on: copied, the name too. Before it runs. */
void genga_job_set_hints (GengaJob *self, const GengaTargetHints *hints);
/* Borrowed. */
const GengaTargetHints *genga_job_get_hints (GengaJob *self);

/*
 * Tiles that may have been computed before: of all the stores that it is given, the job works with
 * the first that is for the same files and options (job/tile-key.h) or is free, and lets go of them
 * when it ends. Where one is free, it leaves what it computes in the one that it works with. Before
 * it runs.
 */
void genga_job_add_tiles (GengaJob *self, GengaTileStore *tiles);
/* Of GengaTileStore; borrowed. */
GPtrArray *genga_job_get_tiles (GengaJob *self);

/*
 * Whether a job that finds the disk full waits until there is room, which is the case unless it is
 * said otherwise, or fails; a video that failed keeps what is finished. Before it runs.
 */
void genga_job_set_waits_for_disk_space (GengaJob *self, gboolean waits);
gboolean genga_job_get_waits_for_disk_space (GengaJob *self);

/*
 * A result that a file would hold without loss goes into `memory` instead, where it is not too
 * large; then the job has no target once it is done. Before it runs.
 */
void genga_job_set_memory (GengaJob *self, GengaMemoryFrame *memory);
/* Borrowed; NULL: none was set. */
GengaMemoryFrame *genga_job_get_memory (GengaJob *self);

/*
 * The result is a picture, of the first one in the source, and its file is written into `fd`, from
 * its place on. The descriptor stays the caller's, and open until the job has ended. Nothing
 * appears in the file system; the target is only a name then. Before it runs, in a pipeline of this
 * process.
 */
void genga_job_set_descriptor (GengaJob *self, int fd);
/* 0: none was set. */
int genga_job_get_descriptor (GengaJob *self);

/*
 * The source is what `fd` has open, a regular file, and is read through it: what has its name may
 * be another file meanwhile. The name says what messages and results are called. The descriptor
 * stays the caller's, and open until the job has ended. Before it runs, in a pipeline of this
 * process.
 */
void genga_job_set_source_descriptor (GengaJob *self, int fd);

/*
 * The same where jobs run apart: `func` opens the source right before it runs, and answers a
 * descriptor that becomes the caller's, or -1 with `*error`, with which the job ends then.
 */
typedef int (*GengaJobOpenFunc) (gpointer data, GError **error);
void genga_job_set_open_func (GengaJob *self,
                              GengaJobOpenFunc func,
                              gpointer data,
                              GDestroyNotify destroy);
gboolean genga_job_has_open_func (GengaJob *self);
int genga_job_open_source (GengaJob *self, GError **error);
/* Whether that was done, so that it no longer matters what gets the name. */
gboolean genga_job_was_opened (GengaJob *self);

/* What is opened to read the source: its name or, where it has a descriptor, that one's path. */
const char *genga_job_get_source_path (GengaJob *self);

/*
 * `func` is called by the thread that reads, as soon as it is certain where the result goes and
 * before anything is made there. Before it runs, in a pipeline of this process.
 */
typedef void (*GengaJobPlaceFunc) (const char *target, gpointer data);
void genga_job_set_place_func (GengaJob *self,
                               GengaJobPlaceFunc func,
                               gpointer data,
                               GDestroyNotify destroy);
/* ---- the same, for that thread ---- */
void genga_job_tell_place (GengaJob *self, const char *target);

/*
 * Only segments of the result are made, or made segments joined (job/export/part.h). Borrowed until
 * the job has ended. Before it runs.
 */
void genga_job_set_part (GengaJob *self, GengaVideoPart *part);
/* NULL: the job makes all of its result. */
GengaVideoPart *genga_job_get_part (GengaJob *self);

void genga_job_pause (GengaJob *self);
void genga_job_resume (GengaJob *self);
/* Ends the job within one tile; it is CANCELLED once it has cleaned up. */
void genga_job_cancel (GengaJob *self);

/* ---- for pipelines, which run jobs ---- */

void genga_job_start (GengaJob *self);
/* Reads the counters and notifies what changed. */
void genga_job_poll (GengaJob *self);
void genga_job_set_facts (GengaJob *self, const GengaJobFacts *facts);
/* The last change: DONE with the path really written, FAILED or CANCELLED with the error. */
void genga_job_finish (GengaJob *self, const char *target, const GError *error);

G_END_DECLS
