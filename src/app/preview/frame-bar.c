/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/frame-bar.h"
#include "app/labels.h"
#include "app/preview/trim-bar.h"
#include "job/preview/tone.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define PAGE_SECONDS 5.0

/* Of videos that do not say theirs. */
#define USUAL_FRAME (1 / 24.0)

struct _GengaFrameBar
{
  AdwBin parent_instance;

  double frame;       /* seconds */
  double notified;    /* the position at the last signal */
  gboolean is_set_up; /* the user has no hand in what changes */

  GengaTrimBar *trim;
  GtkButton *play;
  GtkAdjustment *place;
  GtkWidget *slider;
  GtkLabel *time;
  GtkLabel *length;
  GtkWidget *hdr;
};

G_DEFINE_FINAL_TYPE (GengaFrameBar, genga_frame_bar, ADW_TYPE_BIN)

static guint moved_signal;

static void
show_time (GengaFrameBar *self)
{
  g_autofree char *text = genga_label_dup_position (gtk_adjustment_get_value (self->place));

  gtk_label_set_label (self->time, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
}

/* Between two frames there is nothing. */
static void
on_value_changed (GengaFrameBar *self)
{
  double seconds = rint (gtk_adjustment_get_value (self->place) / self->frame) * self->frame;

  show_time (self);
  genga_trim_bar_set_seconds (self->trim, gtk_adjustment_get_value (self->place));
  if (self->is_set_up || fabs (seconds - self->notified) < self->frame / 2)
    return;
  self->notified = seconds;
  g_signal_emit (self, moved_signal, 0, seconds);
}

static void
on_trim_moved (GengaFrameBar *self, double seconds)
{
  gtk_adjustment_set_value (self->place, seconds);
}

void
genga_frame_bar_set_options (GengaFrameBar *self, GengaOptions *options)
{
  genga_trim_bar_set_options (self->trim, options);
}

void
genga_frame_bar_set_video (GengaFrameBar *self, const char *path, const GengaSourceInfo *info)
{
  gtk_widget_set_visible (GTK_WIDGET (self), info != NULL);
  genga_trim_bar_set_video (self->trim, path, info);
  if (info == NULL)
    return;

  g_autofree char *length = genga_label_dup_position (info->seconds);
  self->frame = info->rate_num > 0 ? (double)info->rate_den / info->rate_num : USUAL_FRAME;
  double last = MAX (0, info->seconds - self->frame);
  self->is_set_up = TRUE;
  gtk_adjustment_configure (self->place, 0, 0, last, self->frame, MIN (PAGE_SECONDS, last / 4), 0);
  self->is_set_up = FALSE;
  self->notified = 0;
  gtk_label_set_label (self->length, length);
  gtk_label_set_width_chars (self->time, g_utf8_strlen (length, -1));
  gtk_widget_set_sensitive (self->slider, last > 0);
  gtk_widget_set_visible (self->hdr, genga_tone_is_hdr (&info->colour));
  show_time (self);
}

void
genga_frame_bar_set_seconds (GengaFrameBar *self, double seconds)
{
  self->is_set_up = TRUE;
  gtk_adjustment_set_value (self->place, seconds);
  self->is_set_up = FALSE;
  self->notified = seconds;
}

void
genga_frame_bar_set_clip (GengaFrameBar *self, gboolean has_clip, gboolean is_playing)
{
  const char *label = is_playing ? _ ("Pause the Clip") : _ ("Play the Clip");

  gtk_widget_set_visible (GTK_WIDGET (self->play), has_clip);
  gtk_button_set_icon_name (self->play, is_playing ? "media-playback-pause-symbolic"
                                                   : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play),
                               is_playing ? _ ("Pause the clip.") : _ ("Play the clip."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
genga_frame_bar_class_init (GengaFrameBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  moved_signal = g_signal_new ("moved", GENGA_TYPE_FRAME_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/genga/Genga/frame-bar.ui");
  g_type_ensure (GENGA_TYPE_TRIM_BAR);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, trim);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, play);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, place);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, slider);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, time);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, length);
  gtk_widget_class_bind_template_child (widget_class, GengaFrameBar, hdr);
}

static void
genga_frame_bar_init (GengaFrameBar *self)
{
  self->frame = USUAL_FRAME;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->trim, "moved", G_CALLBACK (on_trim_moved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->place, "value-changed", G_CALLBACK (on_value_changed), self,
                           G_CONNECT_SWAPPED);
}
