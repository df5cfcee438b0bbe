/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/tracks-row.h"
#include "core/tracks/track-list.h"
#include "job/plan/track-words.h"

#include <glib/gi18n-lib.h>

#define KEY "genga-track"

/* What a switch is for. */
typedef struct
{
  GengaTrackKind kind;
  guint number; /* 0: all of the kind */
  guint n;      /* tracks of the kind */
} Track;

struct _GengaTracksRow
{
  AdwExpanderRow parent_instance;

  GengaOutlookSource *source;
  GengaOptions *options;
  GPtrArray *rows;     /* of AdwActionRow */
  GPtrArray *switches; /* of GtkSwitch, one for each row */
  gboolean is_set_up;  /* the user has no hand in what changes */
};

G_DEFINE_FINAL_TYPE (GengaTracksRow, genga_tracks_row, ADW_TYPE_EXPANDER_ROW)

static guint
count (const GengaOutlook *outlook, GengaTrackKind kind)
{
  guint n = 0;

  if (kind == GENGA_TRACK_CHAPTERS)
    return outlook->n_chapters > 0;
  for (guint i = 0; i < outlook->tracks->len; i++)
    n += g_array_index (outlook->tracks, GengaTrack, i).kind == kind;
  return n;
}

/* ---- switches ---- */

/* How many are kept is seen while the row is closed. */
static void
show_count (GengaTracksRow *self)
{
  g_autofree char *text = NULL;
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    n += gtk_switch_get_active (self->switches->pdata[i]);
  text = g_strdup_printf (_ ("%u of %u in the result"), n, self->rows->len);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
}

static void
show_switches (GengaTracksRow *self)
{
  const char *list = genga_options_get_string (self->options, GENGA_OPTION_LEAVE_OUT);
  const gboolean has_audio =
      genga_options_get_int (self->options, GENGA_OPTION_AUDIO) != GENGA_AUDIO_NO;

  self->is_set_up = TRUE;
  for (guint i = 0; i < self->switches->len; i++)
    {
      GtkSwitch *control = self->switches->pdata[i];
      const Track *track = g_object_get_data (G_OBJECT (control), KEY);
      const gboolean is_possible = track->kind != GENGA_TRACK_AUDIO || has_audio;

      gtk_switch_set_active (control,
                             is_possible &&
                                 !genga_track_list_has (list, track->kind, MAX (1, track->number)));
      gtk_widget_set_sensitive (self->rows->pdata[i], is_possible);
    }
  self->is_set_up = FALSE;
  show_count (self);
}

static void
on_switched (GtkSwitch *control, GParamSpec *pspec, GengaTracksRow *self)
{
  const Track *track = g_object_get_data (G_OBJECT (control), KEY);
  const char *list = genga_options_get_string (self->options, GENGA_OPTION_LEAVE_OUT);
  g_autofree char *changed = NULL;

  if (self->is_set_up)
    return;
  changed = genga_track_list_dup_with (list, track->kind, track->number, track->n,
                                       !gtk_switch_get_active (control));
  genga_options_set_string (self->options, GENGA_OPTION_LEAVE_OUT, changed);
}

/* ---- rows ---- */

static void
add (GengaTracksRow *self, const Track *track, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *control = gtk_switch_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text, -1);
  g_object_set_data_full (G_OBJECT (control), KEY, g_memdup2 (track, sizeof *track), g_free);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->switches, control);
  g_signal_connect_object (control, "notify::active", G_CALLBACK (on_switched), self, 0);
}

static void
add_one (GengaTracksRow *self, const GengaOutlook *outlook, const GengaTrack *track)
{
  const Track shown = { track->kind, track->number, count (outlook, track->kind) };
  const char *word = genga_track_kind_get_word (track->kind);
  g_autofree char *words = genga_track_dup_words (track);
  /* TRANSLATORS: a kind of track and a number ("Audio 2"). */
  g_autofree char *title =
      shown.n > 1 ? g_strdup_printf (_ ("%s %u"), word, track->number) : g_strdup (word);
  g_autofree char *becomes = genga_codec_dup_word (track->becomes);
  g_autofree char *text = track->fate == GENGA_TRACK_CONVERTED
                              /* TRANSLATORS: what a track is, and what it becomes ("AAC"). */
                              ? g_strdup_printf (_ ("%s; becomes %s"), words, becomes)
                              : track->fate == GENGA_TRACK_LEFT_OUT
                                    ? g_strdup_printf (_ ("%s; can't be in the result"), words)
                                    : g_strdup (words);

  add (self, &shown, title, text);
}

