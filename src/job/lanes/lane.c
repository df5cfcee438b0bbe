/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/lanes/lane.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/item-queue.h"
#include "core/item.h"
#include "job/export/duplicates.h"
#include "job/export/frame-stats.h"
#include "job/export/segments.h"
#include "job/lanes/lane-options.h"
#include "job/plan/plan-network.h"
#include "job/plan/planner.h"
#include "job/source-params.h"
#include "media/rotated.h"
#include "steps/step.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

/* As between the stages of a job. */
#define QUEUE_ITEMS 4
#define QUEUE_BYTES (32 << 20)

/* Of a segment, before its frames and behind them. */
typedef struct
{
  gboolean is_end;
  gint64 mark;
  guint64 number; /* of the first frame */
  guint64 n_frames;
  guint64 n_damaged;
  gint64 next_pts;
  char *next_print; /* NULL: no frame follows */
} Border;

struct _GengaLane
{
  GengaLaneSetup setup;
  guint index;
  GengaProgress *progress;
  GengaOptions *options;
  GThread *threads[GENGA_N_STAGES];
  GengaItemQueue *read_to_work;
  GengaItemQueue *work_to_write;

  GengaLaneSource *source;
  GengaChain chain;
  GengaDuplicates *repeats; /* NULL: each frame is made */

  const GengaVideo *video;
  GengaVideoWrite write;
  GengaSegmentCoder *coder;
  guint64 number; /* of the first frame of the segment under way */
  char *path;     /* its file */
  gboolean is_open;
  guint64 n_frames; /* of it, that count as done */

  GMutex mutex;
  GengaJobFacts facts, told; /* protected by mutex */
};

/* ---- borders ---- */

static void
item_free (gpointer data)
{
  GengaItem *item = data;
  Border *border = item->owner;

  if (border != NULL)
    g_free (border->next_print);
  g_free (border);
  genga_item_free (item);
}

static gboolean
send_border (GengaLane *self, const Border *border)
{
  GengaItem *item = genga_item_new (GENGA_ITEM_END, g_memdup2 (border, sizeof *border), NULL);

  return genga_item_queue_send (self->read_to_work, item, 0);
}

/* ---- the end of a lane ---- */

/* Who may have a better device goes on. */
static void
end_with (GengaLane *self, GError *take_error)
{
  const gboolean is_device = g_error_matches (take_error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST) ||
                             g_error_matches (take_error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY) ||
                             g_error_matches (take_error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);

  if (is_device)
    genga_segment_board_lose (self->setup.board, self->index, take_error);
  else
    genga_segment_board_fail (self->setup.board, take_error);
}

/* ---- facts ---- */

static void
tell (GengaLane *self)
{
  GengaJobFacts more = { 0 };

  if (self->setup.on_facts == NULL)
    return;
  genga_frame_stats_add_difference (&more, &self->facts, &self->told);
  self->told = self->facts;
  self->setup.on_facts (&more, self->setup.facts_data);
}

static void
add_seconds (GengaLane *self, double *seconds, gint64 start_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  *seconds += (g_get_monotonic_time () - start_us) / 1e6;
}

/* ---- opening ---- */

static GengaSource *
open_source (GengaLane *self, GError **error)
{
  GengaSourceParams params = genga_source_params_from_options (self->options, self->progress);
  GengaSource *source = genga_source_params_open (
      &params, genga_job_get_source_path (self->setup.job), self->options, error);

  if (source != NULL && self->setup.is_rotated)
    source = genga_rotated_new (source);
  return source;
}

static gboolean
check_precision (GengaLane *self, GError **error)
{
  const GengaPlan *plan = self->setup.plan;

  if (self->chain.plan->precision == plan->precision ||
      genga_options_get_boolean (plan->options, GENGA_OPTION_MIXED_DEVICES))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” computes in another precision than “%s”. Choose a --precision that both "
                  "have, or add --mixed-devices."),
               self->chain.plan->device.id, plan->device.id);
  return FALSE;
}

