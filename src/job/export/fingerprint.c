/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/fingerprint.h"
#include "core/error.h"
#include "job/plan/plan-network.h"
#include "models/model-folders.h"
#include "job/source-params.h"
#include "media/file-print.h"
#include "media/print-forms.h"
#include "media/probe.h"
#include "models/catalogue.h"
#include "core/options-text.h"
#include "models/catalogue-resolve.h"
#include "weights/load.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A fingerprint has forms, the newest first, with blanks between them: "3:SUM 2:SUM". A recorded
 * one is compared in its own newest form, so what an earlier version has finished still counts.
 *
 * FORMAT changes with what segments are like where nothing else tells: with every change of ours
 * that gives other bytes for the same options, that of an option's default among them. Earlier
 * forms go with that, for their segments do not fit any more.
 */
#define FORMAT "3"

/* Genga 0.1.0 told all options, whatever their value, and wrote the sum alone. */
#define EARLIER_VERSION "0.1.0"
#define EARLIER_MODULE 6
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

/* FALSE. */
static gboolean
set_error (const char *path, int code, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (
      error, GENGA_ERROR, GENGA_ERROR_INPUT,
      _ ("Can't read “%s” (%s), so it is unknown whether the finished part belongs to it. Nothing "
         "was changed."),
      name, g_strerror (code));
  return FALSE;
}

/* Each picture's name, size and time, and what a list says of them. */
static void
add_sequence (GChecksum *const *sums, GPtrArray *paths)
{
  genga_file_print_add_number (sums, "sequence", paths->len);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *name = g_path_get_basename (paths->pdata[i]);
      struct stat info = { 0 };

      if (stat (paths->pdata[i], &info) != 0)
        info = (struct stat){ 0 };
      genga_file_print_add_text (sums, "picture", name);
      genga_file_print_add_number (sums, "size", info.st_size);
      genga_file_print_add_number (sums, "seconds", info.st_mtim.tv_sec);
      genga_file_print_add_number (sums, "nanoseconds", info.st_mtim.tv_nsec);
    }
}

static gboolean
add_source (GChecksum *const *sums, const char *path, GengaOptions *options, GError **error)
{
  GengaSourceParams params = genga_source_params_from_options (options, NULL);
  g_autoptr (GPtrArray) pictures = genga_source_list_files (path, &params);
  gboolean is_file;

  if (pictures != NULL)
    add_sequence (sums, pictures);
  else if (!genga_file_print_add (sums, path, &is_file))
    return set_error (path, errno, error);
  return TRUE;
}

/* Further files that a model is made of. One that can't be read will say so when it is run. */
static void
add_companions (GChecksum *const *sums, const char *path)
{
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (path, NULL);
  guint n = dict != NULL ? genga_state_dict_get_n_companions (dict) : 0;

  for (guint i = 0; i < n; i++)
    {
      GBytes *bytes = genga_state_dict_get_companion (dict, i)->bytes;

      genga_file_print_add_number (sums, "companion", (gint64)g_bytes_get_size (bytes));
      for (guint k = 0; sums[k] != NULL; k++)
        g_checksum_update (sums[k], g_bytes_get_data (bytes, NULL),
                           (gssize)g_bytes_get_size (bytes));
    }
}

/* A model's file, whole. */
static gboolean
add_model (GChecksum *const *sums, const char *value, GError **error)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaCatalogueEntry) entry =
      genga_catalogue_resolve ((const char *const *)folders, value, NULL);
  g_autofree guint8 *buffer = g_malloc (GENGA_FILE_PRINT_BLOCK);
  gint64 offset = 0;
  gssize n = 0;
  int fd;

  if (entry == NULL || entry->path == NULL)
    {
      genga_file_print_add_text (sums, "model", value);
      return TRUE;
    }
  fd = open (entry->path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno != ENOENT)
    return set_error (entry->path, errno, error);
  genga_file_print_add_text (sums, "model", fd >= 0 ? "file" : entry->path);
  while (fd >= 0 && (n = genga_file_print_add_block (sums, fd, buffer, offset)) > 0)
    offset += GENGA_FILE_PRINT_BLOCK;
  if (n < 0)
    set_error (entry->path, errno, error);
  if (fd >= 0)
    {
      close (fd);
      add_companions (sums, entry->path);
    }
  return n >= 0;
}

