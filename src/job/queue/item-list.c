/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/item-list.h"

#include <string.h>

/* Whoever hears of a change may look at the whole list: more of them are told as one. */
#define MAX_CHANGES 16

/* A part of the list. */
typedef struct
{
  guint first, end;
} Span;

static void
join_scattered (GArray *spans)
{
  guint end;

  if (spans->len <= MAX_CHANGES)
    return;
  end = g_array_index (spans, Span, spans->len - 1).end;
  g_array_index (spans, Span, 0).end = end;
  g_array_set_size (spans, 1);
}

/* The parts with these items. Where they are scattered, it is one with others in between. */
static GArray *
find_spans (GPtrArray *items, GHashTable *wanted)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (Span));

  for (guint i = 0; i < items->len; i++)
    {
      Span *last = spans->len > 0 ? &g_array_index (spans, Span, spans->len - 1) : NULL;
      const Span next = { i, i + 1 };

      if (!g_hash_table_contains (wanted, items->pdata[i]))
        continue;
      if (last != NULL && last->end == i)
        last->end = i + 1;
      else
        g_array_append_val (spans, next);
    }
  join_scattered (spans);
  return spans;
}

void
genga_item_list_splice (
    GListModel *model, GPtrArray *items, guint first, guint n_old, GPtrArray *take_new)
{
  guint n_behind = items->len - first - n_old, n_new = take_new->len;

  g_ptr_array_set_size (items, items->len + n_new - n_old);
  memmove (items->pdata + first + n_new, items->pdata + first + n_old,
           n_behind * sizeof (gpointer));
  if (n_new > 0)
    memcpy (items->pdata + first, take_new->pdata, n_new * sizeof (gpointer));
  g_list_model_items_changed (model, first, n_old, n_new);
}

/* Jobs from `i` on that are neighbours, or all that are left; answers how many these are. */
static guint
put_back (GListModel *model,
          GPtrArray *items,
          const GArray *positions,
          GPtrArray *back,
          guint i,
          gboolean all)
{
  guint first = MIN (g_array_index (positions, guint, i), items->len), old = first, n = 0;
  g_autoptr (GPtrArray) merged = g_ptr_array_new ();

  for (; i + n < back->len; n++)
    {
      guint position = g_array_index (positions, guint, i + n);

      if (!all && n > 0 && position != g_array_index (positions, guint, i + n - 1) + 1)
        break;
      while (first + merged->len < position && old < items->len)
        g_ptr_array_add (merged, items->pdata[old++]);
      g_ptr_array_add (merged, g_object_ref (back->pdata[i + n]));
    }
  genga_item_list_splice (model, items, first, old - first, merged);
  return n;
}

void
genga_item_list_put_back (GListModel *model,
                          GPtrArray *items,
                          const GArray *positions,
                          GPtrArray *back)
{
  guint n_changes = 0;

  for (guint i = 0; i < back->len; i++)
    n_changes += i == 0 ||
                 g_array_index (positions, guint, i) != g_array_index (positions, guint, i - 1) + 1;
  for (guint i = 0; i < back->len;)
    i += put_back (model, items, positions, back, i, n_changes > MAX_CHANGES);
}

/* As one change. */
static void
take_out (GListModel *model, GPtrArray *items, const Span *span, GHashTable *removed)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  guint n_left = 0;

  for (guint i = span->first; i < span->end; i++)
    {
      if (g_hash_table_contains (removed, items->pdata[i]))
        g_ptr_array_add (gone, items->pdata[i]);
      else
        items->pdata[span->first + n_left++] = items->pdata[i];
    }
  if (gone->len > 0)
    memcpy (items->pdata + span->first + n_left, gone->pdata, gone->len * sizeof (gpointer));
  g_ptr_array_remove_range (items, span->first + n_left, gone->len);
  g_list_model_items_changed (model, span->first, span->end - span->first, n_left);
}

void
genga_item_list_remove (GListModel *model, GPtrArray *items, GHashTable *removed)
{
  g_autoptr (GArray) spans = find_spans (items, removed);

  for (guint i = spans->len; i > 0; i--)
    take_out (model, items, &g_array_index (spans, Span, i - 1), removed);
}

void
genga_item_list_replace (GListModel *model, GPtrArray *items, GHashTable *take_new)
{
  g_autoptr (GArray) spans = find_spans (items, take_new);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer unused;

  for (guint i = 0; i < spans->len; i++)
    {
      const Span *span = &g_array_index (spans, Span, i);
      guint n = span->end - span->first;

      for (guint j = span->first; j < span->end; j++)
        {
          gpointer new = g_hash_table_lookup (take_new, items->pdata[j]);

          if (new == NULL)
            continue;
          g_hash_table_steal (take_new, items->pdata[j]);
          g_ptr_array_add (gone, items->pdata[j]);
          items->pdata[j] = new;
        }
      g_list_model_items_changed (model, span->first, n, n);
    }
  g_hash_table_iter_init (&iter, take_new);
  while (g_hash_table_iter_next (&iter, NULL, &unused))
    g_ptr_array_add (gone, unused);
  g_hash_table_steal_all (take_new);
}
