/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/buffer-places.h"

#include <string.h>

#define GROUP 16 /* channels that kernels handle together */

/* Phases from first to last; none where first > last. */
typedef struct
{
  guint first, last;
} Phases;

/* A concatenation, and others that are its beginning. */
typedef struct
{
  guint value;
  GArray *members; /* of guint, no concatenations among them */
  Phases read_in;
  GArray *beginnings; /* of guint: values */
} Group;

typedef struct
{
  GengaCpuDrafts *drafts;
  GArray *buffers;
  GengaCpuPlace *homes; /* of each value; buffer GENGA_NONE: not yet */
  guint *maker;         /* draft, or GENGA_NONE */
  Phases *read_in;      /* of each value that is no alias */
  GPtrArray *groups;    /* of Group */
  guint order;
} Placer;

static const GengaOp *
get_op (const Placer *self, guint value)
{
  return &self->drafts->graph->ops[value];
}

static guint
round_up (guint n)
{
  return (n + GROUP - 1) / GROUP * GROUP;
}

/* What a value is a slice of. */
static guint
get_root (const Placer *self, guint value)
{
  while (genga_cpu_drafts_is_alias (self->drafts, value))
    value = get_op (self, value)->inputs[0];
  return value;
}

static void
extend (Phases *self, guint phase)
{
  self->first = MIN (self->first, phase);
  self->last = MAX (self->last, phase);
}

static void
note_readers (Placer *self)
{
  for (guint i = 0; i < self->drafts->drafts->len; i++)
    {
      const GengaCpuDraft *draft = genga_cpu_drafts_get (self->drafts, i);

      if (draft->result != GENGA_NONE)
        self->maker[draft->result] = i;
      for (guint k = 0; k < draft->step.n_inputs; k++)
        extend (&self->read_in[get_root (self, draft->values[k])], draft->step.phase);
    }
}

/* ---- concatenations ---- */

static void
free_group (gpointer data)
{
  Group *group = data;

  g_array_unref (group->members);
  g_array_unref (group->beginnings);
  g_free (group);
}

static void
add_members (const Placer *self, GArray *members, guint value)
{
  const GengaOp *op = get_op (self, value);

  if (op->kind != GENGA_OP_CONCAT)
    g_array_append_val (members, value);
  else
    for (guint i = 0; i < op->n_inputs; i++)
      add_members (self, members, op->inputs[i]);
}

static gboolean
begins (const Placer *self, const Group *group, const Group *other)
{
  return group->members->len <= other->members->len &&
         memcmp (group->members->data, other->members->data,
                 group->members->len * sizeof (guint)) == 0 &&
         (get_op (self, group->value)->channels % GROUP == 0 ||
          group->members->len == other->members->len) &&
         group->read_in.first == other->read_in.first && group->read_in.last == other->read_in.last;
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *first = *(Group *const *)a, *second = *(Group *const *)b;

  return (int)second->members->len - (int)first->members->len;
}

static void
find_groups (Placer *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint value = 0; value < self->drafts->graph->n_ops; value++)
    if (get_op (self, value)->kind == GENGA_OP_CONCAT &&
        self->read_in[value].first <= self->read_in[value].last)
      {
        Group *group = g_new0 (Group, 1);

        group->value = value;
        group->members = g_array_new (FALSE, FALSE, sizeof (guint));
        group->beginnings = g_array_new (FALSE, FALSE, sizeof (guint));
        group->read_in = self->read_in[value];
        add_members (self, group->members, value);
        g_ptr_array_add (all, group);
      }
  g_ptr_array_sort (all, compare_groups);
  for (guint i = 0; i < all->len; i++)
    {
      Group *group = all->pdata[i];
      gboolean is_part = FALSE;

      for (guint k = 0; k < self->groups->len && !is_part; k++)
        if (begins (self, group, self->groups->pdata[k]))
          {
            g_array_append_val (((Group *)self->groups->pdata[k])->beginnings, group->value);
            is_part = TRUE;
          }
      if (is_part)
        free_group (group);
      else
        g_ptr_array_add (self->groups, group);
    }
}

