/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-places.h"

/* Groups of four numbers in a root: what shaders count with. More than any device has. */
#define MOST_GROUPS (G_MAXINT32 / 2)
/* Workgroups along an axis, on every device, times the sides of one. */
#define MOST_SIDE (65535 * GENGA_VULKAN_SIDE)
#define TOO_MANY_BYTES (G_MAXUINT64 / (1 << 20))

/* From the first step that uses a root to the last one. */
typedef struct
{
  guint value;
  guint first, last;
} Span;

static void
set_sides (GengaVulkanPlaces *self, const GengaVulkanPlan *plan, int width, int height)
{
  g_autofree gint64 *rows = g_new (gint64, plan->n_values);
  g_autofree gint64 *columns = g_new (gint64, plan->n_values);

  for (guint i = 0; i < plan->n_values; i++)
    {
      const GengaVulkanValue *value = &plan->values[i];

      rows[i] = genga_op_get_side (&plan->ops[i], GENGA_AXIS_Y, height, rows);
      columns[i] = genga_op_get_side (&plan->ops[i], GENGA_AXIS_X, width, columns);
      self->places[i] = (GengaVulkanPlace){
        .width = columns[i],
        .height = rows[i],
        .first = (guint64)value->first_plane * rows[i] * columns[i],
      };
    }
}

static void
note_use (Span *spans, const GengaVulkanPlan *plan, guint value, guint step)
{
  Span *span = &spans[plan->values[value].root];

  if (span->first > step)
    span->first = step;
  span->last = MAX (span->last, step);
}

/* The picture is there before the first step, the result behind the last one. */
static Span *
find_spans (const GengaVulkanPlan *plan)
{
  Span *spans = g_new (Span, plan->n_values);

  for (guint i = 0; i < plan->n_values; i++)
    spans[i] = (Span){ i, G_MAXUINT, 0 };
  note_use (spans, plan, 0, 0);
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const GengaVulkanStep *step = &g_array_index (plan->steps, GengaVulkanStep, i);

      for (guint k = 0; k < step->n_inputs; k++)
        note_use (spans, plan, step->inputs[k], i);
      note_use (spans, plan, step->result, i);
    }
  note_use (spans, plan, plan->result, plan->steps->len);
  return spans;
}

static guint64
get_root_bytes (const GengaVulkanPlaces *self, const GengaVulkanPlan *plan, guint root)
{
  const GengaVulkanPlace *place = &self->places[root];
  double all = (double)place->width * place->height * plan->values[root].n_planes;
  guint64 bytes = (guint64)place->width * place->height * plan->values[root].n_planes *
                  (plan->values[root].is_half ? 8 : 16);

  if (all > MOST_GROUPS)
    return TOO_MANY_BYTES;

  return (bytes + GENGA_VULKAN_ALIGNMENT - 1) / GENGA_VULKAN_ALIGNMENT * GENGA_VULKAN_ALIGNMENT;
}

/* Whether shaders/resample.comp can count to its place with 32 bits: twice a side times a divisor.
 */
static gboolean
can_resample (const GengaVulkanPlaces *self, const GengaVulkanStep *step)
{
  const GengaVulkanPlace *to = &self->places[step->result];
  const GengaVulkanPlace *from = &self->places[step->inputs[0]];
  double divisor = step->numbers[0] != 0 ? step->numbers[1] : MAX (from->width, from->height);

  return (2.0 * MAX (to->width, to->height) + 2) * divisor <= G_MAXINT32;
}

/* Whether no shader counts further than it can, whatever memory there is. */
static gboolean
can_count (const GengaVulkanPlaces *self, const GengaVulkanPlan *plan)
{
  for (guint i = 0; i < plan->n_values; i++)
    if (MAX (self->places[i].width, self->places[i].height) > MOST_SIDE)
      return FALSE;
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const GengaVulkanStep *step = &g_array_index (plan->steps, GengaVulkanStep, i);

      if (step->key.shader == GENGA_VULKAN_SHADER_RESAMPLE && !can_resample (self, step))
        return FALSE;
    }
  return TRUE;
}

static int
compare_bytes (gconstpointer a, gconstpointer b, gpointer data)
{
  const GengaVulkanPlace *places = data;
  const Span *first = a, *second = b;

  if (places[first->value].bytes != places[second->value].bytes)
    return places[first->value].bytes > places[second->value].bytes ? -1 : 1;
  return first->value < second->value ? -1 : 1;
}

/* The lowest gap among those that are needed at the same time. `placed` is ordered by offset. */
static void
find_gap (GengaVulkanPlaces *self, GArray *placed, const Span *span)
{
  GengaVulkanPlace *place = &self->places[span->value];
  guint64 offset = 0;
  guint at = 0;

  for (guint i = 0; i < placed->len; i++)
    {
      const Span *other = &g_array_index (placed, Span, i);
      const GengaVulkanPlace *taken = &self->places[other->value];

      if (other->last < span->first || other->first > span->last)
        continue;
      if (taken->offset >= offset + place->bytes)
        break;
      offset = MAX (offset, taken->offset + taken->bytes);
    }
  place->offset = offset;
  self->bytes = MAX (self->bytes, offset + place->bytes);
  while (at < placed->len && self->places[g_array_index (placed, Span, at).value].offset < offset)
    at++;
  g_array_insert_val (placed, at, *span);
}

void
genga_vulkan_places_init (GengaVulkanPlaces *self,
                          const GengaVulkanPlan *plan,
                          int width,
                          int height)
{
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autoptr (GArray) placed = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autofree Span *spans = find_spans (plan);

  *self = (GengaVulkanPlaces){
    .n_places = plan->n_values,
    .places = g_new0 (GengaVulkanPlace, plan->n_values),
  };
  set_sides (self, plan, width, height);
  for (guint i = 0; i < plan->n_values; i++)
    if (spans[i].first != G_MAXUINT)
      {
        self->places[i].bytes = get_root_bytes (self, plan, i);
        self->most_bytes = MAX (self->most_bytes, self->places[i].bytes);
        g_array_append_val (used, spans[i]);
      }
  g_array_sort_with_data (used, compare_bytes, self->places);
  for (guint i = 0; i < used->len; i++)
    find_gap (self, placed, &g_array_index (used, Span, i));
  if (!can_count (self, plan))
    self->most_bytes = TOO_MANY_BYTES;
  for (guint i = 0; i < plan->n_values; i++)
    {
      const GengaVulkanPlace *root = &self->places[plan->values[i].root];

      self->places[i].offset = root->offset;
      self->places[i].bytes = root->bytes;
    }
}

void
genga_vulkan_places_clear (GengaVulkanPlaces *self)
{
  g_clear_pointer (&self->places, g_free);
}