static gboolean
open_chain (GengaLane *self, const GengaSourceInfo *info, GError **error)
{
  GengaPlanRequest request = genga_plan_request_new (genga_job_get_source (self->setup.job), info,
                                                     self->options, self->setup.target);
  GengaPlan *plan;

  request.source_path = genga_job_get_source_path (self->setup.job);
  request.container = self->setup.plan->write.container;
  plan = genga_plan_new (&request, error);
  if (plan == NULL || !genga_chain_open (&self->chain, plan, &request, self->progress, error) ||
      !check_precision (self, error))
    return FALSE;
  genga_chain_set_untiled (&self->chain, genga_plan_get_untiled (self->setup.plan));
  if (plan->reuse != GENGA_REUSE_OFF)
    self->repeats = genga_duplicates_new (&self->chain, self->setup.plan->kept_bytes /
                                                            self->setup.plan->devices.n);
  return TRUE;
}

static gboolean
open_coder (GengaLane *self, const GengaSource *source, GError **error)
{
  self->video = genga_video_get (error);
  if (self->video == NULL)
    return FALSE;
  self->write = *genga_segments_get_write (self->setup.segments);
  self->write.progress = self->progress;
  self->write.wait_for_disk_space = genga_segment_board_wait_for_disk_space;
  self->write.disk_space_data = self->setup.board;
  self->coder = self->video->coder_new (&source->info, &source->origin, self->setup.target,
                                        &self->write, error);
  return self->coder != NULL;
}

static gboolean
open_all (GengaLane *self, GError **error)
{
  GengaSource *source = open_source (self, error);

  if (source == NULL)
    return FALSE;
  self->source =
      genga_lane_source_new (source, self->setup.places, self->setup.board, self->progress);
  return open_chain (self, &source->info, error) && open_coder (self, source, error);
}

/* ---- reading ---- */

static gboolean
send_frames (GengaLane *self, Border *border, GError **error)
{
  while (genga_lane_source_get_mark (self->source) == border->mark)
    {
      const gint64 start = g_get_monotonic_time ();
      GengaFrame *frame = genga_lane_source_take (self->source, error);
      GengaItem *item;

      if (frame == NULL)
        return FALSE;
      add_seconds (self, &self->facts.read_seconds, start);
      item = genga_item_new (GENGA_ITEM_FRAME, NULL, frame);
      if (!genga_item_queue_send (self->read_to_work, item, genga_item_get_size (item)))
        return FALSE;
      border->n_frames++;
      if (!genga_segment_board_is_wanted (self->setup.board, border->mark))
        break;
    }
  return TRUE;
}

/* FALSE without an error: the work stage has gone. */
static gboolean
read_segment (GengaLane *self, gint64 mark, GError **error)
{
  Border border = { .mark = mark, .number = genga_lane_source_get_number (self->source) };

  if (!send_border (self, &border) || !send_frames (self, &border, error))
    return FALSE;
  border.is_end = TRUE;
  border.n_damaged = genga_lane_source_get_n_damaged (self->source);
  border.next_print = genga_lane_source_dup_next (self->source, &border.next_pts);
  return (border.next_print != NULL || genga_lane_source_check (self->source, error)) &&
         send_border (self, &border);
}

static gint64
take_mark (GengaLane *self)
{
  return genga_segment_board_take (self->setup.board, self->index,
                                   genga_lane_source_get_ahead (self->source));
}

static gboolean
read_all (GengaLane *self, GError **error)
{
  GError *reason = NULL;
  gint64 mark;

  while ((mark = take_mark (self)) >= 0)
    {
      const gboolean has_frame =
          genga_lane_source_go_to (self->source, mark, &self->setup.start, &reason);

      if (reason != NULL)
        {
          g_propagate_error (error, reason);
          return FALSE;
        }
      if (!genga_segment_board_is_wanted (self->setup.board, mark))
        continue;
      if (!has_frame)
        {
          if (!genga_lane_source_check (self->source, error))
            return FALSE;
          genga_segment_board_set_end (self->setup.board, mark);
        }
      else if (genga_lane_source_get_mark (self->source) > mark)
        genga_segment_board_add_empty (self->setup.board, mark,
                                       genga_lane_source_get_mark (self->source));
      else if (!read_segment (self, mark, error))
        return FALSE;
    }
  return TRUE;
}

