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

static void
read_faults (void)
{
  g_auto (GStrv) entries = g_strsplit (g_getenv ("GENGA_FAULT"), ",", -1);

  faults = g_ptr_array_new ();
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

gboolean
genga_fault (const char *place)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gboolean found = FALSE;

  if (g_getenv ("GENGA_FAULT") == NULL)
    return FALSE;
  locker = g_mutex_locker_new (&mutex);
  if (faults == NULL)
    read_faults ();
  for (guint i = 0; i < faults->len; i++)
    {
      Fault *fault = faults->pdata[i];

      if (g_str_equal (fault->place, place))
        found |= pass (fault);
    }
  if (found && g_str_has_prefix (place, "kill"))
    raise (SIGKILL);
  if (found && g_str_has_prefix (place, "stop"))
    raise (SIGSTOP);
  return found;
}

#else

gboolean
genga_fault (const char *place)
{
  return FALSE;
}

#endif