/* ---- buffers ---- */

static guint
add_buffer (Placer *self, guint value, guint stride)
{
  const GengaCpuBuffer buffer = {
    .stride = stride, .store = self->drafts->stores[value], .value = value, .first_phase = G_MAXUINT
  };

  g_array_append_val (self->buffers, buffer);
  return self->buffers->len - 1;
}

static void
settle (Placer *self, guint value, guint buffer, guint first)
{
  self->homes[value].buffer = buffer;
  self->homes[value].first = first;
}

/* Whether a member's step can write to its place among the others. */
static gboolean
may_make_in_place (const Placer *self, const Group *group, guint member, guint first)
{
  const guint channels = get_op (self, member)->channels;
  const gboolean is_last = first + channels == (guint)get_op (self, group->value)->channels;
  const GengaCpuDraft *maker;

  if (self->maker[member] == GENGA_NONE || self->homes[member].buffer != GENGA_NONE ||
      first % GROUP != 0 || (channels % GROUP != 0 && !is_last) ||
      self->drafts->stores[member] != self->drafts->stores[group->value])
    return FALSE;
  maker = genga_cpu_drafts_get (self->drafts, self->maker[member]);
  if (maker->step.kind == GENGA_CPU_READ)
    return FALSE;
  if (group->read_in.first != group->read_in.last)
    return TRUE;
  return maker->step.phase == group->read_in.first &&
         (self->read_in[member].first > self->read_in[member].last ||
          self->read_in[member].last == group->read_in.first);
}

static void
note_order (guint leaf, gpointer data)
{
  Placer *self = data;
  const GengaCpuDraft *maker = genga_cpu_drafts_get (self->drafts, self->maker[leaf]);

  self->order = MAX (self->order, maker->order + 1);
}

static void
copy_member (Placer *self, const Group *group, guint member, guint first)
{
  /* Of an earlier phase: at once. */
  self->order = 0;
  genga_cpu_drafts_foreach_leaf (self->drafts, member, note_order, self);
  genga_cpu_drafts_add_copy (self->drafts, member, group->value, first, group->read_in.first,
                             self->order);
}

static void
place_group (Placer *self, const Group *group)
{
  const guint buffer =
      add_buffer (self, group->value, round_up (get_op (self, group->value)->channels));
  guint first = 0;

  settle (self, group->value, buffer, 0);
  for (guint i = 0; i < group->beginnings->len; i++)
    settle (self, g_array_index (group->beginnings, guint, i), buffer, 0);
  for (guint i = 0; i < group->members->len; i++)
    {
      const guint member = g_array_index (group->members, guint, i);

      if (may_make_in_place (self, group, member, first))
        settle (self, member, buffer, first);
      else
        copy_member (self, group, member, first);
      first += get_op (self, member)->channels;
    }
}

/* Whether a draft reads no more than a picture's real channels. */
static gboolean
reads_narrow (const GengaCpuDraft *draft, guint input)
{
  return draft->step.kind != GENGA_CPU_CONV ||
         (input == 0 && draft->spec.kernel_height > 0 && !draft->spec.depthwise);
}

static guint
choose_stride (const Placer *self, guint value)
{
  const guint channels = get_op (self, value)->channels;

  if (get_op (self, value)->kind != GENGA_OP_INPUT || channels > 4)
    return round_up (channels);
  for (guint i = 0; i < self->drafts->drafts->len; i++)
    {
      const GengaCpuDraft *draft = genga_cpu_drafts_get (self->drafts, i);

      for (guint k = 0; k < draft->step.n_inputs; k++)
        if (get_root (self, draft->values[k]) == value && !reads_narrow (draft, k))
          return round_up (channels);
    }
  return channels == 3 ? 4 : channels;
}

