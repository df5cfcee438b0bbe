/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/offer-download.h"
#include "app/models/model-watch.h"
#include "models/download/model-download.h"

#include <glib/gi18n-lib.h>

#define TICK_MS 100

struct _GengaOfferDownload
{
  GObject parent_instance;

  GengaOfferList *offers;
  const GengaOffer *offer;
  GengaProgress *progress;
  GError *error;
  guint tick;
};

G_DEFINE_FINAL_TYPE (GengaOfferDownload, genga_offer_download, G_TYPE_OBJECT)

static guint progress_signal, ended_signal;
static GHashTable *running; /* id, of the offer, to GengaOfferDownload */

static void
genga_offer_download_finalize (GObject *object)
{
  GengaOfferDownload *self = GENGA_OFFER_DOWNLOAD (object);

  genga_offer_list_unref (self->offers);
  genga_progress_unref (self->progress);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (genga_offer_download_parent_class)->finalize (object);
}

static guint
new_signal (GType type, const char *name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
genga_offer_download_class_init (GengaOfferDownloadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = genga_offer_download_finalize;

  progress_signal = new_signal (G_TYPE_FROM_CLASS (klass), "progress");
  ended_signal = new_signal (G_TYPE_FROM_CLASS (klass), "ended");
}

static void
genga_offer_download_init (GengaOfferDownload *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  self->progress = genga_progress_new (cancellable);
}

GengaOfferDownload *
genga_offer_download_find (const GengaOffer *offer)
{
  return running != NULL ? g_hash_table_lookup (running, offer->id) : NULL;
}

/* ---- the work ---- */

static gboolean
on_tick (gpointer user_data)
{
  g_signal_emit (user_data, progress_signal, 0);
  return G_SOURCE_CONTINUE;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GengaOfferDownload *self = source;
  g_autofree char *target = NULL;
  GError *error = NULL;

  if (genga_model_download_run (self->offer, self->progress, &target, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaOfferDownload) self = g_object_ref (GENGA_OFFER_DOWNLOAD (source));

  g_task_propagate_boolean (G_TASK (result), &self->error);
  g_source_remove (self->tick);
  g_hash_table_remove (running, self->offer->id);
  genga_model_watch_emit (genga_model_watch_get_default ());
  g_signal_emit (self, ended_signal, 0);
}

GengaOfferDownload *
genga_offer_download_start (GengaOfferList *offers, const GengaOffer *offer)
{
  GengaOfferDownload *self = genga_offer_download_find (offer);
  g_autoptr (GTask) task = NULL;

  if (self != NULL)
    return self;
  if (running == NULL)
    running = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self = g_object_new (GENGA_TYPE_OFFER_DOWNLOAD, NULL);
  self->offers = genga_offer_list_ref (offers);
  self->offer = offer;
  self->tick = g_timeout_add (TICK_MS, on_tick, self);
  g_hash_table_insert (running, offer->id, self);
  task = g_task_new (self, NULL, on_done, NULL);
  g_task_set_source_tag (task, genga_offer_download_start);
  g_task_run_in_thread (task, run_in_thread);
  return self;
}

void
genga_offer_download_cancel (GengaOfferDownload *self)
{
  g_cancellable_cancel (genga_progress_get_cancellable (self->progress));
}

/* ---- what is known of it ---- */

const GengaOffer *
genga_offer_download_get_offer (GengaOfferDownload *self)
{
  return self->offer;
}

static char *
dup_left (double seconds)
{
  guint total = (guint)seconds + 1;

  if (total < 60)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u second left", "%u seconds left", total), total);
  total = (total + 59) / 60;
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u minute left", "%u minutes left", total),
                          total);
}

double
genga_offer_download_get_progress (GengaOfferDownload *self, char **text)
{
  guint64 size = genga_offer_get_size (self->offer);
  GengaProgressState sample;

  genga_progress_poll (self->progress, &sample);
  g_autofree char *done = g_format_size (sample.bytes_written);
  g_autofree char *total = g_format_size (size);
  g_autofree char *left = sample.seconds_left >= 0 ? dup_left (sample.seconds_left) : NULL;
  /* TRANSLATORS: how many bytes of a file are there, and how many it has. */
  g_autofree char *bytes = g_strdup_printf (_ ("%s of %s"), done, total);

  *text = left != NULL ? g_strdup_printf ("%s · %s", bytes, left) : g_steal_pointer (&bytes);
  return size > 0 ? MIN (1, (double)sample.bytes_written / size) : 0;
}

const GError *
genga_offer_download_get_error (GengaOfferDownload *self)
{
  return self->error;
}
