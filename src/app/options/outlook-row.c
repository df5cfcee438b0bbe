/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/outlook-row.h"

#include <glib/gi18n-lib.h>

#define PROGRESS_WIDTH 80

struct _GengaOutlookRow
{
  AdwExpanderRow parent_instance;

  GengaOutlookSource *source;
  GPtrArray *lines; /* of AdwActionRow */
  GtkWidget *measure;
  GtkWidget *progress;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (GengaOutlookRow, genga_outlook_row, ADW_TYPE_EXPANDER_ROW)

/* What people want to know first. */
static const GengaPlanWordsKind order[] = {
  GENGA_PLAN_WORDS_LEFT_OUT, GENGA_PLAN_WORDS_CONVERTED, GENGA_PLAN_WORDS_NOT_WANTED,
  GENGA_PLAN_WORDS_KEPT,     GENGA_PLAN_WORDS_NOTE,      GENGA_PLAN_WORDS_COST,
  GENGA_PLAN_WORDS_RESULT,
};

static const GengaPlanWords *
find (const GengaOutlook *outlook, GengaPlanWordsKind kind)
{
  for (guint i = 0; i < outlook->words->len; i++)
    {
      const GengaPlanWords *line = outlook->words->pdata[i];

      if (line->kind == kind)
        return line;
    }
  return NULL;
}

/* The worst of it, in one line. */
static char *
dup_summary (GengaOutlookRow *self, const GengaOutlook *outlook)
{
  const char *problem = genga_outlook_source_get_problem (self->source);

  if (problem != NULL)
    return g_strdup (problem);
  for (guint i = 0; outlook != NULL && order[i] != GENGA_PLAN_WORDS_NOTE; i++)
    {
      const GengaPlanWords *line = find (outlook, order[i]);

      if (line != NULL)
        /* TRANSLATORS: what becomes of something, and what that is ("Left out: Subtitles"). */
        return g_strdup_printf (_ ("%s: %s"), line->title, line->text);
    }
  return NULL;
}

static AdwActionRow *
get_line (GengaOutlookRow *self, guint index)
{
  if (index == self->lines->len)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), FALSE);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
      g_ptr_array_add (self->lines, row);
    }
  return self->lines->pdata[index];
}

static void
show_line (GengaOutlookRow *self, guint index, const GengaPlanWords *words)
{
  AdwActionRow *row = get_line (self, index);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words->title);
  adw_action_row_set_subtitle (row, words->text);
}

static void
show_lines (GengaOutlookRow *self, const GengaOutlook *outlook)
{
  guint n = 0;

  for (guint i = 0; outlook != NULL && i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; j < outlook->words->len; j++)
      {
        const GengaPlanWords *words = outlook->words->pdata[j];

        if (words->kind == order[i])
          show_line (self, n++, words);
      }
  while (self->lines->len > n)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self),
                             g_ptr_array_steal_index (self->lines, self->lines->len - 1));
}

/* A sign stops it: words beside the progress would leave too little room in some languages. */
static void
show_button (GengaOutlookRow *self, gboolean is_measuring)
{
  const char *name = is_measuring ? _ ("Stop Measuring") : _ ("Measure");

  if (is_measuring)
    gtk_button_set_icon_name (GTK_BUTTON (self->button), "media-playback-stop-symbolic");
  else
    gtk_button_set_label (GTK_BUTTON (self->button), name);
  gtk_widget_set_tooltip_text (self->button, is_measuring ? _ ("Stop measuring.") : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
show_measure (GengaOutlookRow *self, const GengaOutlook *outlook)
{
  const double fraction = genga_outlook_source_get_fraction (self->source);
  const gboolean is_measuring = fraction >= 0;
  const gboolean is_measured = outlook != NULL && outlook->is_measured;

  gtk_widget_set_visible (self->measure, outlook != NULL && outlook->is_video);
  gtk_widget_set_visible (self->progress, is_measuring);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), MAX (0, fraction));
  show_button (self, is_measuring);
  gtk_widget_set_sensitive (self->button, !is_measured);
  adw_action_row_set_subtitle (
      ADW_ACTION_ROW (self->measure),
      is_measuring  ? ""
      : is_measured ? _ ("These numbers come from a few seconds of the video.")
                    : _ ("Encodes a few seconds of the video, to know more exactly."));
}

static void
update (GengaOutlookRow *self)
{
  const GengaOutlook *outlook = genga_outlook_source_get (self->source);
  g_autofree char *summary = dup_summary (self, outlook);

  gtk_widget_set_visible (GTK_WIDGET (self), summary != NULL || outlook != NULL);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), summary != NULL ? summary : "");
  show_lines (self, outlook);
  show_measure (self, outlook);
}

static void
on_clicked (GengaOutlookRow *self)
{
  if (genga_outlook_source_get_fraction (self->source) >= 0)
    genga_outlook_source_stop_measuring (self->source);
  else
    genga_outlook_source_measure (self->source);
}

static void
make_measure (GengaOutlookRow *self)
{
  const char *progress = _ ("Progress of Measuring");

  self->measure = adw_action_row_new ();
  self->progress = gtk_progress_bar_new ();
  self->button = gtk_button_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->measure), _ ("Size and Time"));
  gtk_widget_set_size_request (self->progress, PROGRESS_WIDTH, -1);
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  progress, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->measure), self->progress);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->measure), self->button);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->measure);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (on_clicked), self,
                           G_CONNECT_SWAPPED);
}

static void
genga_outlook_row_dispose (GObject *object)
{
  GengaOutlookRow *self = GENGA_OUTLOOK_ROW (object);

  g_clear_object (&self->source);
  g_clear_pointer (&self->lines, g_ptr_array_unref);

  G_OBJECT_CLASS (genga_outlook_row_parent_class)->dispose (object);
}

static void
genga_outlook_row_class_init (GengaOutlookRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_outlook_row_dispose;
  gtk_widget_class_install_property_action (GTK_WIDGET_CLASS (klass), "outlook.open", "expanded");
}

static void
genga_outlook_row_init (GengaOutlookRow *self)
{
  const char *title = _ ("What Will Happen");

  self->lines = g_ptr_array_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  make_measure (self);
}

GtkWidget *
genga_outlook_row_new (GengaOutlookSource *source)
{
  GengaOutlookRow *self = g_object_new (GENGA_TYPE_OUTLOOK_ROW, NULL);

  self->source = g_object_ref (source);
  g_signal_connect_object (source, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
