/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/window-axis.h"

static int
get_filled (const GengaCpuWindowAxis *self, int length)
{
  return (length + self->multiple - 1) / self->multiple * self->multiple;
}

static int
get_key_step (const GengaCpuWindowAxis *self)
{
  return self->key_window - 2 * self->key_margin;
}

static int
get_key_filled (const GengaCpuWindowAxis *self, int length)
{
  return get_filled (self, length) / self->window * get_key_step (self);
}

static int
get_n_keys (const GengaCpuWindowAxis *self)
{
  return self->key_window / self->key_block;
}

/* Keys along a window that the roll has brought to its end. */
static int
get_key_roll (const GengaCpuWindowAxis *self)
{
  return (self->key_shift + self->key_block - 1) / self->key_block;
}

gboolean
genga_cpu_window_axis_follows_roll (const GengaCpuWindowAxis *self)
{
  if (self->shift == 0 && self->key_shift == 0)
    return TRUE;
  return self->is_masked && self->key_margin == 0 && self->shift > 0 && self->key_shift > 0 &&
         self->shift < self->window && get_key_roll (self) < get_n_keys (self);
}

gboolean
genga_cpu_window_axis_is_local (const GengaCpuWindowAxis *self)
{
  return (self->shift == 0 && self->key_shift == 0) || self->leaves_out;
}

/* See GENGA_OP_WINDOW_ATTENTION. */
static int
get_label (int at, int length, int window, int shift)
{
  if (at >= length - shift)
    return 2;
  return at >= length - window ? 1 : 0;
}

static GengaCpuRange
find_own (const GengaCpuWindowAxis *self, int label, int window, int length)
{
  const int n = get_n_keys (self), n_all = get_key_filled (self, length) / self->key_block;
  const int first = window * get_key_step (self) / self->key_block;
  GengaCpuRange own = { n, n };

  if (!self->is_masked)
    return (GengaCpuRange){ 0, n };
  for (int k = n; k-- > 0;)
    if (get_label (first + k, n_all, n, get_key_roll (self)) == label)
      {
        own.end = own.begin == n ? k + 1 : own.end;
        own.begin = k;
      }
  return own;
}

GengaCpuWindowPart
genga_cpu_window_axis_find_part (const GengaCpuWindowAxis *self, int at, int length)
{
  const int filled = get_filled (self, length);
  const int rolled = ((at - self->shift) % filled + filled) % filled;
  const int place = rolled % self->window, window = rolled / self->window;
  const int end = MIN (length, at + self->window - place);
  const int label = get_label (rolled, filled, self->window, self->shift);

  GengaCpuWindowPart part = { .queries = { at, end },
                              .place = place,
                              .window = window,
                              .keys = { 0, get_n_keys (self) },
                              .own = find_own (self, label, window, length) };

  if (self->leaves_out)
    part.keys = part.own;
  return part;
}

void
genga_cpu_window_axis_find_sources (const GengaCpuWindowAxis *self,
                                    int window,
                                    GengaCpuRange pixels,
                                    int length,
                                    int key_length,
                                    int *sources)
{
  const int filled = get_key_filled (self, length);
  const int first = window * get_key_step (self) - self->key_margin;

  for (int i = pixels.begin; i < pixels.end; i++)
    {
      const int at = first + i, source = (at + self->key_shift) % filled;

      sources[i] = at >= 0 && at < filled && source < key_length ? source : -1;
    }
}

static GengaCpuRange
unite_sources (const GengaCpuWindowAxis *self,
               const GengaCpuWindowPart *part,
               int length,
               int key_length,
               GengaCpuRange reach)
{
  const GengaCpuRange pixels = { part->keys.begin * self->key_block,
                                 part->keys.end * self->key_block };
  int sources[GENGA_CPU_WINDOW_MOST];

  genga_cpu_window_axis_find_sources (self, part->window, pixels, length, key_length, sources);
  for (int i = pixels.begin; i < pixels.end; i++)
    if (sources[i] >= 0)
      reach = (GengaCpuRange){ MIN (reach.begin, sources[i]), MAX (reach.end, sources[i] + 1) };
  return reach;
}

GengaCpuRange
genga_cpu_window_axis_get_reach (const GengaCpuWindowAxis *self,
                                 GengaCpuRange range,
                                 int length,
                                 int key_length)
{
  GengaCpuRange reach = { G_MAXINT, 0 };

  if (!genga_cpu_window_axis_is_local (self))
    return (GengaCpuRange){ 0, key_length };
  for (int at = MAX (0, range.begin); at < MIN (range.end, length);)
    {
      const GengaCpuWindowPart part = genga_cpu_window_axis_find_part (self, at, length);

      reach = unite_sources (self, &part, length, key_length, reach);
      at = part.queries.end;
    }
  return reach;
}
