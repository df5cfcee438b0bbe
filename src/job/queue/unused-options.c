/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/unused-options.h"
#include "core/error.h"
#include "job/queue/inputs.h"

#include <glib/gi18n-lib.h>

static gboolean
is_asked_for (GengaOptions *options, GengaOption option)
{
  return genga_option_get_info (option)->results != 0 && genga_options_is_set (options, option) &&
         !genga_options_is_default (options, option);
}

static gboolean
is_any_asked_for (GengaOptions *options)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (is_asked_for (options, option))
      return TRUE;
  return FALSE;
}

/* Of each source that can be read, the kinds of results that are made of it. */
static GArray *
find_results (GengaOptions *options, const GPtrArray *inputs, const char *requested)
{
  GArray *results = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < inputs->len; i++)
    {
      const GengaInput *input = inputs->pdata[i];
      guint kinds =
          input->error == NULL ? genga_input_get_results (input->path, options, requested) : 0;

      if (kinds != 0)
        g_array_append_val (results, kinds);
    }
  return results;
}

static guint
count_users (const GArray *results, guint kinds)
{
  guint n = 0;

  for (guint i = 0; i < results->len; i++)
    n += (g_array_index (results, guint, i) & kinds) != 0;
  return n;
}

/* What an option is for, as it stands in the sentences below. */
static const char *
describe (guint kinds)
{
  switch (kinds)
    {
    case GENGA_OPTION_FOR_PICTURES:
      return C_ ("only for", "pictures");
    case GENGA_OPTION_FOR_VIDEOS:
    case GENGA_OPTION_FOR_MOTION:
      return C_ ("only for", "videos");
    case GENGA_OPTION_FOR_VIDEOS | GENGA_OPTION_FOR_ANIMATIONS:
      return C_ ("only for", "videos and animated pictures");
    default:
      return C_ ("only for", "pictures and frames");
    }
}

gboolean
genga_unused_options_check (GengaOptions *options,
                            GengaOptions *typed,
                            const GPtrArray *inputs,
                            const char *requested,
                            GPtrArray *notices,
                            GError **error)
{
  g_autoptr (GArray) results = NULL;

  if (!is_any_asked_for (typed))
    return TRUE;
  results = find_results (options, inputs, requested);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS && results->len > 0; option++)
    {
      const GengaOptionInfo *info = genga_option_get_info (option);
      guint n = is_asked_for (typed, option) ? count_users (results, info->results) : results->len;

      if (n == 0)
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("--%s is only for %s, and no result is one; leave it out."), info->name,
                       describe (info->results));
          return FALSE;
        }
      if (n < results->len)
        g_ptr_array_add (notices,
                         g_strdup_printf (_ ("--%s is only for %s: it changes nothing for %u of %u "
                                             "files."),
                                          info->name, describe (info->results), results->len - n,
                                          results->len));
    }
  return TRUE;
}
