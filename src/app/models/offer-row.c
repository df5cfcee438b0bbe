/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/offer-row.h"
#include "app/models/offer-download.h"
#include "models/download/fetch.h"

#include <glib/gi18n-lib.h>

struct _GengaOfferRow
{
  AdwActionRow parent_instance;

  GengaOfferList *offers;
  const GengaOffer *offer;
  GengaOfferDownload *watched; /* the download whose progress is shown */
  gboolean is_installed;
  gboolean is_ours;

  GtkProgressBar *bar;
  GtkLabel *installed;
  GtkWidget *download;
  GtkWidget *cancel;
  GtkWidget *remove;
  GtkWidget *page;
};

G_DEFINE_FINAL_TYPE (GengaOfferRow, genga_offer_row, ADW_TYPE_ACTION_ROW)

static void
genga_offer_row_dispose (GObject *object)
{
  GengaOfferRow *self = GENGA_OFFER_ROW (object);

  if (self->watched != NULL)
    g_signal_handlers_disconnect_by_data (self->watched, self);
  g_clear_object (&self->watched);
  g_clear_pointer (&self->offers, genga_offer_list_unref);

  G_OBJECT_CLASS (genga_offer_row_parent_class)->dispose (object);
}

static void
genga_offer_row_class_init (GengaOfferRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_offer_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/genga/Genga/offer-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaOfferRow, bar);
  gtk_widget_class_bind_template_child (widget_class, GengaOfferRow, installed);
  gtk_widget_class_bind_template_child (widget_class, GengaOfferRow, download);
  gtk_widget_class_bind_template_child (widget_class, GengaOfferRow, cancel);
  gtk_widget_class_bind_template_child (widget_class, GengaOfferRow, remove);
  gtk_widget_class_bind_template_child (widget_class, GengaOfferRow, page);
}

static void
genga_offer_row_init (GengaOfferRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* ---- what is so now ---- */

static void
show_progress (GengaOfferRow *self)
{
  g_autofree char *text = NULL;
  double fraction = genga_offer_download_get_progress (self->watched, &text);

  gtk_progress_bar_set_fraction (self->bar, fraction);
  gtk_progress_bar_set_text (self->bar, text);
}

static void
show_state (GengaOfferRow *self)
{
  gboolean is_running = self->watched != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->bar), is_running);
  gtk_widget_set_visible (self->cancel, is_running);
  gtk_widget_set_visible (self->download, !is_running && !self->is_installed &&
                                              genga_fetch_is_available () &&
                                              genga_offer_can_download (self->offer));
  gtk_widget_set_visible (self->remove, !is_running && self->is_ours);
  gtk_widget_set_visible (GTK_WIDGET (self->installed), !is_running && self->is_installed);
  if (is_running)
    show_progress (self);
}

static void
watch (GengaOfferRow *self, GengaOfferDownload *download)
{
  if (self->watched == download)
    return;
  if (self->watched != NULL)
    g_signal_handlers_disconnect_by_data (self->watched, self);
  g_set_object (&self->watched, download);
  if (download != NULL)
    g_signal_connect_swapped (download, "progress", G_CALLBACK (show_progress), self);
}

void
genga_offer_row_update (GengaOfferRow *self, gboolean is_installed, gboolean is_ours)
{
  self->is_installed = is_installed;
  self->is_ours = is_ours;
  watch (self, genga_offer_download_find (self->offer));
  show_state (self);
}

/* ---- the row ---- */

/* "Anime; removes noise", and below "Compact · 2× · 4.8 MB · CC BY-NC 4.0, … · someone" */
static char *
dup_subtitle (const GengaOffer *offer)
{
  g_autofree char *purpose = genga_offer_dup_purpose (offer);
  g_autofree char *licence = genga_offer_dup_licence (offer);
  g_autoptr (GString) text = g_string_new (purpose);

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (offer->family != NULL)
    g_string_append_printf (text, "%s · ", offer->family);
  if (offer->scale > 0)
    g_string_append_printf (text, "%d× · ", offer->scale);
  if (genga_offer_get_size (offer) > 0)
    {
      g_autofree char *size = g_format_size (genga_offer_get_size (offer));
      g_string_append_printf (text, "%s · ", size);
    }
  g_string_append (text, licence);
  if (offer->author != NULL)
    g_string_append_printf (text, " · %s", offer->author);
  return g_markup_escape_text (text->str, -1);
}

/* Buttons that are called alike in every row are told apart by the model's name in `take_label`. */
static void
set_up_button (GtkWidget *button, char *take_label, const GengaOffer *offer)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", offer->id);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  take_label, -1);
  g_free (take_label);
}

GtkWidget *
genga_offer_row_new (GengaOfferList *offers, const GengaOffer *offer)
{
  GengaOfferRow *self = g_object_new (GENGA_TYPE_OFFER_ROW, NULL);
  g_autofree char *title = g_markup_escape_text (offer->name, -1);
  g_autofree char *subtitle = dup_subtitle (offer);
  g_autofree char *bar =
      /* TRANSLATORS: %s is the name of a model. */
      g_strdup_printf (_ ("Download of %s"), offer->name);

  self->offers = genga_offer_list_ref (offers);
  self->offer = offer;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, offer->name,
                                  -1);
  /* The class with a template of its own is told of the title twice, and read out twice. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, offer->name,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, bar,
                                  -1);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->download, g_strdup_printf (_ ("Download %s"), offer->name), offer);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->cancel, g_strdup_printf (_ ("Cancel the Download of %s"), offer->name),
                 offer);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->remove, g_strdup_printf (_ ("Remove the Downloaded %s"), offer->name),
                 offer);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->page, g_strdup_printf (_ ("Open the Page of %s"), offer->name), offer);
  return GTK_WIDGET (self);
}

const GengaOffer *
genga_offer_row_get_offer (GengaOfferRow *self)
{
  return self->offer;
}
