/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/duplicates.h"
#include "steps/step.h"
#include "steps/upscale.h"

#include <string.h>

/* The latest results, which are on their way through the sink in any case. */
#define N_UNDER_WAY 3
/* Small frames take more than their samples. */
#define MAX_RESULTS 65536
/* Results that are asked at once whether the sink has given them its form. */
#define N_ASKED 16

/* What a frame that came looked like. */
typedef struct
{
  GengaFrameInfo info;
  GengaColour colour;
  GengaFramePrint print;
} Look;

/* A frame that came. */
typedef struct
{
  Look look;
  guint64 number; /* of the frame that it was first */
  GengaFrame *result;
  guint64 n_bytes;
  GList link;    /* of `earlier` */
  GList waiting; /* of `unsettled`, unless its data are NULL */
} Earlier;

struct _GengaDuplicates
{
  const GengaChain *chain;
  guint64 max_bytes;
  guint64 n;
  GengaFrame *source; /* the last one, NULL: none */
  GengaFrame *result; /* made of it */

  guint64 n_frames;    /* that came */
  guint64 number;      /* of the one that the last one was first */
  GQueue earlier;      /* of Earlier, the latest first; empty unless there is room for them */
  GQueue unsettled;    /* those whose result is not in the sink's form yet, the oldest first */
  GHashTable *by_look; /* Look to Earlier, both borrowed */
  guint64 n_bytes;     /* of all of them */
};

static guint
hash_look (gconstpointer data)
{
  const Look *self = data;

  return self->print.lanes[0] ^ self->print.lanes[1] ^ self->print.lanes[2] ^ self->print.lanes[3];
}

static gboolean
is_same_look (gconstpointer a, gconstpointer b)
{
  const Look *left = a, *right = b;

  return memcmp (&left->print, &right->print, sizeof left->print) == 0 &&
         memcmp (&left->info, &right->info, sizeof left->info) == 0 &&
         genga_colour_equal (&left->colour, &right->colour);
}

GengaDuplicates *
genga_duplicates_new (const GengaChain *chain, guint64 max_bytes)
{
  GengaDuplicates *self = g_new0 (GengaDuplicates, 1);

  self->chain = chain;
  self->max_bytes = max_bytes;
  g_queue_init (&self->earlier);
  g_queue_init (&self->unsettled);
  self->by_look = g_hash_table_new (hash_look, is_same_look);
  return self;
}

void
genga_duplicates_free (GengaDuplicates *self)
{
  if (self == NULL)
    return;
  genga_duplicates_forget (self);
  g_hash_table_unref (self->by_look);
  g_free (self);
}

static void
stop_waiting (GengaDuplicates *self, Earlier *earlier)
{
  if (earlier->waiting.data == NULL)
    return;
  g_queue_unlink (&self->unsettled, &earlier->waiting);
  earlier->waiting.data = NULL;
}

static void
drop (GengaDuplicates *self, Earlier *earlier)
{
  stop_waiting (self, earlier);
  g_queue_unlink (&self->earlier, &earlier->link);
  g_hash_table_remove (self->by_look, &earlier->look);
  self->n_bytes -= earlier->n_bytes;
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
  while (self->earlier.tail != NULL)
    drop (self, self->earlier.tail->data);
}

guint64
genga_duplicates_get_n (GengaDuplicates *self)
{
  return self->n;
}

/* ---- earlier frames ---- */

/* All that is there for it. */
static guint64
get_bytes (const Earlier *self)
{
  const GengaFrame *result = self->result;

  return genga_frame_info_get_size (&result->info) + sizeof *self + sizeof *result +
         (result->captions != NULL ? g_bytes_get_size (result->captions) : 0);
}

/* What the sink made of it takes its place, which is smaller. */
static void
settle (GengaDuplicates *self, Earlier *earlier)
{
  GengaFrame *coded = earlier->waiting.data != NULL && earlier->result->twin != NULL
                          ? genga_frame_twin_get (earlier->result->twin)
                          : NULL;

  if (coded == NULL)
    return;
  stop_waiting (self, earlier);
  genga_frame_unref (earlier->result);
  earlier->result = coded;
  self->n_bytes -= earlier->n_bytes;
  earlier->n_bytes = get_bytes (earlier);
  self->n_bytes += earlier->n_bytes;
}

/* Of those that are not under way any more. */
static guint64
get_settled_bytes (const GengaDuplicates *self)
{
  guint64 bytes = self->n_bytes;
  guint n = 0;

  for (const GList *link = self->earlier.head; link != NULL && n < N_UNDER_WAY; n++)
    {
      bytes -= ((const Earlier *)link->data)->n_bytes;
      link = link->next;
    }
  return bytes;
}

/* The oldest ones go. */
static void
make_room (GengaDuplicates *self)
{
  GList *next;
  guint n = 0;

  for (GList *link = self->unsettled.head; link != NULL && n < N_ASKED; link = next, n++)
    {
      next = link->next;
      settle (self, link->data);
    }
  while (self->earlier.length > N_UNDER_WAY &&
         (self->earlier.length > MAX_RESULTS || get_settled_bytes (self) > self->max_bytes))
    drop (self, self->earlier.tail->data);
}

static Earlier *
find_earlier (GengaDuplicates *self, const Look *look)
{
  Earlier *earlier = g_hash_table_lookup (self->by_look, look);

  if (earlier == NULL)
    return NULL;
  g_queue_unlink (&self->earlier, &earlier->link);
  g_queue_push_head_link (&self->earlier, &earlier->link);
  settle (self, earlier);
  return earlier;
}

/* Nothing like it is there. */
static void
keep (GengaDuplicates *self, const Look *look)
{
  Earlier *earlier = g_new0 (Earlier, 1);

  earlier->look = *look;
  earlier->number = self->number;
  earlier->result = genga_frame_ref (self->result);
  earlier->n_bytes = get_bytes (earlier);
  earlier->link.data = earlier->waiting.data = earlier;
  g_queue_push_head_link (&self->earlier, &earlier->link);
  g_queue_push_tail_link (&self->unsettled, &earlier->waiting);
  g_hash_table_insert (self->by_look, &earlier->look, earlier);
  self->n_bytes += earlier->n_bytes;
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
make (GengaDuplicates *self, GengaItem *take_item, const Look *look, GError **error)
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
  if (look == NULL)
    return item;
  if (self->result->twin == NULL)
    self->result->twin = genga_frame_twin_new ();
  keep (self, look);
  return item;
}

GengaItem *
genga_duplicates_run (GengaDuplicates *self, GengaItem *take_item, GError **error)
{
  Earlier *earlier;

  if (self->result != NULL && genga_frame_is_equal (self->source, take_item->frame))
    return repeat (self, take_item);
  if (self->max_bytes == 0)
    return make (self, take_item, NULL, error);
  const Look look = {
    .info = take_item->frame->info,
    .colour = take_item->frame->colour,
    .print = genga_frame_get_print (take_item->frame),
  };
  earlier = find_earlier (self, &look);
  return earlier != NULL ? repeat_earlier (self, take_item, earlier)
                         : make (self, take_item, &look, error);
}
