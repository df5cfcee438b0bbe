/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/options-print.h"
#include "core/options-text.h"
#include "media/print-forms.h"

#include <glib/gstdio.h>
#include <string.h>

/* Genga 0.1.0 told all options, whatever their value, and wrote the sum alone. */
static const char *const earlier_options[] = {
  "model",         "scale",         "precision",   "device",     "tile",      "overlap",
  "blend",         "threads",       "max-memory",  "sharpening", "contrast",  "saturation",
  "transparency",  "format",        "quality",     "lossless",   "png-level", "png-optimise",
  "bit-depth",     "output-dir",    "naming",      "suffix",     "names",     "overwrite",
  "codec",         "profile",       "container",   "crf",        "preset",    "pixel-format",
  "fps",           "audio",         "deinterlace", "reuse",      "tolerance", "frame-mapping",
  "target-height", "pre-downscale", "from",        "to",         "clip-at",   "frames",
  "keep-frames",   "encoder",
};

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (genga_option_get_info (*(const GengaOption *)a)->name,
                 genga_option_get_info (*(const GengaOption *)b)->name);
}

gboolean
genga_options_has_say (GengaOptions *options, GengaOption option)
{
  const int reuse = genga_options_get_int (options, GENGA_OPTION_REUSE);

  switch ((int)option)
    {
    case GENGA_OPTION_TOLERANCE:
      return reuse == GENGA_REUSE_TOLERANCE || reuse == GENGA_REUSE_PERCEPTUAL;
    case GENGA_OPTION_DUPLICATE_GRID:
      return reuse == GENGA_REUSE_PERCEPTUAL;
    default:
      return !genga_option_has_fact (option, GENGA_OPTION_IS_POLITE);
    }
}

/* What becomes of results that are there says nothing of frames, nor what no other option asks for.
 */
GArray *
genga_options_print_list (GengaOptions *options)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (GengaOption));

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (option != GENGA_OPTION_EXISTING && !genga_options_is_default (options, option) &&
        genga_options_has_say (options, option))
      g_array_append_val (list, option);
  g_array_sort (list, compare_names);
  return list;
}

GArray *
genga_options_print_list_earlier (GengaOptions *options)
{
  g_autoptr (GArray) used = genga_options_print_list (options);
  GArray *list = g_array_new (FALSE, FALSE, sizeof (GengaOption));
  gboolean is_listed[GENGA_N_OPTIONS] = { FALSE };

  for (gsize i = 0; i < G_N_ELEMENTS (earlier_options); i++)
    {
      GengaOption option;

      if (!genga_option_find (earlier_options[i], &option))
        continue;
      is_listed[option] = TRUE;
      g_array_append_val (list, option);
    }
  for (guint i = 0; i < used->len; i++)
    if (!is_listed[g_array_index (used, GengaOption, i)])
      g_array_append_val (list, g_array_index (used, GengaOption, i));
  return list;
}

char *
genga_options_print_dup_forms (const char *now, const char *earlier)
{
  return g_strdup_printf ("%s:%s %s:%s", GENGA_OPTIONS_PRINT_FORMAT, now, GENGA_PRINT_EARLIER_FORM,
                          earlier);
}

/* Audio was a switch then. */
static char *
format_earlier (GengaOptions *options, GengaOption option)
{
  return option == GENGA_OPTION_AUDIO && genga_options_get_int (options, option) == GENGA_AUDIO_AUTO
             ? g_strdup ("yes")
             : genga_options_format (options, option);
}

/* As genga_options_save() writes them, file and all; each value as `format` tells it. */
static char *
sum_frames (const char *source,
            GengaOptions *options,
            GArray *take_list,
            char *(*format) (GengaOptions *, GengaOption))
{
  g_autoptr (GArray) list = take_list;
  g_autoptr (GString) text = g_string_new (NULL);
  GStatBuf info = { 0 };

  for (guint i = 0; i < list->len; i++)
    {
      GengaOption option = g_array_index (list, GengaOption, i);
      g_autofree char *value = format (options, option);
      g_autofree char *escaped = value != NULL ? g_strescape (value, NULL) : NULL;

      if (escaped != NULL)
        g_string_append_printf (text, "%s=%s\n", genga_option_get_info (option)->name, escaped);
    }
  g_stat (source, &info);
  g_string_append_printf (text, "\n%s\n%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, source,
                          (gint64)info.st_size, (gint64)info.st_mtime);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
}

char *
genga_options_print_dup_frames (const char *source, GengaOptions *options)
{
  g_autofree char *now =
      sum_frames (source, options, genga_options_print_list (options), genga_options_format);
  g_autofree char *earlier =
      sum_frames (source, options, genga_options_print_list_earlier (options), format_earlier);

  return genga_options_print_dup_forms (now, earlier);
}
