/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/lanes/lanes.h"
#include "job/export/segments.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  GengaLanesSetup setup;
  gboolean has_run;
} Lanes;

static GengaProgress *
get_progress (Lanes *self)
{
  return genga_job_get_progress (self->setup.job);
}

static void
notice_shares (Lanes *self, GengaSegmentBoard *board)
{
  const GengaDeviceList *devices = &self->setup.plan->devices;
  g_autoptr (GString) text = g_string_new (NULL);

  if (devices->n < 2)
    return;
  for (guint i = 0; i < devices->n; i++)
    g_string_append_printf (text, "%s%s %u", i > 0 ? ", " : "", devices->ids[i],
                            genga_segment_board_get_n_made (board, i));
  /* Translators: a list of devices and numbers: “cpu 3, cpu 4”. */
  genga_progress_notice (get_progress (self), _ ("Segments made by each device: %s."), text->str);
}

/* `first` is the first frame that is missing. */
static gboolean
run (Lanes *self, const GengaFrame *first, GError **error)
{
  const GengaLanesSetup *setup = &self->setup;
  GengaPlaces *places = genga_segments_get_places (setup->segments);
  g_autofree char *print = genga_places_dup_print (first);
  GengaLane *lanes[GENGA_DEVICE_LIST_MAX];
  GengaSegmentBoard *board =
      genga_segment_board_new (setup->segments, genga_places_get_segment (places, first->pts),
                               setup->plan->devices.n, get_progress (self));
  GengaLaneSetup lane = {
    .job = setup->job,
    .plan = setup->plan,
    .target = setup->target,
    .is_rotated = self->base.origin.is_rotated,
    .segments = setup->segments,
    .journal = genga_segments_get_journal (setup->segments),
    .places = places,
    .start = { .frame = genga_places_get_n_read (places) - 1, .pts = first->pts, .print = print },
    .board = board,
    .on_facts = setup->on_facts,
    .facts_data = setup->facts_data,
  };
  gboolean is_good;

  for (guint i = 0; i < setup->plan->devices.n; i++)
    lanes[i] = genga_lane_new (&lane, i);
  for (guint i = 0; i < setup->plan->devices.n; i++)
    genga_lane_free (lanes[i]);
  is_good = genga_segment_board_finish (board, error);
  if (is_good)
    notice_shares (self, board);
  genga_segment_board_free (board);
  return is_good;
}

static GengaFrame *
lanes_read (GengaSource *source, GError **error)
{
  Lanes *self = (Lanes *)source;
  g_autoptr (GengaFrame) first = NULL;

  if (self->has_run || self->setup.is_done)
    return NULL;
  self->has_run = TRUE;
  first = genga_source_read (self->inner, error);
  if (first != NULL)
    run (self, first, error);
  return NULL;
}

/* An earlier run decides where it begins. */
static gboolean
lanes_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  g_return_val_if_reached (FALSE);
}

/* Lanes have looked. */
static gboolean
lanes_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  return TRUE;
}

static void
lanes_get_count (GengaSource *source, GengaSourceCount *count)
{
  const GengaJournalEntry *last = genga_segments_get_last (((Lanes *)source)->setup.segments);

  if (last == NULL)
    return;
  count->n_frames = last->first_frame + last->segment->n_frames;
  count->n_damaged = last->n_damaged;
}

static void
lanes_free (GengaSource *source)
{
  Lanes *self = (Lanes *)source;

  genga_source_free (self->inner);
  g_free (self);
}

GengaSource *
genga_lanes_new (GengaSource *take_inner, const GengaLanesSetup *setup)
{
  static const GengaSourceClass klass = {
    .read = lanes_read,
    .seek = lanes_seek,
    .check_complete = lanes_check_complete,
    .get_count = lanes_get_count,
    .free = lanes_free,
  };
  Lanes *self = g_new0 (Lanes, 1);

  self->base = *take_inner;
  self->base.klass = &klass;
  self->inner = take_inner;
  self->setup = *setup;
  return &self->base;
}
