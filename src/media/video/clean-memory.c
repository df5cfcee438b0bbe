/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/clean-memory.h"

#include <malloc.h>
#include <stdlib.h>

/* New memory is filled with the complement of it, freed memory with the byte itself. */
#define ZEROS 0xff

static GMutex mutex;
static guint n_inside; /* protected by mutex */

gboolean
genga_clean_memory_is_needed (const char *encoder)
{
  return g_str_has_prefix (encoder, "libx264");
}

static void
fill_with (int byte)
{
#ifdef M_PERTURB
  mallopt (M_PERTURB, byte);
#endif
}

void
genga_clean_memory_enter (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (n_inside++ == 0)
    fill_with (ZEROS);
}

/* As the environment has it, which tests use. */
void
genga_clean_memory_leave (void)
{
  const char *text = g_getenv ("MALLOC_PERTURB_");
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (--n_inside == 0)
    fill_with (text != NULL ? atoi (text) : 0);
}