static gpointer
read_stage (gpointer data)
{
  GengaLane *self = data;
  GError *error = NULL;

  if (!open_all (self, &error) || !read_all (self, &error))
    if (error != NULL)
      end_with (self, error);
  genga_item_queue_finish_send (self->read_to_work);
  return NULL;
}

/* ---- working ---- */

/* As a job does at the border of a segment. */
static void
begin_part (GengaLane *self)
{
  const GengaReuse reuse = self->chain.plan->reuse;

  if (self->repeats == NULL || self->chain.upscale == NULL ||
      (reuse != GENGA_REUSE_TOLERANCE && reuse != GENGA_REUSE_PERCEPTUAL))
    return;
  genga_upscale_step_forget (self->chain.upscale);
  genga_duplicates_forget (self->repeats);
}

static GengaItem *
process (GengaLane *self, GengaItem *take_item, GError **error)
{
  const gint64 start = g_get_monotonic_time ();
  GengaItem *item = self->repeats != NULL
                        ? genga_duplicates_run (self->repeats, take_item, error)
                        : genga_step_chain_run (self->chain.steps, take_item, error);

  add_seconds (self, &self->facts.work_seconds, start);
  if (item == NULL)
    return NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->facts.frames++;
  self->facts.network_pixels += self->chain.plan->network_pixels;
  if (self->repeats != NULL)
    self->facts.frames_repeated = genga_duplicates_get_n (self->repeats);
  genga_frame_stats_take (&self->facts, self->chain.upscale);
  tell (self);
  return item;
}

static gboolean
work_on (GengaLane *self, GengaItem *take_item, gint64 *mark)
{
  GengaItem *item = take_item;
  const Border *border = item->owner;
  GError *error = NULL;

  if (border != NULL)
    {
      *mark = border->mark;
      if (!border->is_end)
        begin_part (self);
    }
  else if (!genga_segment_board_is_wanted (self->setup.board, *mark))
    {
      genga_item_free (item);
      return TRUE;
    }
  else
    item = process (self, item, &error);
  if (item == NULL)
    {
      end_with (self, error);
      return FALSE;
    }
  return genga_item_queue_send (self->work_to_write, item, genga_item_get_size (item));
}

static gpointer
work_stage (gpointer data)
{
  GengaLane *self = data;
  GengaItem *item;
  gint64 mark = -1;

  while ((item = genga_item_queue_receive (self->read_to_work)) != NULL)
    if (!work_on (self, item, &mark))
      break;
  genga_item_queue_finish_receive (self->read_to_work);
  genga_item_queue_finish_send (self->work_to_write);
  return NULL;
}

/* ---- writing ---- */

static gboolean
begin_segment (GengaLane *self, GError **error)
{
  g_free (self->path);
  self->path = genga_journal_dup_unfinished_of (self->setup.journal, self->index);
  self->n_frames = 0;
  self->is_open = self->video->coder_begin (self->coder, self->path, self->number, error);
  return self->is_open;
}

/* Somebody else makes them. */
static void
take_back_frames (GengaLane *self)
{
  genga_progress_take_back_frames (self->progress, self->n_frames);
  self->n_frames = 0;
}