static void
place_rest (Placer *self)
{
  for (guint value = 0; value < self->drafts->graph->n_ops; value++)
    if (self->maker[value] != GENGA_NONE && self->homes[value].buffer == GENGA_NONE)
      settle (self, value, add_buffer (self, value, choose_stride (self, value)), 0);
}

/* ---- places of drafts ---- */

static GengaCpuPlace
get_place (const Placer *self, guint value)
{
  GengaCpuPlace place = { .channels = get_op (self, value)->channels };

  for (; genga_cpu_drafts_is_alias (self->drafts, value); value = get_op (self, value)->inputs[0])
    place.first += get_op (self, value)->slice.first;
  place.buffer = self->homes[value].buffer;
  place.first += self->homes[value].first;
  return place;
}

static void
place_output (Placer *self, GengaCpuDraft *draft)
{
  GengaCpuPlace *output = &draft->step.output;
  GengaCpuBuffer *buffer;

  *output = get_place (self, draft->result);
  if (draft->step.kind == GENGA_CPU_COPY)
    {
      output->first += draft->result_first;
      output->channels = get_op (self, draft->values[0])->channels;
      if (get_op (self, draft->result)->kind == GENGA_OP_SLICE)
        output->channels = get_op (self, draft->result)->channels;
    }
  buffer = &g_array_index (self->buffers, GengaCpuBuffer, output->buffer);
  buffer->first_phase = MIN (buffer->first_phase, draft->step.phase);
  buffer->last_phase = MAX (buffer->last_phase, draft->step.phase);
  buffer->has_gaps |= draft->step.kind != GENGA_CPU_CONV && output->channels % GROUP != 0;
}

static void
place_drafts (Placer *self)
{
  for (guint i = 0; i < self->drafts->drafts->len; i++)
    {
      GengaCpuDraft *draft = genga_cpu_drafts_get (self->drafts, i);

      draft->step.has_output = draft->result != GENGA_NONE;
      if (draft->step.has_output)
        place_output (self, draft);
      for (guint k = 0; k < draft->step.n_inputs; k++)
        {
          draft->step.inputs[k] = get_place (self, draft->values[k]);
          /* A slice that nothing can read in place. */
          if (draft->step.kind == GENGA_CPU_COPY &&
              get_op (self, draft->result)->kind == GENGA_OP_SLICE)
            {
              draft->step.inputs[k].first += get_op (self, draft->result)->slice.first;
              draft->step.inputs[k].channels = get_op (self, draft->result)->channels;
            }

          GengaCpuBuffer *buffer =
              &g_array_index (self->buffers, GengaCpuBuffer, draft->step.inputs[k].buffer);
          buffer->last_phase = MAX (buffer->last_phase, draft->step.phase);
        }
    }
  for (guint i = 0; i < self->buffers->len; i++)
    {
      GengaCpuBuffer *buffer = &g_array_index (self->buffers, GengaCpuBuffer, i);

      buffer->is_whole = buffer->last_phase > buffer->first_phase;
    }
}

void
genga_cpu_drafts_set_places (GengaCpuDrafts *drafts, GArray *buffers)
{
  const guint n_ops = drafts->graph->n_ops;
  g_autofree GengaCpuPlace *homes = g_new0 (GengaCpuPlace, n_ops);
  g_autofree guint *maker = g_new (guint, n_ops);
  g_autofree Phases *read_in = g_new (Phases, n_ops);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (free_group);
  Placer self = { .drafts = drafts,
                  .buffers = buffers,
                  .homes = homes,
                  .maker = maker,
                  .read_in = read_in,
                  .groups = groups };

  for (guint i = 0; i < n_ops; i++)
    {
      homes[i].buffer = maker[i] = GENGA_NONE;
      read_in[i] = (Phases){ G_MAXUINT, 0 };
    }
  note_readers (&self);
  find_groups (&self);
  for (guint i = 0; i < groups->len; i++)
    place_group (&self, groups->pdata[i]);
  place_rest (&self);
  place_drafts (&self);
}
