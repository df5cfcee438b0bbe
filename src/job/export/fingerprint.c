/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/fingerprint.h"
#include "config.h"
#include "core/error.h"
#include "core/fault.h"
#include "models/model-folders.h"
#include "job/frames/sequence.h"
#include "media/video.h"
#include "steps/upscale.h"
#include "models/catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Changes with what segments are like where nothing else tells. */
#define FORMAT "2"

/* What is read of a source: blocks at even distances, the first and the last among them. */
#define BLOCK (256 << 10)
#define N_BLOCKS 32

static void
add_text (GChecksum *sum, const char *name, const char *text)
{
  g_checksum_update (sum, (const guint8 *)name, strlen (name) + 1);
  if (text != NULL)
    g_checksum_update (sum, (const guint8 *)text, strlen (text) + 1);
}

static void
add_number (GChecksum *sum, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  add_text (sum, name, text);
}

/* FALSE. */
static gboolean
set_error (const char *path, int code, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (
      error, GENGA_ERROR, GENGA_ERROR_INPUT,
      _ ("“%s” cannot be read (%s), so nobody can tell whether what is finished belongs to "
         "it; nothing is changed."),
      name, g_strerror (code));
  return FALSE;
}

/* A piece of a file: its length, 0 at the file's end, -1 with errno. */
static gssize
add_block (GChecksum *sum, int fd, guint8 *buffer, gint64 offset)
{
  gssize n;

  if (genga_fault ("unreadable-source"))
    {
      errno = EIO;
      return -1;
    }
  n = pread (fd, buffer, BLOCK, offset);
  if (n > 0)
    g_checksum_update (sum, buffer, n);
  return n;
}

/* Each picture's name, size and time, and what a list says of them. */
static void
add_sequence (GChecksum *sum, const char *path)
{
  g_autoptr (GPtrArray) paths = genga_sequence_list_files (path);

  add_number (sum, "sequence", paths->len);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *name = g_path_get_basename (paths->pdata[i]);
      struct stat info = { 0 };

      if (stat (paths->pdata[i], &info) != 0)
        info = (struct stat){ 0 };
      add_text (sum, "picture", name);
      add_number (sum, "size", info.st_size);
      add_number (sum, "seconds", info.st_mtim.tv_sec);
      add_number (sum, "nanoseconds", info.st_mtim.tv_nsec);
    }
}

static gboolean
add_blocks (GChecksum *sum, int fd, gint64 size)
{
  g_autofree guint8 *buffer = g_malloc (BLOCK);
  gint64 last = MAX (0, size - BLOCK);

  add_number (sum, "source", size);
  for (int i = 0; i < N_BLOCKS; i++)
    if (add_block (sum, fd, buffer, last / (N_BLOCKS - 1) * i) < 0)
      return FALSE;
  return add_block (sum, fd, buffer, last) >= 0;
}

/* One that is gone, or no plain file, counts by its name. */
static gboolean
add_file (GChecksum *sum, const char *path, gboolean *is_file, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info;
  gboolean ok = TRUE;

  if (fd < 0 && errno != ENOENT)
    return set_error (path, errno, error);
  *is_file = fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
  if (!*is_file)
    add_text (sum, "source", path);
  else if (!add_blocks (sum, fd, info.st_size))
    ok = set_error (path, errno, error);
  if (fd >= 0)
    close (fd);
  return ok;
}

char *
genga_fingerprint_dup_print (const char *path)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gboolean is_file;

  return add_file (sum, path, &is_file, NULL) && is_file ? g_strdup (g_checksum_get_string (sum))
                                                         : NULL;
}

static gboolean
add_source (GChecksum *sum, const char *path, GengaOptions *options, GError **error)
{
  gboolean is_file;

  if (!genga_sequence_is_one (path, options))
    return add_file (sum, path, &is_file, error);
  add_sequence (sum, path);
  return TRUE;
}

