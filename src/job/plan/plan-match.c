/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-match.h"
#include "core/options-text.h"
#include "job/source-params.h"
#include "models/match/match-rules.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define FRAME_STEP 12
#define MAX_FRAMES 97
#define MAX_LOOKS 5

/* Where more sources have been looked at, all are looked at again. */
#define MAX_KNOWN 64

static GMutex mutex;
static GHashTable *known; /* what a source is by, to GengaSourceLook; protected by mutex */

/* ---- looking ---- */

/* Frames that show nothing are taken only where there are no others. */
static gboolean
look_at_frames (GengaSource *source, GengaSourceLook *look, GError **error)
{
  GengaSourceLook looks[MAX_LOOKS];
  GengaSourceLook one = { .width = source->info.width, .height = source->info.height, .flat = 1 };
  guint n = 0;

  for (guint i = 0; i < MAX_FRAMES && n < MAX_LOOKS; i++)
    {
      GError *reason = NULL;
      g_autoptr (GengaFrame) frame = genga_source_read (source, &reason);

      if (reason != NULL)
        {
          g_propagate_error (error, reason);
          return FALSE;
        }
      if (frame == NULL)
        break;
      if (i % FRAME_STEP == 0 && genga_source_look_measure (frame, &one) &&
          !genga_source_look_is_empty (&one))
        looks[n++] = one;
    }
  *look = n > 0 ? genga_source_look_get_median (looks, n) : one;
  return TRUE;
}

gboolean
genga_plan_match_look (const char *path,
                       GengaOptions *options,
                       GengaSourceLook *look,
                       GError **error)
{
  GengaSourceParams params = genga_source_params_from_options (options, NULL);
  g_autoptr (GengaSource) source = genga_source_params_open (&params, path, options, error);

  return source != NULL && look_at_frames (source, look, error);
}

/* ---- remembering ---- */

static char *
dup_key (const char *path, GengaOptions *options)
{
  g_autofree char *from = genga_options_format (options, GENGA_OPTION_FROM);
  g_autofree char *to = genga_options_format (options, GENGA_OPTION_TO);
  GStatBuf info = { 0 };

  g_stat (path, &info);
  return g_strdup_printf (
      "%s\n%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT ".%09ld:%" G_GUINT64_FORMAT "\n%s\n%s", path,
      (gint64)info.st_size, (gint64)info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (guint64)info.st_ino,
      from != NULL ? from : "", to != NULL ? to : "");
}

static gboolean
recall (const char *key, GengaSourceLook *look)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  const GengaSourceLook *found = known != NULL ? g_hash_table_lookup (known, key) : NULL;

  if (found != NULL)
    *look = *found;
  return found != NULL;
}

static void
remember (char *take_key, const GengaSourceLook *look)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (g_hash_table_size (known) >= MAX_KNOWN)
    g_hash_table_remove_all (known);
  g_hash_table_replace (known, take_key, g_memdup2 (look, sizeof *look));
}

gboolean
genga_plan_match_knows (const char *path, GengaOptions *options)
{
  g_autofree char *key = dup_key (path, options);
  GengaSourceLook look;

  return recall (key, &look);
}

void
genga_plan_match_remember (const char *path, GengaOptions *options, const GengaSourceLook *look)
{
  remember (dup_key (path, options), look);
}

static gboolean
get_look (const GengaPlanRequest *request, GengaSourceLook *look, GError **error)
{
  const char *path = request->source_path != NULL ? request->source_path : request->source;
  g_autofree char *key = dup_key (path, request->options);

  if (recall (key, look))
    return TRUE;
  if (!genga_plan_match_look (path, request->options, look, error))
    return FALSE;
  remember (g_steal_pointer (&key), look);
  return TRUE;
}

/* ---- the choice ---- */

static void
take_match (GengaPlan *self, const GengaMatch *match, const GengaSourceLook *look)
{
  GengaOptions *options = genga_options_copy (self->options);

  genga_options_set_string (options, GENGA_OPTION_MODEL, match->path);
  genga_options_freeze (options);
  g_set_object (&self->options, options);
  g_object_unref (options);
  genga_plan_notice (
      self,
      /* TRANSLATORS: a model; what the source is, such as “a clean drawing”; shares in per cent. */
      _ ("“%s” was chosen for this source: %s (grey %.0f %%, flat %.0f %%, edges %.1f %%, "
         "blockiness %.2f, noise %.1f)."),
      match->name, genga_match_get_words (match->rule), 100 * look->grey, 100 * look->flat,
      100 * look->edges, MAX (0, look->blockiness), look->noise);
}

gboolean
genga_plan_match_model (GengaPlan *self, const GengaPlanRequest *request, GError **error)
{
  const char *name = genga_options_get_string (self->options, GENGA_OPTION_MODEL);
  g_autoptr (GengaFactsCache) own = NULL;
  g_autoptr (GengaOfferList) offers = NULL;
  g_auto (GStrv) folders = NULL;
  g_auto (GengaMatch) match = { 0 };
  GengaSourceLook look;

  if (!g_str_equal (name, GENGA_MODEL_MATCH))
    return TRUE;
  own = request->models == NULL ? genga_facts_cache_new () : NULL;
  folders = genga_model_folders_dup ();
  offers = genga_offer_list_load (error);
  if (offers == NULL || !get_look (request, &look, error) ||
      !genga_match_choose (
          offers, (const char *const *)folders, own != NULL ? own : request->models, &look,
          genga_options_get_int (self->options, GENGA_OPTION_SCALE), &match, error))
    return FALSE;
  take_match (self, &match, &look);
  return TRUE;
}
