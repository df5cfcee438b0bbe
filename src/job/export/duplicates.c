/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/duplicates.h"
#include "steps/step.h"
#include "steps/upscale.h"

#include <string.h>

/* The latest results, which are on their way through the sink in any case. */
#define N_UNDER_WAY 3

/* A frame that came. */
typedef struct
{
  GengaFrameInfo info;
  GengaColour colour;
  GengaFramePrint print;
  guint64 number; /* of the frame that it was first */
  GengaFrame *result;
} Earlier;

struct _GengaDuplicates
{
  const GengaChain *chain;
  guint64 max_bytes;
  guint64 n;
  GengaFrame *source; /* the last one, NULL: none */
  GengaFrame *result; /* made of it */

  guint64 n_frames; /* that came */
  guint64 number;   /* of the one that the last one was first */
  GQueue earlier;   /* of Earlier, the latest first; empty unless there is room for them */
};

GengaDuplicates *
genga_duplicates_new (const GengaChain *chain, guint64 max_bytes)
{
  GengaDuplicates *self = g_new0 (GengaDuplicates, 1);

  self->chain = chain;
  self->max_bytes = max_bytes;
  g_queue_init (&self->earlier);
  return self;
}

void
genga_duplicates_free (GengaDuplicates *self)
{
  if (self == NULL)
    return;
  genga_duplicates_forget (self);
  g_free (self);
}

static void
earlier_free (gpointer data)
{
  Earlier *earlier = data;

  genga_frame_unref (earlier->result);
  g_free (earlier);
}

static void
forget_last (GengaDuplicates *self)
{
  g_clear_pointer (&self->source, genga_frame_unref);
  g_clear_pointer (&self->result, genga_frame_unref);
}

void
genga_duplicates_forget (GengaDuplicates *self)
{
  forget_last (self);
  g_queue_clear_full (&self->earlier, earlier_free);
}

guint64
genga_duplicates_get_n (GengaDuplicates *self)
{
  return self->n;
}

/* ---- earlier frames ---- */

/* What the sink made of it takes its place, which is smaller. */
static void
settle (Earlier *self)
{
  GengaFrame *coded = self->result->twin != NULL ? genga_frame_twin_get (self->result->twin) : NULL;

  if (coded == NULL)
    return;
  genga_frame_unref (self->result);
  self->result = coded;
}

/* The oldest ones go. */
static void
make_room (GengaDuplicates *self)
{
  guint64 bytes = 0;
  guint n = 0;

  for (GList *link = self->earlier.head; link != NULL; n++)
    {
      Earlier *earlier = link->data;
      GList *next = link->next;

      settle (earlier);
      if (n >= N_UNDER_WAY)
        bytes += genga_frame_info_get_size (&earlier->result->info);
      if (bytes > self->max_bytes)
        {
          g_queue_delete_link (&self->earlier, link);
          earlier_free (earlier);
        }
      link = next;
    }
}

static Earlier *
find_earlier (GengaDuplicates *self, const GengaFrame *frame, const GengaFramePrint *print)
{
  for (GList *link = self->earlier.head; link != NULL; link = link->next)
    {
      Earlier *earlier = link->data;

      if (memcmp (&earlier->print, print, sizeof *print) != 0 ||
          memcmp (&earlier->info, &frame->info, sizeof frame->info) != 0 ||
          !genga_colour_equal (&earlier->colour, &frame->colour))
        continue;
      g_queue_unlink (&self->earlier, link);
      g_queue_push_head_link (&self->earlier, link);
      settle (earlier);
      return earlier;
    }
  return NULL;
}

static void
keep (GengaDuplicates *self, const GengaFramePrint *print)
{
  Earlier *earlier = g_new0 (Earlier, 1);

  earlier->info = self->source->info;
  earlier->colour = self->source->colour;
  earlier->print = *print;
  earlier->number = self->number;
  earlier->result = genga_frame_ref (self->result);
  g_queue_push_head (&self->earlier, earlier);
  make_room (self);
}

/* ---- frames ---- */

static GengaItem *
repeat (GengaDuplicates *self, GengaItem *item)
{
  const GengaPlan *plan = self->chain->plan;
  const guint64 frames_back = self->max_bytes > 0 ? self->n_frames - self->number : 0;
  GengaFrame *result = genga_frame_share (self->result);

  result->pts = item->frame->pts;
  result->duration = item->frame->duration;
  result->time_base_num = item->frame->time_base_num;
  result->time_base_den = item->frame->time_base_den;
  genga_frame_set_captions (result, item->frame->captions);
  genga_frame_unref (item->frame);
  item->frame = result;
  if (self->chain->upscale != NULL)
    genga_upscale_step_repeat (self->chain->upscale, plan->source.width, plan->source.height,
                               frames_back);
  self->n++;
  self->n_frames++;
  return item;
}

static GengaItem *
repeat_earlier (GengaDuplicates *self, GengaItem *item, const Earlier *earlier)
{
  forget_last (self);
  self->source = genga_frame_ref (item->frame);
  self->result = genga_frame_ref (earlier->result);
  self->number = earlier->number;
  return repeat (self, item);
}

static GengaItem *
make (GengaDuplicates *self, GengaItem *take_item, const GengaFramePrint *print, GError **error)
{
  g_autoptr (GengaFrame) source = genga_frame_ref (take_item->frame);
  GengaItem *item;

  forget_last (self);
  item = genga_step_chain_run (self->chain->steps, take_item, error);
  self->number = self->n_frames++;
  if (item == NULL || item->frame == NULL || item->alpha != NULL)
    return item;
  if (self->chain->upscale != NULL)
    self->number -= genga_upscale_step_get_frames_back (self->chain->upscale);
  self->source = g_steal_pointer (&source);
  self->result = genga_frame_ref (item->frame);
  if (print == NULL)
    return item;
  if (self->result->twin == NULL)
    self->result->twin = genga_frame_twin_new ();
  keep (self, print);
  return item;
}

GengaItem *
genga_duplicates_run (GengaDuplicates *self, GengaItem *take_item, GError **error)
{
  GengaFramePrint print;
  Earlier *earlier;

  if (self->result != NULL && genga_frame_is_equal (self->source, take_item->frame))
    return repeat (self, take_item);
  if (self->max_bytes == 0)
    return make (self, take_item, NULL, error);
  print = genga_frame_get_print (take_item->frame);
  earlier = find_earlier (self, take_item->frame, &print);
  return earlier != NULL ? repeat_earlier (self, take_item, earlier)
                         : make (self, take_item, &print, error);
}
