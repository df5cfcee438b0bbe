/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/tile-key.h"
#include "models/model-folders.h"
#include "models/catalogue.h"
#include "core/options-text.h"
#include "models/catalogue-resolve.h"

#include <glib/gstdio.h>

/* The time of the last change of the file itself cannot be set back, as that of its content can. */
static void
append_file (GString *fingerprint, const char *path)
{
  g_autofree char *name = g_strescape (path, NULL);
  GStatBuf info;

  if (g_stat (path, &info) == 0)
    g_string_append_printf (fingerprint,
                            "%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                            ".%09ld %" G_GINT64_FORMAT ".%09ld\n",
                            name, (guint64)info.st_ino, (gint64)info.st_size,
                            (gint64)info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
                            (gint64)info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
  else
    g_string_append_printf (fingerprint, "%s is not there\n", name);
}

char *
genga_tile_key_dup_fingerprint (const char *source, GengaOptions *options)
{
  GString *fingerprint = g_string_new (NULL);
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaCatalogueEntry) entry = genga_catalogue_resolve (
      (const char *const *)folders, genga_options_get_string (options, GENGA_OPTION_MODEL), NULL);

  append_file (fingerprint, source);
  if (entry != NULL && entry->path != NULL)
    append_file (fingerprint, entry->path);
  return g_string_free (fingerprint, FALSE);
}

char *
genga_tile_key_new (const char *fingerprint, const GengaChain *chain)
{
  GString *key = g_string_new (fingerprint);
  GengaJobFacts facts = { 0 };

  genga_chain_get_facts (chain, &facts);
  g_string_append_printf (key, "%s %s\n", facts.device, facts.precision);
  /* Which one “match” means, the options did not tell before. */
  if (chain->plan->model_path != NULL)
    append_file (key, chain->plan->model_path);
  /* Sizes in pixels matter as far as they change what goes in and how many passes there are. */
  g_string_append_printf (key, "%d %d %d\n", chain->plan->source.width, chain->plan->source.height,
                          chain->plan->factor);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if (!genga_option_has_fact (option, GENGA_OPTION_REACHES_NETWORK) ||
          genga_option_has_fact (option, GENGA_OPTION_PLANNED))
        continue;
      g_autofree char *value = genga_options_format (chain->plan->options, option);
      g_string_append_printf (key, "%s %s\n", genga_option_get_info (option)->name, value);
    }
  return g_string_free (key, FALSE);
}

static gboolean
is_same (GengaOptions *a, GengaOptions *b, GengaOption option)
{
  g_autofree char *left = genga_options_format (a, option);
  g_autofree char *right = genga_options_format (b, option);

  return g_strcmp0 (left, right) == 0;
}

gboolean
genga_tile_key_look_same (GengaOptions *a, GengaOptions *b)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if ((genga_option_has_fact (option, GENGA_OPTION_REACHES_NETWORK) ||
           genga_option_has_fact (option, GENGA_OPTION_SETS_SIZE) ||
           genga_option_get_info (option)->group == GENGA_OPTION_GROUP_FILTERS) &&
          !is_same (a, b, option))
        return FALSE;
    }
  return TRUE;
}

gboolean
genga_tile_key_look_same_in_video (GengaOptions *a, GengaOptions *b)
{
  return is_same (a, b, GENGA_OPTION_TARGET_HEIGHT) && is_same (a, b, GENGA_OPTION_DEINTERLACE);
}
