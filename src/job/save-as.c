/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/save-as.h"
#include "core/error.h"
#include "job/pipeline.h"
#include "media/media.h"
#include "core/output-file.h"
#include "media/video.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define BUFFER_BYTES (1 << 20)

typedef struct
{
  char *path;
  char *target;
  gboolean overwrite;
  int quality;             /* of a conversion */
  GengaPipeline *pipeline; /* of a conversion */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  g_free (self->path);
  g_free (self->target);
  g_free (self);
}

/* Or none that is known. */
static gboolean
is_same_kind (const char *path, const char *target)
{
  GengaFormat format = genga_format_from_path (target);
  GengaContainer container = genga_container_from_path (target);

  if (format == GENGA_FORMAT_AUTO && container == GENGA_CONTAINER_AUTO)
    return TRUE;
  return (format != GENGA_FORMAT_AUTO && format == genga_format_from_path (path)) ||
         (container != GENGA_CONTAINER_AUTO && container == genga_container_from_path (path));
}

/* Videos are made once: hours of work are not coded anew for the sake of a name. */
static gboolean
check_video (const char *path, const char *target, GError **error)
{
  g_autofree char *name = g_filename_display_basename (target);
  g_autofree char *own = g_filename_display_basename (path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("“%s” is a folder of frames; copy it in the file manager."), own);
      return FALSE;
    }
  if (is_same_kind (path, target))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” would need another container than the result, “%s”. Videos are saved "
                  "without conversion; choose another container in the options and start again."),
               name, own);
  return FALSE;
}

static gboolean
copy_bytes (GInputStream *from, GengaOutputFile *to, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);
  gssize n;

  while ((n = g_input_stream_read (from, buffer, BUFFER_BYTES, NULL, error)) > 0)
    {
      if (!genga_output_file_write (to, buffer, n))
        return genga_output_file_get_error (to, error);
    }
  return n == 0;
}

static gboolean
copy (const Export *self, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autofree char *name = g_filename_display_name (self->path);
  g_autoptr (GError) read_error = NULL;
  g_autoptr (GFileInputStream) from = g_file_read (file, NULL, &read_error);

  if (from == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't read “%s”: %s"), name,
                   read_error->message);
      return FALSE;
    }
  g_autoptr (GengaOutputFile) to = genga_output_file_new (self->target, self->overwrite, error);
  return to != NULL && copy_bytes (G_INPUT_STREAM (from), to, error) &&
         genga_output_file_commit (to, error);
}

static void
copy_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (copy (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_converted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (genga_pipeline_run_finish (self->pipeline, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
convert (GTask *task, GengaOptions *options)
{
  Export *self = g_task_get_task_data (task);
  g_autoptr (GengaOptions) plain = genga_options_new ();
  static const GengaOption kept[] = {
    GENGA_OPTION_QUALITY,      GENGA_OPTION_LOSSLESS,    GENGA_OPTION_NEAR_LOSSLESS,
    GENGA_OPTION_WEBP_METHOD,  GENGA_OPTION_SUBSAMPLING, GENGA_OPTION_COMPRESSION,
    GENGA_OPTION_PNG_LEVEL,    GENGA_OPTION_BACKGROUND,  GENGA_OPTION_MAX_MEMORY,
    GENGA_OPTION_PNG_OPTIMISE, GENGA_OPTION_THREADS,
  };

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    genga_options_take_over (plain, kept[i], options);
  genga_options_set_int (plain, GENGA_OPTION_QUALITY, self->quality);
  g_object_set (plain, "model", "none", "scale", 1, "format", genga_format_from_path (self->target),
                "overwrite", self->overwrite, NULL);
  g_autoptr (GengaJob) job = genga_job_new (self->path, self->target, plain);
  self->pipeline = genga_pipeline_new_apart ();
  genga_pipeline_run_async (self->pipeline, job, on_converted, g_object_ref (task));
}

/* The one that the job would have written the format with: its source counts, not the result. */
static int
choose_quality (GengaJob *job, GengaFormat format)
{
  GengaOptions *options = genga_job_get_options (job);
  int quality = genga_options_get_int (options, GENGA_OPTION_QUALITY);
  GStatBuf info;

  if (!genga_options_get_boolean (options, GENGA_OPTION_ADAPTIVE_QUALITY) ||
      g_stat (genga_job_get_source (job), &info) != 0)
    return quality;
  return genga_format_adapt_quality (format, quality, info.st_size);
}

void
genga_save_as_async (GengaJob *job,
                     const char *target,
                     gboolean overwrite,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  const char *path = genga_job_get_target (job);
  GengaFormat wanted = genga_format_from_path (target);
  Export *self = g_new0 (Export, 1);
  GengaJobFacts facts;
  GError *error = NULL;

  genga_job_get_facts (job, &facts);
  self->path = g_strdup (path);
  self->target = g_strdup (target);
  self->overwrite = overwrite;
  self->quality = choose_quality (job, wanted);
  g_task_set_source_tag (task, genga_save_as_async);
  g_task_set_task_data (task, self, export_free);
  if (facts.has_frames && !check_video (path, target, &error))
    g_task_return_error (task, error);
  else if (facts.has_frames || wanted == GENGA_FORMAT_AUTO ||
           wanted == genga_format_from_path (path))
    g_task_run_in_thread (task, copy_in_thread);
  else
    convert (task, genga_job_get_options (job));
}

gboolean
genga_save_as_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
