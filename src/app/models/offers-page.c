/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/offers-page.h"
#include "app/dialogs/toast.h"
#include "app/list-item-name.h"
#include "app/models/model-removal.h"
#include "app/models/model-watch.h"
#include "app/models/offer-download.h"
#include "app/models/offer-row.h"
#include "models/catalogue.h"
#include "models/catalogue/offer-list.h"
#include "models/download/download-record.h"
#include "models/download/model-download.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Long enough to read it and decide. */
#define TOAST_SECONDS 12

struct _GengaOffersPage
{
  GtkBox parent_instance;

  AdwToastOverlay *toasts; /* borrowed: it is around this page */
  GengaOptions *options;
  GengaOfferList *offers;
  GPtrArray *rows;       /* of GengaOfferRow, borrowed */
  GCancellable *looking; /* stands for the latest look at the folder */
  GtkWindow *question;   /* about a licence, while it is open; weak */

  GtkSearchEntry *search;
  AdwComboRow *purpose;
  GtkListBox *list;
  GtkWidget *nothing; /* what is shown where no model fits */
};

G_DEFINE_FINAL_TYPE (GengaOffersPage, genga_offers_page, GTK_TYPE_BOX)

/* ---- searching ---- */

/* The first one stands for all. */
static const char *const purposes[] = { NULL,          "anime", "cartoon",   "manga",
                                        "video-frame", "photo", "pixel-art", "compression-removal",
                                        "denoise" };

static void
search (GengaOffersPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint purpose = adw_combo_row_get_selected (self->purpose);
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);
  g_autoptr (GPtrArray) found = NULL;
  GengaOfferQuery query = { .words = (const char *const *)words };

  if (self->offers == NULL)
    return;
  if (purpose < G_N_ELEMENTS (purposes))
    query.tag = purposes[purpose];
  found = genga_offer_list_search (self->offers, &query);
  for (guint i = 0; i < self->rows->len; i++)
    {
      gconstpointer offer = genga_offer_row_get_offer (self->rows->pdata[i]);

      gtk_widget_set_visible (self->rows->pdata[i], g_ptr_array_find (found, offer, NULL));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->list), found->len > 0);
  gtk_widget_set_visible (self->nothing, found->len == 0);
}

/* ---- what is there ---- */

/* Of one offer. */
typedef struct
{
  gboolean is_installed;
  gboolean is_ours;
} State;

static gboolean
is_in (GPtrArray *entries, const GengaOffer *offer)
{
  const GengaOfferFile *file = offer->files->len > 0 ? offer->files->pdata[0] : NULL;

  for (guint i = 0; file != NULL && i < entries->len; i++)
    {
      if (g_ascii_strcasecmp (((GengaCatalogueEntry *)entries->pdata[i])->file_name, file->name) ==
          0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_recorded (GPtrArray *downloads, const GengaOffer *offer)
{
  for (guint i = 0; i < downloads->len; i++)
    {
      if (g_str_equal (((GengaDownload *)downloads->pdata[i])->id, offer->id))
        return TRUE;
    }
  return FALSE;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GengaOfferList *offers = data;
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GPtrArray) entries = genga_catalogue_collect ((const char *const *)folders);
  g_autoptr (GPtrArray) downloads = genga_download_record_list ();
  GArray *states = g_array_new (FALSE, TRUE, sizeof (State));

  for (guint i = 0; i < genga_offer_list_get_n (offers); i++)
    {
      const GengaOffer *offer = genga_offer_list_get (offers, i);
      State state = { is_in (entries, offer), is_recorded (downloads, offer) };

      g_array_append_val (states, state);
    }
  g_task_return_pointer (task, states, (GDestroyNotify)g_array_unref);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (source);
  g_autoptr (GArray) states = g_task_propagate_pointer (G_TASK (result), NULL);

  if (g_task_get_cancellable (G_TASK (result)) != self->looking)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const State *state = &g_array_index (states, State, i);

      genga_offer_row_update (self->rows->pdata[i], state->is_installed, state->is_ours);
    }
}

static void
look (GengaOffersPage *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->rows->len == 0)
    return;
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  task = g_task_new (self, self->looking, on_looked, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, genga_offer_list_ref (self->offers),
                        (GDestroyNotify)genga_offer_list_unref);
  g_task_run_in_thread (task, look_in_thread);
}