/* A model's file, whole. */
static gboolean
add_model (GChecksum *sum, const char *value, GError **error)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaCatalogueEntry) entry =
      genga_catalogue_resolve ((const char *const *)folders, value, NULL);
  g_autofree guint8 *buffer = g_malloc (BLOCK);
  gint64 offset = 0;
  gssize n = 0;
  int fd;

  if (entry == NULL || entry->path == NULL)
    {
      add_text (sum, "model", value);
      return TRUE;
    }
  fd = open (entry->path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno != ENOENT)
    return set_error (entry->path, errno, error);
  add_text (sum, "model", fd >= 0 ? "file" : entry->path);
  while (fd >= 0 && (n = add_block (sum, fd, buffer, offset)) > 0)
    offset += BLOCK;
  if (n < 0)
    set_error (entry->path, errno, error);
  if (fd >= 0)
    close (fd);
  return n >= 0;
}

/* Where results go and how much the machine may do changes no picture; sound is added later. */
static gboolean
changes_nothing (GengaOption option)
{
  static const GengaOption options[] = {
    GENGA_OPTION_MODEL,        GENGA_OPTION_DEVICE,        GENGA_OPTION_PRECISION,
    GENGA_OPTION_THREADS,      GENGA_OPTION_MAX_MEMORY,    GENGA_OPTION_FORMAT,
    GENGA_OPTION_QUALITY,      GENGA_OPTION_LOSSLESS,      GENGA_OPTION_PNG_LEVEL,
    GENGA_OPTION_PNG_OPTIMISE, GENGA_OPTION_OUTPUT_DIR,    GENGA_OPTION_NAMING,
    GENGA_OPTION_SUFFIX,       GENGA_OPTION_NAMES,         GENGA_OPTION_OVERWRITE,
    GENGA_OPTION_AUDIO,        GENGA_OPTION_FRAME_MAPPING,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i] == option)
      return TRUE;
  return FALSE;
}

/* The plan knows what device, precision and tiles it came to. */
static void
add_plan (GChecksum *sum, const GengaPlan *plan)
{
  GengaJobFacts facts = { 0 };

  genga_plan_get_facts (plan, &facts);
  add_text (sum, "device", facts.device);
  add_text (sum, "precision", facts.precision);
  add_text (sum, "name", facts.model);
  add_number (sum, "width", plan->result.width);
  add_number (sum, "height", plan->result.height);
  if (plan->upscale != NULL)
    add_number (
        sum, "wholes",
        genga_upscale_step_get_untiled (plan->upscale, plan->source.width, plan->source.height));
  if (plan->model != NULL)
    add_text (sum, "engine", genga_engine_get_version (genga_model_get_engine (plan->model)));
}

char *
genga_fingerprint_dup (const char *source,
                       const GengaPlan *plan,
                       GengaOptions *options,
                       const char *coding,
                       GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  add_text (sum, "genga", GENGA_VERSION);
  add_text (sum, "format", FORMAT);
  add_number (sum, "module", GENGA_VIDEO_ABI);
  if (!add_source (sum, source, options, error) ||
      !add_model (sum, genga_options_get_string (options, GENGA_OPTION_MODEL), error))
    return NULL;
  add_plan (sum, plan);
  add_text (sum, "coding", coding);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *value = genga_options_format (options, option);

      if (!changes_nothing (option))
        add_text (sum, genga_option_get_info (option)->name, value);
    }
  return g_strdup (g_checksum_get_string (sum));
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

static gboolean
is_about_names (GengaOption option)
{
  return option == GENGA_OPTION_OUTPUT_DIR || option == GENGA_OPTION_NAMING ||
         option == GENGA_OPTION_SUFFIX || option == GENGA_OPTION_NAMES;
}

char *
genga_fingerprint_dup_options (GengaOptions *options)
{
  GString *text = g_string_new (NULL);

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *value = dup_value (options, option);
      g_autofree char *escaped = value != NULL ? g_strescape (value, NULL) : NULL;

      if (escaped != NULL && genga_options_is_set (options, option) && !is_about_names (option))
        g_string_append_printf (text, "%s=%s\n", genga_option_get_info (option)->name, escaped);
    }
  return g_string_free (text, FALSE);
}
