/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/quality-row.h"
#include "app/options/option-row.h"
#include "app/options/scroll-focus.h"
#include "core/codec-lists.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SLIDER_WIDTH 130

struct _GengaQualityRow
{
  AdwActionRow parent_instance;

  GengaOptions *options;
  GengaCodec codec;
  gboolean is_set_up; /* the user has no hand in what changes */
  GtkAdjustment *place;
  GtkWidget *slider;
  GtkWidget *reset;
};

G_DEFINE_FINAL_TYPE (GengaQualityRow, genga_quality_row, ADW_TYPE_ACTION_ROW)

/* By how much a CRF is above the usual one of its codec; six more make files half as large. */
static const struct
{
  int most;
  const char *word;
} words[] = {
  { -9, N_ ("Nearly lossless") },
  { -4, N_ ("Very good") },
  { 3, N_ ("Good") },
  { 9, N_ ("Fair") },
  { 15, N_ ("Small file") },
  { G_MAXINT, N_ ("Smallest file") },
};

static const char *
get_word (int above)
{
  guint i = 0;

  while (above > words[i].most)
    i++;
  return _ (words[i].word);
}

static void
show_words (GengaQualityRow *self, int crf)
{
  int usual = genga_codec_get_usual_crf (self->codec);
  g_autofree char *text =
      crf < 0 ? g_strdup_printf (_ ("Automatic"))
              /* TRANSLATORS: a quality in words ("Good"), and the number of the encoder. */
              : g_strdup_printf (_ ("%s (CRF %d)"), get_word (crf - usual), crf);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
  gtk_widget_set_sensitive (self->reset, crf >= 0);
}

/* The right end is the best. */
static void
update (GengaQualityRow *self)
{
  int crf = genga_options_get_int (self->options, GENGA_OPTION_CRF);
  int worst = genga_codec_get_max_crf (self->codec);
  int shown = crf >= 0 ? MIN (crf, worst) : genga_codec_get_usual_crf (self->codec);

  self->is_set_up = TRUE;
  gtk_adjustment_configure (self->place, -shown, -worst, 0, 1, 6, 0);
  self->is_set_up = FALSE;
  show_words (self, crf);
}

static void
on_moved (GengaQualityRow *self)
{
  if (!self->is_set_up)
    genga_options_set_int (self->options, GENGA_OPTION_CRF,
                           -lrint (gtk_adjustment_get_value (self->place)));
}

static void
on_reset (GengaQualityRow *self)
{
  genga_options_set_int (self->options, GENGA_OPTION_CRF, -1);
}

static void
genga_quality_row_dispose (GObject *object)
{
  g_clear_object (&GENGA_QUALITY_ROW (object)->options);

  G_OBJECT_CLASS (genga_quality_row_parent_class)->dispose (object);
}

static void
genga_quality_row_class_init (GengaQualityRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_quality_row_dispose;
}

static void
genga_quality_row_init (GengaQualityRow *self)
{
  const char *reset = _ ("Reset the Quality");

  self->place = gtk_adjustment_new (0, 0, 0, 1, 6, 0);
  self->slider = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, self->place);
  self->reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_set_size_request (self->slider, SLIDER_WIDTH, -1);
  gtk_widget_set_valign (self->slider, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->reset, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->reset, "flat");
  gtk_widget_set_tooltip_text (self->reset, _ ("Take the usual quality again."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reset), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  reset, -1);
  genga_scroll_focus_guard (self->slider);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->slider);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->reset);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->slider);
  g_signal_connect_object (self->place, "value-changed", G_CALLBACK (on_moved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (on_reset), self, G_CONNECT_SWAPPED);
}

GtkWidget *
genga_quality_row_new (GengaOptions *options)
{
  GengaQualityRow *self = g_object_new (GENGA_TYPE_QUALITY_ROW, NULL);

  self->options = g_object_ref (options);
  genga_option_row_describe (GTK_WIDGET (self), GENGA_OPTION_CRF);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Video quality"));
  g_signal_connect_object (options, "notify::crf", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  genga_quality_row_set_codec (self, GENGA_CODEC_H264);
  return GTK_WIDGET (self);
}

void
genga_quality_row_set_codec (GengaQualityRow *self, GengaCodec codec)
{
  self->codec = codec;
  update (self);
}