/* ---- downloading ---- */

static char *
dup_value (const GengaOffer *offer)
{
  const char *name = ((const GengaOfferFile *)offer->files->pdata[0])->name;
  const char *dot = strrchr (name, '.');

  return dot != NULL ? g_strndup (name, dot - name) : g_strdup (name);
}

static void
on_use (AdwToast *toast, GengaOptions *options)
{
  genga_options_set_string (options, GENGA_OPTION_MODEL,
                            g_object_get_data (G_OBJECT (toast), "genga-value"));
}

static void
tell_added (GengaOffersPage *self, const GengaOffer *offer)
{
  g_autofree char *text = g_strdup_printf (_ ("“%s” was added."), offer->name);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_button_label (toast, _ ("Use"));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  g_object_set_data_full (G_OBJECT (toast), "genga-value", dup_value (offer), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_use), self->options, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
on_ended (GengaOfferDownload *download, GengaOffersPage *self)
{
  const GError *error = genga_offer_download_get_error (download);

  look (self);
  if (error == NULL)
    tell_added (self, genga_offer_download_get_offer (download));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    genga_toast_show_until_closed (self->toasts, error->message);
}

static GengaOfferRow *
find_row (GengaOffersPage *self, const char *id)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      if (g_str_equal (genga_offer_row_get_offer (self->rows->pdata[i])->id, id))
        return self->rows->pdata[i];
    }
  return NULL;
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, GengaOffersPage *self)
{
  GengaOfferRow *row = find_row (self, g_object_get_data (G_OBJECT (dialog), "genga-id"));
  GengaOfferDownload *download;

  if (!g_str_equal (answer, "download") || row == NULL)
    return;
  download = genga_offer_download_start (self->offers, genga_offer_row_get_offer (row));
  g_signal_connect_object (download, "ended", G_CALLBACK (on_ended), self, 0);
  genga_offer_row_update (row, FALSE, FALSE);
}

/* The licence comes first. */
static void
on_download (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (widget);
  GengaOfferRow *row = find_row (self, g_variant_get_string (parameter, NULL));
  const GengaOffer *offer = row != NULL ? genga_offer_row_get_offer (row) : NULL;

  if (offer == NULL || !genga_offer_can_download (offer) || self->question != NULL)
    return;

  g_autofree char *heading = g_strdup_printf (_ ("Download “%s”?"), offer->name);
  g_autofree char *licence = genga_offer_dup_licence (offer);
  g_autofree char *size = g_format_size (genga_offer_get_size (offer));
  /* TRANSLATORS: the licence of a model, and how large it is. */
  g_autofree char *body =
      g_strdup_printf (_ ("Licence of the weights: %s. The download has %s."), licence, size);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), heading, body);

  if (offer->licence_url != NULL)
    adw_message_dialog_set_extra_child (
        ADW_MESSAGE_DIALOG (dialog),
        gtk_link_button_new_with_label (offer->licence_url, _ ("Read the Licence")));
  g_object_set_data_full (G_OBJECT (dialog), "genga-id", g_strdup (offer->id), g_free);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "download",
                                    _ ("Accept and Download"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "download",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  g_set_weak_pointer (&self->question, GTK_WINDOW (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_cancel (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (widget);
  GengaOfferRow *row = find_row (self, g_variant_get_string (parameter, NULL));
  GengaOfferDownload *download =
      row != NULL ? genga_offer_download_find (genga_offer_row_get_offer (row)) : NULL;

  if (download != NULL)
    genga_offer_download_cancel (download);
}

static void
on_remove (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (widget);
  GengaOfferRow *row = find_row (self, g_variant_get_string (parameter, NULL));
  const GengaOffer *offer = row != NULL ? genga_offer_row_get_offer (row) : NULL;

  if (offer == NULL || offer->files->len == 0)
    return;

  g_autofree char *folder = genga_model_folder_dup_own ();
  g_autofree char *path =
      g_build_filename (folder, ((const GengaOfferFile *)offer->files->pdata[0])->name, NULL);
  g_autofree char *value = dup_value (offer);
  genga_model_removal_ask (GTK_WINDOW (gtk_widget_get_root (widget)), self->toasts, self->options,
                           path, value);
}

static void
on_open_page (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (widget);
  GengaOfferRow *row = find_row (self, g_variant_get_string (parameter, NULL));

  if (row != NULL)
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), genga_offer_row_get_offer (row)->page,
                  GDK_CURRENT_TIME);
}

/* ---- the page ---- */

static void
genga_offers_page_dispose (GObject *object)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (object);

  g_clear_object (&self->looking);
  g_clear_weak_pointer (&self->question);
  g_clear_object (&self->options);
  self->toasts = NULL;

  G_OBJECT_CLASS (genga_offers_page_parent_class)->dispose (object);
}

