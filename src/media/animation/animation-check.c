/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/animation/animation-check.h"
#include "media/animation/animation.h"

#include <math.h>

/* Lengths are whole units in all kinds of files; APNG has them as a fraction of small numbers. */
#define TOLERANCE 0.001

static double
get_length (const GArray *lengths, guint i)
{
  return g_array_index (lengths, double, i);
}

/* Each frame ends where the expected ones do, one after the other or, where they may have been
 * merged, some of them. */
static gboolean
has_times (const GArray *found, const GengaExpectedAnimation *expected)
{
  const GArray *lengths = expected->lengths;
  guint next = 0;

  for (guint i = 0; i < found->len; i++)
    {
      double length = get_length (found, i), wanted = 0;
      guint n = 0;

      while (next < lengths->len && (n == 0 || wanted < length - TOLERANCE))
        {
          wanted += get_length (lengths, next++);
          n++;
        }
      if (n == 0 || (n > 1 && !expected->may_merge) || fabs (wanted - length) > TOLERANCE)
        return FALSE;
    }
  return next == lengths->len;
}

gboolean
genga_animation_check (int fd, const GengaExpectedAnimation *expected)
{
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (double));
  GengaAnimation found = { 0 };

  genga_animation_look_into (fd, &found, lengths);
  g_debug ("read again: %s, %u frames of %u, %u plays", found.kind, found.n_frames,
           expected->lengths->len, found.loop_count);
  if (g_strcmp0 (found.kind, expected->kind) != 0)
    return FALSE;
  /* All may have been one: then it is a picture, too. */
  if (expected->may_merge && found.n_frames == 0)
    return found.is_whole;
  return expected->lengths->len == 1 ||
         (found.is_whole && found.has_end && found.loop_count == expected->loop_count &&
          found.n_frames == lengths->len && has_times (lengths, expected));
}