static void
add_attachments (GengaTracksRow *self, guint n)
{
  const Track shown = { GENGA_TRACK_ATTACHMENT, 0, n };
  g_autofree char *text =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u attachment", "%u attachments", n), n);

  if (n > 0)
    add (self, &shown, _ ("Attachments"), text);
}

static void
add_chapters (GengaTracksRow *self, guint n)
{
  const Track shown = { GENGA_TRACK_CHAPTERS, 0, 1 };
  g_autofree char *text =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d chapter", "%d chapters", n), n);

  if (n > 0)
    add (self, &shown, genga_track_kind_get_word (GENGA_TRACK_CHAPTERS), text);
}

static void
clear (GengaTracksRow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->switches, 0);
}

static void
fill (GengaTracksRow *self, const GengaOutlook *outlook)
{
  for (guint i = 0; i < outlook->tracks->len; i++)
    {
      const GengaTrack *track = &g_array_index (outlook->tracks, GengaTrack, i);

      if (track->kind != GENGA_TRACK_ATTACHMENT)
        add_one (self, outlook, track);
    }
  add_attachments (self, count (outlook, GENGA_TRACK_ATTACHMENT));
  add_chapters (self, outlook->n_chapters);
}

/* Rows that stay keep the focus. */
static gboolean
has_same_rows (GengaTracksRow *self, const GengaOutlook *outlook)
{
  guint n = (count (outlook, GENGA_TRACK_ATTACHMENT) > 0) + (outlook->n_chapters > 0);

  n += outlook->tracks->len - count (outlook, GENGA_TRACK_ATTACHMENT);
  if (n != self->rows->len)
    return FALSE;
  for (guint i = 0, at = 0; i < outlook->tracks->len; i++)
    {
      const GengaTrack *track = &g_array_index (outlook->tracks, GengaTrack, i);
      g_autofree char *words = genga_track_dup_words (track);

      if (track->kind != GENGA_TRACK_ATTACHMENT &&
          !g_str_has_prefix (adw_action_row_get_subtitle (self->rows->pdata[at++]), words))
        return FALSE;
    }
  return TRUE;
}

static void
update (GengaTracksRow *self)
{
  const GengaOutlook *outlook = genga_outlook_source_get (self->source);
  const gboolean is_shown = outlook != NULL && outlook->is_video &&
                            (outlook->tracks->len > 0 || outlook->n_chapters > 0) &&
                            !genga_outlook_source_is_own (self->source);

  gtk_widget_set_visible (GTK_WIDGET (self), is_shown);
  if (!is_shown)
    return;
  if (!has_same_rows (self, outlook))
    {
      clear (self);
      fill (self, outlook);
    }
  show_switches (self);
}

static void
genga_tracks_row_dispose (GObject *object)
{
  GengaTracksRow *self = GENGA_TRACKS_ROW (object);

  g_clear_object (&self->source);
  g_clear_object (&self->options);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->switches, g_ptr_array_unref);

  G_OBJECT_CLASS (genga_tracks_row_parent_class)->dispose (object);
}

static void
genga_tracks_row_class_init (GengaTracksRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_tracks_row_dispose;
  gtk_widget_class_install_property_action (GTK_WIDGET_CLASS (klass), "tracks.open", "expanded");
}

static void
genga_tracks_row_init (GengaTracksRow *self)
{
  const char *title = _ ("Tracks");

  self->rows = g_ptr_array_new ();
  self->switches = g_ptr_array_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

GtkWidget *
genga_tracks_row_new (GengaOutlookSource *source, GengaOptions *options)
{
  GengaTracksRow *self = g_object_new (GENGA_TYPE_TRACKS_ROW, NULL);

  self->source = g_object_ref (source);
  self->options = g_object_ref (options);
  g_signal_connect_object (source, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (options, "notify::leave-out", G_CALLBACK (show_switches), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (options, "notify::audio", G_CALLBACK (show_switches), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
