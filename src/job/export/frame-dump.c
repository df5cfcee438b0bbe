/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/frame-dump.h"
#include "core/error.h"
#include "media/sequence/frame-folder.h"
#include "job/export/fingerprint.h"
#include "job/export/frames-setup.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define SUFFIX ".frames"
#define UPSCALED "upscaled"
#define SOURCE "source"

struct _GengaFrameDump
{
  GengaKeepFrames what;
  GengaProgress *progress; /* borrowed */
  char *path;
  GengaFrameFolder *source; /* NULL: these do not stay */
  GengaFrameFolder *upscaled;
  gboolean source_has_gaps; /* where frames of an earlier run are not there any more */
  gboolean upscaled_has_gaps;
  guint64 n_done; /* at the beginning */
  guint64 n_read; /* frames, those of earlier runs included */
  guint64 n_written;
};

GengaKeepFrames
genga_frame_dump_get_wanted (GengaOptions *options)
{
  return genga_options_get_int (options, GENGA_OPTION_KEEP_FRAMES);
}

static char *
dup_path (const char *target, const char *part)
{
  g_autofree char *folder = g_strconcat (target, SUFFIX, NULL);

  return g_build_filename (folder, part, NULL);
}

/* ---- folders ---- */

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  if (g_mkdir (path, 0777) == 0 || g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't create the folder “%s” for the frames: %s."), name, g_strerror (errno));
  return FALSE;
}

static GengaFrameFolder *
open_part (const GengaFrameFolderSetup *common,
           const GengaChain *chain,
           const char *target,
           const char *part,
           GError **error)
{
  GengaFrames kind = genga_options_get_int (chain->plan->options, GENGA_OPTION_FRAMES);
  g_autofree char *path = dup_path (target, part);
  g_autofree char *form = g_strdup_printf ("%s %d", part, kind);
  g_autofree char *settings = genga_fingerprint_dup (common->source, chain, form, error);
  GengaFrameFolderSetup setup = *common;

  if (settings == NULL)
    return NULL;
  setup.path = path;
  setup.settings = settings;
  return genga_frame_folder_open (&setup, error);
}

static gboolean
open_folders (GengaFrameDump *self,
              GengaJob *job,
              const GengaSource *source,
              const GengaChain *chain,
              const char *target,
              GError **error)
{
  GengaFrameFolderSetup setup = genga_frames_setup_new (job, source, FALSE);

  setup.may_be_whole = TRUE;
  setup.width = source->info.width;
  setup.height = source->info.height;
  if (self->what == GENGA_KEEP_FRAMES_SOURCE || self->what == GENGA_KEEP_FRAMES_ALL)
    {
      self->source = open_part (&setup, chain, target, SOURCE, error);
      if (self->source == NULL)
        return FALSE;
    }
  if (self->what == GENGA_KEEP_FRAMES_SOURCE)
    return TRUE;
  setup = genga_frames_setup_new (job, source, TRUE);
  setup.may_be_whole = TRUE;
  setup.width = chain->plan->result.width;
  setup.height = chain->plan->result.height;
  self->upscaled = open_part (&setup, chain, target, UPSCALED, error);
  return self->upscaled != NULL;
}

static guint
count (GengaFrameFolder *folder)
{
  return genga_frame_folder_get_list (folder)->frames->len;
}

/* Closes a folder; it goes where it is to, or where nothing has come into it. */
static void
close_part (GengaFrameDump *self, GengaFrameFolder **folder, const char *part, gboolean goes)
{
  g_autofree char *path = g_build_filename (self->path, part, NULL);

  if (*folder == NULL)
    return;
  goes |= count (*folder) == 0;
  g_clear_pointer (folder, genga_frame_folder_free);
  if (goes)
    genga_frame_folder_remove (path);
}

/* ---- the border ---- */

GengaFrameDump *
genga_frame_dump_new (GengaJob *job,
                      const GengaSource *source,
                      const GengaChain *chain,
                      const char *target,
                      guint64 n_done,
                      GError **error)
{
  g_autoptr (GengaFrameDump) self = g_new0 (GengaFrameDump, 1);

  self->what = genga_frame_dump_get_wanted (chain->plan->options);
  self->progress = genga_job_get_progress (job);
  self->path = g_strconcat (target, SUFFIX, NULL);
  self->n_done = n_done;
  if (!make_folder (self->path, error) || !open_folders (self, job, source, chain, target, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
genga_frame_dump_free (GengaFrameDump *self)
{
  if (self == NULL)
    return;
  close_part (self, &self->source, SOURCE, FALSE);
  close_part (self, &self->upscaled, UPSCALED, FALSE);
  g_rmdir (self->path); /* where nothing is in it */
  g_free (self->path);
  g_free (self);
}

static gboolean
begin_part (GengaFrameDump *self,
            GengaFrameFolder *folder,
            guint64 first,
            gboolean *has_gaps,
            GError **error)
{
  guint n_listed = folder != NULL ? count (folder) : 0;

  if (folder == NULL)
    return TRUE;
  if (first != self->n_done)
    return genga_frame_folder_restart (folder, error);
  *has_gaps = n_listed < first;
  if (*has_gaps)
    genga_progress_notice (self->progress,
                           _ ("%u frames that were kept earlier are missing; the folder of frames "
                              "is incomplete."),
                           (guint)(first - n_listed));
  return TRUE;
}

gboolean
genga_frame_dump_begin (GengaFrameDump *self, guint64 first, GError **error)
{
  self->n_read = self->n_written = first;
  return begin_part (self, self->source, first, &self->source_has_gaps, error) &&
         begin_part (self, self->upscaled, first, &self->upscaled_has_gaps, error);
}

gboolean
genga_frame_dump_source (GengaFrameDump *self, GengaFrame *frame, GError **error)
{
  guint64 n = self->n_read++;

  return self->source == NULL || genga_frame_folder_put (self->source, n, frame, error);
}

gboolean
genga_frame_dump_result (GengaFrameDump *self, GengaFrame *frame, GError **error)
{
  guint64 n = self->n_written++;

  return self->upscaled == NULL || genga_frame_folder_put (self->upscaled, n, frame, error);
}

gboolean
genga_frame_dump_finish (GengaFrameDump *self, GError **error)
{
  return (self->source == NULL || self->source_has_gaps ||
          genga_frame_folder_finish (self->source, error)) &&
         (self->upscaled == NULL || self->upscaled_has_gaps ||
          genga_frame_folder_finish (self->upscaled, error));
}

void
genga_frame_dump_tidy (GengaFrameDump *self)
{
  if (self->what == GENGA_KEEP_FRAMES_UNTIL_DONE)
    close_part (self, &self->upscaled, UPSCALED, TRUE);
}

void
genga_frame_dump_discard (const char *target, GengaOptions *options)
{
  g_autofree char *folder = g_strconcat (target, SUFFIX, NULL);
  g_autofree char *upscaled = dup_path (target, UPSCALED);

  if (genga_frame_dump_get_wanted (options) != GENGA_KEEP_FRAMES_UNTIL_DONE)
    return;
  genga_frame_folder_remove (upscaled);
  g_rmdir (folder);
}