static void
genga_offers_page_finalize (GObject *object)
{
  GengaOffersPage *self = GENGA_OFFERS_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->offers, genga_offer_list_unref);

  G_OBJECT_CLASS (genga_offers_page_parent_class)->finalize (object);
}

static void
genga_offers_page_class_init (GengaOffersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_offers_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_offers_page_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/offers-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaOffersPage, search);
  gtk_widget_class_bind_template_child (widget_class, GengaOffersPage, purpose);
  gtk_widget_class_bind_template_child (widget_class, GengaOffersPage, list);
  gtk_widget_class_bind_template_child (widget_class, GengaOffersPage, nothing);
  gtk_widget_class_install_action (widget_class, "models.download", "s", on_download);
  gtk_widget_class_install_action (widget_class, "models.cancel", "s", on_cancel);
  gtk_widget_class_install_action (widget_class, "models.remove-download", "s", on_remove);
  gtk_widget_class_install_action (widget_class, "models.open-page", "s", on_open_page);
}

/* Rows are made when somebody looks at them for the first time: there are many. */
static void
fill (GengaOffersPage *self)
{
  if (self->offers == NULL || self->rows->len > 0)
    return;
  for (guint i = 0; i < genga_offer_list_get_n (self->offers); i++)
    {
      GtkWidget *row = genga_offer_row_new (self->offers, genga_offer_list_get (self->offers, i));

      gtk_list_box_append (self->list, row);
      g_ptr_array_add (self->rows, row);
    }
  g_signal_connect_object (genga_model_watch_get_default (), "changed", G_CALLBACK (look), self,
                           G_CONNECT_SWAPPED);
  search (self);
  look (self);
}

static void
genga_offers_page_init (GengaOffersPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  genga_list_item_name_follow (self->purpose);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search), self);
  g_signal_connect_swapped (self->purpose, "notify::selected", G_CALLBACK (search), self);
  g_signal_connect (self, "map", G_CALLBACK (fill), NULL);
}

/* Downloads that another window of this kind has started. */
static void
follow (GengaOffersPage *self, const GengaOffer *offer)
{
  GengaOfferDownload *download = genga_offer_download_find (offer);

  if (download != NULL)
    g_signal_connect_object (download, "ended", G_CALLBACK (on_ended), self, 0);
}

void
genga_offers_page_show (GengaOffersPage *self, AdwToastOverlay *toasts, GengaOptions *options)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self->options == NULL);

  self->toasts = toasts;
  self->options = g_object_ref (options);
  self->offers = genga_offer_list_load (&error);
  if (self->offers == NULL)
    {
      genga_toast_show_until_closed (toasts, error->message);
      return;
    }
  for (guint i = 0; i < genga_offer_list_get_n (self->offers); i++)
    follow (self, genga_offer_list_get (self->offers, i));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    fill (self);
}