static gboolean
end_segment (GengaLane *self, Border *border, GError **error)
{
  g_autoptr (GengaJournalEntry) entry = g_new0 (GengaJournalEntry, 1);
  const gboolean is_wanted = genga_segment_board_is_wanted (self->setup.board, border->mark);

  if (!self->is_open)
    return TRUE;
  self->is_open = FALSE;
  if (!is_wanted)
    take_back_frames (self);
  entry->segment = self->video->coder_end (self->coder, error);
  if (entry->segment == NULL)
    return FALSE;
  if (!is_wanted)
    {
      unlink (self->path);
      return TRUE;
    }
  if (entry->segment->n_frames != border->n_frames)
    {
      unlink (self->path);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                   "a segment has %" G_GUINT64_FORMAT " frames, not %" G_GUINT64_FORMAT,
                   (guint64)entry->segment->n_frames, border->n_frames);
      return FALSE;
    }
  genga_fault ("stall-segment");
  self->n_frames = 0;
  entry->n_damaged = border->n_damaged;
  entry->is_last = border->next_print == NULL;
  entry->next_pts = border->next_pts;
  entry->next_print = g_steal_pointer (&border->next_print);
  return genga_segment_board_add (self->setup.board, self->index, border->mark, self->path,
                                  g_steal_pointer (&entry));
}

/* FALSE without an error: the board knows it. A segment of which nobody wants a frame has no file.
 */
static gboolean
write_item (GengaLane *self, const GengaItem *item, GError **error)
{
  Border *border = item->owner;

  if (border != NULL)
    {
      self->number = border->number;
      return !border->is_end || end_segment (self, border, error);
    }
  if (!self->is_open && !begin_segment (self, error))
    return FALSE;
  if (!self->video->coder_write (self->coder, item->frame, error))
    return FALSE;
  self->n_frames++;
  genga_progress_add_frame (self->progress);
  return TRUE;
}

static gpointer
write_stage (gpointer data)
{
  GengaLane *self = data;
  GengaItem *item;
  GError *error = NULL;
  gboolean is_good = TRUE;

  while (is_good && (item = genga_item_queue_receive (self->work_to_write)) != NULL)
    {
      const gint64 start = g_get_monotonic_time ();

      is_good = genga_progress_check (self->progress, &error) && write_item (self, item, &error);
      item_free (item);
      add_seconds (self, &self->facts.write_seconds, start);
    }
  if (error != NULL)
    end_with (self, error);
  genga_item_queue_finish_receive (self->work_to_write);
  take_back_frames (self);
  return NULL;
}

/* ---- the border ---- */

GengaLane *
genga_lane_new (const GengaLaneSetup *setup, guint index)
{
  GengaLane *self = g_new0 (GengaLane, 1);

  self->setup = *setup;
  self->index = index;
  self->progress = genga_progress_new_within (genga_job_get_progress (setup->job));
  self->options =
      genga_lane_options_new (genga_job_get_options (setup->job), &setup->plan->devices, index);
  self->chain.copy = genga_device_list_get_copy (&setup->plan->devices, index);
  g_mutex_init (&self->mutex);
  self->read_to_work = genga_item_queue_new (QUEUE_ITEMS, QUEUE_BYTES, item_free);
  self->work_to_write = genga_item_queue_new (QUEUE_ITEMS, QUEUE_BYTES, item_free);
  self->threads[GENGA_STAGE_READ] = g_thread_new ("genga-read", read_stage, self);
  self->threads[GENGA_STAGE_WORK] = g_thread_new ("genga-work", work_stage, self);
  self->threads[GENGA_STAGE_WRITE] = g_thread_new ("genga-write", write_stage, self);
  return self;
}

void
genga_lane_free (GengaLane *self)
{
  for (guint i = 0; i < GENGA_N_STAGES; i++)
    g_thread_join (self->threads[i]);
  g_mutex_lock (&self->mutex);
  tell (self);
  g_mutex_unlock (&self->mutex);
  if (self->coder != NULL)
    self->video->coder_free (self->coder);
  if (self->is_open)
    unlink (self->path);
  g_clear_pointer (&self->repeats, genga_duplicates_free);
  genga_chain_clear (&self->chain);
  g_clear_pointer (&self->source, genga_lane_source_free);
  genga_item_queue_free (self->read_to_work);
  genga_item_queue_free (self->work_to_write);
  g_object_unref (self->options);
  genga_progress_unref (self->progress);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}
