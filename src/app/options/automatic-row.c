/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/automatic-row.h"

#include <glib/gi18n-lib.h>

struct _GengaAutomaticRow
{
  AdwActionRow parent_instance;

  GengaOptions *options;
  GengaOptions *before; /* when it was turned on; NULL: nothing is to come back */
  GtkWidget *control;
  gboolean is_automatic;
  gboolean is_changing; /* the options, by the row itself */
};

G_DEFINE_FINAL_TYPE (GengaAutomaticRow, genga_automatic_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_AUTOMATIC = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

const GengaOption genga_automatic_row_options[] = {
  GENGA_OPTION_TILE,       GENGA_OPTION_OVERLAP,  GENGA_OPTION_BLEND,      GENGA_OPTION_STRENGTH,
  GENGA_OPTION_SHARPENING, GENGA_OPTION_CONTRAST, GENGA_OPTION_SATURATION, GENGA_N_OPTIONS,
};

static gboolean
has_defaults (GengaOptions *options)
{
  g_autoptr (GengaOptions) defaults = genga_options_new ();

  for (const GengaOption *option = genga_automatic_row_options; *option != GENGA_N_OPTIONS;
       option++)
    if (!genga_options_is_same (options, *option, defaults))
      return FALSE;
  return TRUE;
}

static void
take_over (GengaAutomaticRow *self, GengaOptions *from)
{
  self->is_changing = TRUE;
  g_object_freeze_notify (G_OBJECT (self->options));
  for (const GengaOption *option = genga_automatic_row_options; *option != GENGA_N_OPTIONS;
       option++)
    if (!genga_options_is_same (self->options, *option, from))
      genga_options_take_over (self->options, *option, from);
  g_object_thaw_notify (G_OBJECT (self->options));
  self->is_changing = FALSE;
}

static void
set_automatic (GengaAutomaticRow *self, gboolean is_automatic)
{
  if (self->is_automatic == is_automatic)
    return;
  self->is_automatic = is_automatic;
  gtk_switch_set_active (GTK_SWITCH (self->control), is_automatic);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AUTOMATIC]);
}

/* By the user. */
static void
on_switched (GengaAutomaticRow *self)
{
  gboolean is_automatic = gtk_switch_get_active (GTK_SWITCH (self->control));
  g_autoptr (GengaOptions) defaults = genga_options_new ();

  if (self->is_automatic == is_automatic)
    return;
  if (is_automatic)
    {
      g_clear_object (&self->before);
      self->before = genga_options_copy (self->options);
      take_over (self, defaults);
    }
  else if (self->before != NULL)
    take_over (self, self->before);
  set_automatic (self, is_automatic);
}

static void
on_option_changed (GengaAutomaticRow *self)
{
  if (!self->is_changing && self->is_automatic && !has_defaults (self->options))
    set_automatic (self, FALSE);
}

static void
genga_automatic_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, GENGA_AUTOMATIC_ROW (object)->is_automatic);
}

/* As it was last time: what else was chosen since counts more. */
static void
genga_automatic_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaAutomaticRow *self = GENGA_AUTOMATIC_ROW (object);

  set_automatic (self, g_value_get_boolean (value) && has_defaults (self->options));
}

static void
genga_automatic_row_dispose (GObject *object)
{
  GengaAutomaticRow *self = GENGA_AUTOMATIC_ROW (object);

  g_clear_object (&self->options);
  g_clear_object (&self->before);

  G_OBJECT_CLASS (genga_automatic_row_parent_class)->dispose (object);
}

static void
genga_automatic_row_class_init (GengaAutomaticRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_automatic_row_get_property;
  object_class->set_property = genga_automatic_row_set_property;
  object_class->dispose = genga_automatic_row_dispose;
  properties[PROP_AUTOMATIC] =
      g_param_spec_boolean ("automatic", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_automatic_row_init (GengaAutomaticRow *self)
{
  self->control = gtk_switch_new ();
  gtk_widget_set_valign (self->control, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->control);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Automatic Settings"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _ ("Tiles that fit, no filters"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _ ("Genga chooses how it cuts pictures into tiles, and changes "
                                  "nothing about sharpness, contrast and saturation."));
  g_signal_connect_swapped (self->control, "notify::active", G_CALLBACK (on_switched), self);
}

GtkWidget *
genga_automatic_row_new (GengaOptions *options)
{
  GengaAutomaticRow *self = g_object_new (GENGA_TYPE_AUTOMATIC_ROW, NULL);

  self->options = g_object_ref (options);
  set_automatic (self, has_defaults (options));
  g_signal_connect_object (options, "notify", G_CALLBACK (on_option_changed), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
