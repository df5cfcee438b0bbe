/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/look-apart.h"
#include "core/options-save.h"
#include "job/reader/reader-deaths.h"
#include "job/reader/reader-process.h"

struct _GengaLookApart
{
  char **paths;
  GCancellable *cancellable;   /* may be NULL */
  GengaReaderProcess *process; /* NULL: the next question starts one */
};

GengaLookApart *
genga_look_apart_new (const char *const *paths, GCancellable *cancellable)
{
  GengaLookApart *self = g_new0 (GengaLookApart, 1);

  self->paths = g_strdupv ((char **)paths);
  g_set_object (&self->cancellable, cancellable);
  return self;
}

void
genga_look_apart_free (GengaLookApart *self)
{
  genga_reader_process_free (self->process);
  g_clear_object (&self->cancellable);
  g_strfreev (self->paths);
  g_free (self);
}

/* One that is there, and to be asked about this path. */
static gboolean
get_ready (GengaLookApart *self, const char *path, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
      !genga_reader_deaths_allow (path, error))
    return FALSE;
  if (self->process != NULL && !genga_reader_process_is_alive (self->process))
    g_clear_pointer (&self->process, genga_reader_process_free);
  if (self->process == NULL)
    self->process = genga_reader_process_new ((const char *const *)self->paths, error);
  if (self->process == NULL)
    return FALSE;
  genga_reader_process_limit (self->process, GENGA_READER_LIST_SECONDS);
  genga_reader_process_set_subject (self->process, path);
  return TRUE;
}

gboolean
genga_look_apart_is_video (GengaLookApart *self, const char *path, GengaOptions *options)
{
  g_autofree char *text = options != NULL ? genga_options_save_set (options) : NULL;
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autoptr (GError) error = NULL;

  if (get_ready (self, path, &error) &&
      genga_reader_process_call (self->process, GENGA_READER_IS_VIDEO,
                                 g_variant_new ("(^ayms)", path, text), &answer, self->cancellable,
                                 &error))
    return g_variant_get_boolean (answer.value);
  g_debug ("%s", error->message); /* who reads it says so */
  return FALSE;
}

gboolean
genga_look_apart_is_source (GengaLookApart *self,
                            const char *path,
                            GengaOptions *options,
                            gboolean allows_truncated,
                            GError **error)
{
  g_autofree char *text = options != NULL ? genga_options_save_set (options) : NULL;
  g_auto (GengaReaderAnswer) answer = { 0 };

  return get_ready (self, path, error) &&
         genga_reader_process_call (self->process, GENGA_READER_IS_SOURCE,
                                    g_variant_new ("(^aymsb)", path, text, allows_truncated),
                                    &answer, self->cancellable, error);
}

static gboolean
look_for_video (gpointer data, const char *path, GengaOptions *options)
{
  return genga_look_apart_is_video (data, path, options);
}

static gboolean
look_for_source (
    gpointer data, const char *path, GengaOptions *options, gboolean truncated, GError **error)
{
  return genga_look_apart_is_source (data, path, options, truncated, error);
}

GengaInputLook
genga_look_apart_get_look (GengaLookApart *self)
{
  return (GengaInputLook){ look_for_video, look_for_source, self };
}