/* The chain knows which device and precision it uses. */
static void
add_chain (GChecksum *const *sums, const GengaChain *chain)
{
  const GengaPlan *plan = chain->plan;
  GengaJobFacts facts = { 0 };

  genga_chain_get_facts (chain, &facts);
  genga_file_print_add_text (sums, "device", facts.device);
  genga_file_print_add_text (sums, "precision", facts.precision);
  genga_file_print_add_text (sums, "name", facts.model);
  genga_file_print_add_number (sums, "width", plan->result.width);
  genga_file_print_add_number (sums, "height", plan->result.height);
  /* Transparent edges were made in another way before. */
  if (genga_layout_has_alpha (plan->source.layout))
    genga_file_print_add_number (sums, "transparency", 2);
  if (chain->model == NULL)
    return;
  genga_file_print_add_number (sums, "wholes", genga_plan_get_untiled (plan));
  genga_file_print_add_text (sums, "engine",
                             genga_engine_get_version (genga_model_get_engine (chain->model)));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (genga_option_get_info (*(const GengaOption *)a)->name,
                 genga_option_get_info (*(const GengaOption *)b)->name);
}

/*
 * The options that count, by name, for rows of the table may change places. Those at their default
 * are left out, so that one that is new takes nothing away.
 */
static GArray *
list_options (GengaOptions *options)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (GengaOption));

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (!genga_options_is_default (options, option))
      g_array_append_val (list, option);
  g_array_sort (list, compare_names);
  return list;
}

/* Those of the earlier form in its order; what came later is told where it is in use. */
static GArray *
list_earlier_options (GengaOptions *options)
{
  g_autoptr (GArray) used = list_options (options);
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

static void
add_options (GChecksum *sum, GengaOptions *options, GArray *take_list)
{
  g_autoptr (GArray) list = take_list;

  for (guint i = 0; i < list->len; i++)
    {
      GengaOption option = g_array_index (list, GengaOption, i);
      g_autofree char *value = genga_options_format (options, option);

      if (genga_option_has_fact (option, GENGA_OPTION_CHANGES_SEGMENTS))
        genga_file_print_add_text ((GChecksum *[]){ sum, NULL },
                                   genga_option_get_info (option)->name, value);
    }
}

static char *
dup_forms (const char *now, const char *earlier)
{
  return g_strdup_printf ("%s:%s %s:%s", FORMAT, now, GENGA_PRINT_EARLIER_FORM, earlier);
}

char *
genga_fingerprint_dup (const char *source,
                       const GengaChain *chain,
                       const char *coding,
                       GError **error)
{
  GengaOptions *options = chain->plan->options;
  g_autoptr (GChecksum) now = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GChecksum) earlier = g_checksum_new (G_CHECKSUM_SHA256);
  GChecksum *const sums[] = { now, earlier, NULL };

  genga_file_print_add_text ((GChecksum *[]){ now, NULL }, "format", FORMAT);
  genga_file_print_add_text ((GChecksum *[]){ earlier, NULL }, "genga", EARLIER_VERSION);
  genga_file_print_add_text ((GChecksum *[]){ earlier, NULL }, "format", GENGA_PRINT_EARLIER_FORM);
  genga_file_print_add_text ((GChecksum *[]){ earlier, NULL }, "module",
                             G_STRINGIFY (EARLIER_MODULE));
  if (!add_source (sums, source, options, error) ||
      !add_model (sums, genga_options_get_string (options, GENGA_OPTION_MODEL), error))
    return NULL;
  add_chain (sums, chain);
  genga_file_print_add_text (sums, "coding", coding);
  add_options (now, options, list_options (options));
  add_options (earlier, options, list_earlier_options (options));
  return dup_forms (g_checksum_get_string (now), g_checksum_get_string (earlier));
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
genga_fingerprint_dup_frames (const char *source, GengaOptions *options)
{
  g_autofree char *now = sum_frames (source, options, list_options (options), genga_options_format);
  g_autofree char *earlier =
      sum_frames (source, options, list_earlier_options (options), format_earlier);

  return dup_forms (now, earlier);
}

/* Models may be named by a path that means something in one folder only. */
static char *
dup_value (GengaOptions *options, GengaOption option)
{
  g_autofree char *value = genga_options_format (options, option);

  if (option == GENGA_OPTION_MODEL && value != NULL && g_file_test (value, G_FILE_TEST_IS_REGULAR))
    return g_canonicalize_filename (value, NULL);
  return g_steal_pointer (&value);
}

char *
genga_fingerprint_dup_options (GengaOptions *options)
{
  GString *text = g_string_new (NULL);

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *value = dup_value (options, option);
      g_autofree char *escaped = value != NULL ? g_strescape (value, NULL) : NULL;

      if (escaped != NULL && genga_options_is_set (options, option) &&
          !genga_option_has_fact (option, GENGA_OPTION_REPLACES) &&
          !genga_option_has_fact (option, GENGA_OPTION_NAMES_RESULT))
        g_string_append_printf (text, "%s=%s\n", genga_option_get_info (option)->name, escaped);
    }
  return g_string_free (text, FALSE);
}
