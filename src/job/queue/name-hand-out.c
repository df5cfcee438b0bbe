/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/name-hand-out.h"
#include "core/error.h"
#include "job/job.h"
#include "job/queue/name-list.h"

#include <glib/gi18n-lib.h>

static gboolean
wants_name (GengaJob *job)
{
  GengaOptions *options = genga_job_get_options (job);

  return genga_job_get_name (job) == NULL && genga_job_get_requested_target (job) == NULL &&
         genga_options_get_int (options, GENGA_OPTION_NAMING) == GENGA_NAMING_LIST;
}

/* The jobs that share one list are served together. */
static gboolean
serve_list (GPtrArray *jobs, GHashTable *taken, GError **error)
{
  GengaOptions *options = genga_job_get_options (jobs->pdata[0]);
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  g_auto (GStrv) names = NULL;

  if (!genga_name_list_from_options (options, 0, &names, error))
    return FALSE;
  for (char **name = names; *name != NULL; name++)
    {
      if (g_hash_table_add (taken, g_strdup (*name)))
        g_ptr_array_add (left, *name);
    }
  if (left->len < jobs->len)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Names: %u left in the list for %u files; each file needs one."), left->len,
                   jobs->len);
      return FALSE;
    }
  for (guint i = 0; i < jobs->len; i++)
    genga_job_set_name (jobs->pdata[i], left->pdata[i]);
  return TRUE;
}

/* A job that comes back to the list may find its name with another one. */
static GHashTable *
list_taken (GPtrArray *all, GPtrArray *waiting)
{
  GHashTable *taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) wait = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < waiting->len; i++)
    g_hash_table_add (wait, waiting->pdata[i]);
  for (guint i = 0; i < all->len; i++)
    if (!g_hash_table_contains (wait, all->pdata[i]) && genga_job_get_name (all->pdata[i]) != NULL)
      g_hash_table_add (taken, g_strdup (genga_job_get_name (all->pdata[i])));
  for (guint i = 0; i < waiting->len; i++)
    {
      const char *name = genga_job_get_name (waiting->pdata[i]);

      if (name != NULL && !g_hash_table_add (taken, g_strdup (name)))
        genga_job_set_name (waiting->pdata[i], NULL);
    }
  return taken;
}

gboolean
genga_name_hand_out (GPtrArray *all, GPtrArray *waiting, GError **error)
{
  g_autoptr (GHashTable) taken = list_taken (all, waiting);
  g_autoptr (GHashTable) lists =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  GHashTableIter iter;
  gpointer jobs;

  for (guint i = 0; i < waiting->len; i++)
    {
      GengaOptions *options = genga_job_get_options (waiting->pdata[i]);
      const char *list = genga_options_get_string (options, GENGA_OPTION_NAMES);

      if (!wants_name (waiting->pdata[i]))
        continue;
      if (!g_hash_table_contains (lists, list != NULL ? list : ""))
        g_hash_table_insert (lists, (gpointer)(list != NULL ? list : ""), g_ptr_array_new ());
      g_ptr_array_add (g_hash_table_lookup (lists, list != NULL ? list : ""), waiting->pdata[i]);
    }
  g_hash_table_iter_init (&iter, lists);
  while (g_hash_table_iter_next (&iter, NULL, &jobs))
    {
      if (!serve_list (jobs, taken, error))
        return FALSE;
    }
  return TRUE;
}
