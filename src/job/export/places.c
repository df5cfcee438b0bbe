/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/places.h"

#include <math.h>

/* A segment is no longer. */
#define MAX_SECONDS 10
/* A clip has at least so many, if they are at least so long. */
#define MIN_SEGMENTS 6
#define SHORT_SECONDS 1
/* So many multiplications are some minutes of a desktop's processor, and not lost gladly; each
 * segment begins with a key frame, though. */
#define MAX_MACS 5e13
#define MIN_SECONDS 0.5

typedef struct
{
  guint64 frame;
  gint64 pts;
  guint64 n_damaged; /* before it */
  char *print;
} Place;

struct _GengaPlaces
{
  double seconds;
  gint64 start_pts;
  double unit; /* seconds */

  /* reading */
  guint64 first;
  guint64 n_read;
  gint64 segment; /* before the last frame */

  GMutex mutex;
  /* protected by mutex */
  guint64 n_damaged;
  GArray *places; /* of Place */
};

static void
place_clear (gpointer data)
{
  g_free (((Place *)data)->print);
}

double
genga_places_choose_seconds (const GengaSourceInfo *info, double macs)
{
  double rate = info->rate_num > 0 ? (double)info->rate_num / info->rate_den : 24;
  double seconds = MAX_SECONDS;

  if (info->seconds > 0)
    seconds = MIN (seconds, MAX (SHORT_SECONDS, info->seconds / MIN_SEGMENTS));
  if (macs > 0)
    seconds = MIN (seconds, MAX (MIN_SECONDS, MAX_MACS / (macs * rate)));
  return seconds;
}

GengaPlaces *
genga_places_new (const GengaSourceInfo *info, double seconds)
{
  GengaPlaces *self = g_new0 (GengaPlaces, 1);

  self->seconds = seconds;
  self->start_pts = info->start_pts;
  self->unit = (double)info->time_base_num / info->time_base_den;
  self->segment = -1;
  g_mutex_init (&self->mutex);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (self->places, place_clear);
  return self;
}

void
genga_places_free (GengaPlaces *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->places);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gint64
genga_places_get_segment (const GengaPlaces *self, gint64 pts)
{
  double segment = floor ((pts - self->start_pts) * self->unit / self->seconds);

  return segment;
}

char *
genga_places_dup_print (const GengaFrame *frame)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  const gsize sample = genga_sample_get_size (frame->info.sample);
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  const int n_planes = genga_frame_info_get_planes (&frame->info, extents);

  for (int i = 0; i < n_planes; i++)
    for (gsize y = 0; y < extents[i].n_rows; y++)
      g_checksum_update (sum, genga_frame_get_row (frame, i, y), extents[i].row_samples * sample);
  return g_strdup (g_checksum_get_string (sum));
}

void
genga_places_start (GengaPlaces *self, guint64 frame, guint64 n_damaged)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->first = self->n_read = frame;
  self->segment = -1;
  self->n_damaged = n_damaged;
}

void
genga_places_note (GengaPlaces *self, const GengaFrame *frame, guint64 n_damaged)
{
  gint64 segment = genga_places_get_segment (self, frame->pts);
  gboolean is_place = segment != self->segment && self->n_read > self->first;
  Place place = { .frame = self->n_read,
                  .pts = frame->pts,
                  .print = is_place ? genga_places_dup_print (frame) : NULL };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  place.n_damaged = self->n_damaged;
  if (is_place)
    g_array_append_val (self->places, place);
  self->segment = segment;
  self->n_read++;
  self->n_damaged = n_damaged;
}

guint64
genga_places_get_n_read (const GengaPlaces *self)
{
  return self->n_read;
}

void
genga_places_describe (GengaPlaces *self, guint64 frame, GengaJournalEntry *entry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  entry->n_damaged = self->n_damaged;
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (place->frame != frame)
        continue;
      entry->n_damaged = place->n_damaged;
      entry->next_pts = place->pts;
      entry->next_print = g_strdup (place->print);
      g_array_remove_range (self->places, 0, i + 1);
      return;
    }
}
