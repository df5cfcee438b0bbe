/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/fault.h"

#ifdef GENGA_FAULTS

#  include <signal.h>
#  include <string.h>

typedef struct
{
  char *place;
  guint64 at;
  gboolean goes_on;
  guint64 passed;
} Fault;

static GMutex mutex;
static GPtrArray *faults; /* of Fault; protected by mutex */
static int was_set;       /* atomic; the environment says nothing any more */

static void
fault_free (gpointer data)
{
  Fault *self = data;

  g_free (self->place);
  g_free (self);
}

static void
read_faults (const char *list)
{
  g_auto (GStrv) entries = g_strsplit (list, ",", -1);

  faults = g_ptr_array_new_with_free_func (fault_free);
  for (char **entry = entries; *entry != NULL; entry++)
    {
      char *colon = strchr (*entry, ':');
      Fault *fault;

      if (colon == NULL)
        continue;
      fault = g_new0 (Fault, 1);
      fault->place = g_strndup (*entry, colon - *entry);
      fault->at = g_ascii_strtoull (colon + 1, NULL, 10);
      fault->goes_on = g_str_has_suffix (colon, "+");
      g_ptr_array_add (faults, fault);
    }
}

static gboolean
pass (Fault *fault)
{
  fault->passed++;
  return fault->passed == fault->at || (fault->goes_on && fault->passed > fault->at);
}

static gboolean
pass_place (const char *place)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  gboolean found = FALSE;

  if (faults == NULL)
    read_faults (g_getenv ("GENGA_FAULT"));
  for (guint i = 0; i < faults->len; i++)
    {
      Fault *fault = faults->pdata[i];

      if (g_str_equal (fault->place, place))
        found |= pass (fault);
    }
  return found;
}

static void
stall (void)
{
  const char *text = g_getenv ("GENGA_STALL_FOR");
  gint64 end = text != NULL ? g_get_monotonic_time () + g_ascii_strtod (text, NULL) * G_USEC_PER_SEC
                            : G_MAXINT64;

  while (g_get_monotonic_time () < end)
    g_usleep (G_USEC_PER_SEC / 100);
}

void
genga_fault_set (const char *list)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  g_clear_pointer (&faults, g_ptr_array_unref);
  read_faults (list != NULL ? list : "");
  g_atomic_int_set (&was_set, TRUE);
}

gboolean
genga_fault (const char *place)
{
  gboolean found =
      (g_atomic_int_get (&was_set) || g_getenv ("GENGA_FAULT") != NULL) && pass_place (place);

  if (found && g_str_has_prefix (place, "kill"))
    raise (SIGKILL);
  if (found && g_str_has_prefix (place, "stop"))
    raise (SIGSTOP);
  if (found && g_str_has_prefix (place, "stall"))
    stall ();
  return found;
}

#else

void
genga_fault_set (const char *list)
{
}

gboolean
genga_fault (const char *place)
{
  return FALSE;
}

#endif
