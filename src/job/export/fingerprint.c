/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/fingerprint.h"
#include "core/error.h"
#include "job/export/options-print.h"
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

/* What Genga 0.1.0 said of itself. */
#define EARLIER_VERSION "0.1.0"
#define EARLIER_MODULE 6
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
  /* Frames were RGB before, whatever is done to them. */
  if (plan->is_in_planes)
    genga_file_print_add_text (sums, "frames", "planes");
  if (chain->model == NULL)
    return;
  genga_file_print_add_number (sums, "wholes", genga_plan_get_untiled (plan));
  genga_file_print_add_text (sums, "engine",
                             genga_engine_get_version (genga_model_get_engine (chain->model)));
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

  genga_file_print_add_text ((GChecksum *[]){ now, NULL }, "format", GENGA_OPTIONS_PRINT_FORMAT);
  genga_file_print_add_text ((GChecksum *[]){ earlier, NULL }, "genga", EARLIER_VERSION);
  genga_file_print_add_text ((GChecksum *[]){ earlier, NULL }, "format", GENGA_PRINT_EARLIER_FORM);
  genga_file_print_add_text ((GChecksum *[]){ earlier, NULL }, "module",
                             G_STRINGIFY (EARLIER_MODULE));
  if (!add_source (sums, source, options, error) ||
      !add_model (sums, genga_options_get_string (options, GENGA_OPTION_MODEL), error))
    return NULL;
  add_chain (sums, chain);
  genga_file_print_add_text (sums, "coding", coding);
  add_options (now, options, genga_options_print_list (options));
  add_options (earlier, options, genga_options_print_list_earlier (options));
  return genga_options_print_dup_forms (g_checksum_get_string (now),
                                        g_checksum_get_string (earlier));
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
