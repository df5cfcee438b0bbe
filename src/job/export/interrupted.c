/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/interrupted.h"
#include "core/error.h"
#include "job/export/journal.h"
#include "job/export/frame-dump.h"
#include "core/options-save.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
genga_interrupted_find (const char *path)
{
  GPtrArray *targets = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = genga_journal_dup_folder (path);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_ptr_array_add (targets, g_strdup (path));
  else if (g_file_test (path, G_FILE_TEST_IS_DIR))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *found = g_build_filename (path, name, NULL);
      char *target = genga_journal_dup_target (found);

      if (target != NULL)
        g_ptr_array_add (targets, target);
    }
  g_ptr_array_sort (targets, compare_paths);
  return targets;
}

static void
interrupted_free (GengaInterrupted *self)
{
  g_free (self->target);
  g_free (self);
}

/* NULL: they are of another source, or may not be looked at. */
static GengaInterrupted *
look_at (const char *target, const char *source)
{
  g_autoptr (GengaJournal) journal = genga_journal_open (target, FALSE, NULL, NULL);
  const GengaJournalHead *head = journal != NULL ? genga_journal_get_head (journal) : NULL;
  guint64 n_frames, n_bytes;
  GengaInterrupted *found;

  if (head == NULL || g_strcmp0 (head->source, source) != 0)
    return NULL;
  n_frames = genga_journal_count_frames (journal, &n_bytes);
  if (n_frames == 0)
    return NULL;
  found = g_new0 (GengaInterrupted, 1);
  found->target = g_strdup (target);
  found->n_frames = n_frames;
  found->n_total = head->n_frames;
  found->size = n_bytes;
  return found;
}

GPtrArray *
genga_interrupted_of (const char *source, const char *folder, const char *stem)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)interrupted_free);
  g_autofree char *canonical = g_canonicalize_filename (source, NULL);
  g_autoptr (GPtrArray) targets = genga_interrupted_find (folder);

  for (guint i = 0; i < targets->len; i++)
    {
      g_autofree char *name = g_path_get_basename (targets->pdata[i]);
      GengaInterrupted *one =
          g_str_has_prefix (name, stem) ? look_at (targets->pdata[i], canonical) : NULL;

      if (one != NULL)
        g_ptr_array_add (found, one);
    }
  return found;
}

/* Where it was, else beside the result: both may have moved together. */
static char *
find_source (const char *source, const char *target)
{
  g_autofree char *name = g_path_get_basename (source);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *beside = g_build_filename (folder, name, NULL);
  gboolean has_moved =
      !g_file_test (source, G_FILE_TEST_EXISTS) && g_file_test (beside, G_FILE_TEST_EXISTS);

  return has_moved ? g_steal_pointer (&beside) : g_strdup (source);
}

/*
 * The options of the first run but for those that say what becomes of other files: a folder that
 * came from elsewhere neither chooses the result's name nor replaces anything.
 */
static gboolean
restore_options (GengaOptions *options, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean ok = TRUE;

  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *name = g_strndup (*line, strcspn (*line, "="));
      GengaOption option;

      if (!genga_option_find (name, &option) ||
          (!genga_option_has_fact (option, GENGA_OPTION_REPLACES) &&
           !genga_option_has_fact (option, GENGA_OPTION_NAMES_RESULT)))
        ok &= genga_options_restore (options, *line);
    }
  return ok;
}

GengaJob *
genga_interrupted_new_job (const char *target, GengaExisting existing, GError **error)
{
  g_autofree char *name = g_filename_display_name (target);
  GError *reason = NULL;
  g_autoptr (GengaJournal) journal = genga_journal_open (target, FALSE, NULL, &reason);
  const GengaJournalHead *head = journal != NULL ? genga_journal_get_head (journal) : NULL;
  g_autoptr (GengaOptions) options = genga_options_new ();

  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return NULL;
    }
  if (head == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("“%s” has no unfinished work to resume."), name);
      return NULL;
    }
  if (!restore_options (options, head->options))
    g_debug ("%s: some options are not understood", target);
  genga_options_set_int (options, GENGA_OPTION_EXISTING, existing);
  g_autofree char *source = find_source (head->source, target);
  return genga_job_new (source, target, options);
}

gboolean
genga_interrupted_discard (const char *target)
{
  g_autoptr (GError) error = NULL;
  GengaJournal *journal = genga_journal_open (target, FALSE, NULL, &error);
  const GengaJournalHead *head = journal != NULL ? genga_journal_get_head (journal) : NULL;
  g_autoptr (GengaOptions) options = genga_options_new ();

  if (head != NULL && restore_options (options, head->options))
    genga_frame_dump_discard (target, options);
  if (journal != NULL)
    genga_journal_remove (journal);
  return error == NULL;
}
