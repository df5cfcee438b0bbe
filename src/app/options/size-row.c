/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/size-row.h"
#include "app/list-item-name.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>

#define KEY "genga-size"

const GengaOption genga_size_row_ways[] = {
  GENGA_OPTION_SCALE,    GENGA_OPTION_LONGEST,    GENGA_OPTION_WIDTH, GENGA_OPTION_HEIGHT,
  GENGA_OPTION_SHORTEST, GENGA_OPTION_MEGAPIXELS, GENGA_OPTION_FIT,   GENGA_N_OPTIONS,
};

typedef struct
{
  GengaOptions *options;
  char *sizes[GENGA_N_OPTIONS]; /* that each way had last, as text */
} Size;

static void
size_free (Size *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->sizes); i++)
    g_free (self->sizes[i]);
  g_object_unref (self->options);
  g_free (self);
}

static guint
get_position (GengaOptions *options)
{
  for (guint i = 1; genga_size_row_ways[i] != GENGA_N_OPTIONS; i++)
    if (!genga_options_is_default (options, genga_size_row_ways[i]))
      return i;
  return 0;
}

GengaOption
genga_size_row_get_way (GengaOptions *options)
{
  return genga_size_row_ways[get_position (options)];
}

static void
turn_off (GengaOptions *options, GengaOption way)
{
  if (way == GENGA_OPTION_FIT)
    genga_options_set_string (options, way, NULL);
  else
    genga_options_parse (options, way, "auto", NULL);
}

static void
on_selected (AdwComboRow *row)
{
  Size *self = g_object_get_data (G_OBJECT (row), KEY);
  const guint position = adw_combo_row_get_selected (row);
  const guint before = get_position (self->options);
  const GengaOption way = genga_size_row_ways[position];

  if (position == before)
    return;
  if (before > 0)
    {
      const GengaOption old = genga_size_row_ways[before];

      g_free (self->sizes[old]);
      self->sizes[old] = genga_options_format (self->options, old);
      turn_off (self->options, old);
    }
  if (position > 0)
    genga_options_parse (self->options, way, self->sizes[way], NULL);
}

/* Between two ways there is none for a moment, which is not to be seen. */
static void
on_option_changed (GengaOptions *options, GParamSpec *pspec, AdwComboRow *row)
{
  const guint position = get_position (options);

  g_signal_handlers_block_by_func (row, on_selected, NULL);
  if (position > 0 || adw_combo_row_get_selected (row) == 0 ||
      genga_option_get_pspec (genga_size_row_ways[adw_combo_row_get_selected (row)]) == pspec)
    adw_combo_row_set_selected (row, position);
  g_signal_handlers_unblock_by_func (row, on_selected, NULL);
}

GtkWidget *
genga_size_row_new (GengaOptions *options)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  Size *self = g_new0 (Size, 1);

  self->options = g_object_ref (options);
  gtk_string_list_append (labels, _ ("Factor"));
  for (guint i = 1; genga_size_row_ways[i] != GENGA_N_OPTIONS; i++)
    gtk_string_list_append (
        labels, _ (g_param_spec_get_nick (genga_option_get_pspec (genga_size_row_ways[i]))));
  self->sizes[GENGA_OPTION_LONGEST] = g_strdup ("3840");
  self->sizes[GENGA_OPTION_WIDTH] = g_strdup ("3840");
  self->sizes[GENGA_OPTION_HEIGHT] = g_strdup ("2160");
  self->sizes[GENGA_OPTION_SHORTEST] = g_strdup ("2160");
  self->sizes[GENGA_OPTION_MEGAPIXELS] = g_strdup ("8");
  self->sizes[GENGA_OPTION_FIT] = g_strdup ("3840x2160");
  g_object_set_data_full (G_OBJECT (row), KEY, self, (GDestroyNotify)size_free);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Size"));
  gtk_widget_set_tooltip_text (row, _ ("Choose how the size of the result is given."));
  genga_list_item_name_follow (ADW_COMBO_ROW (row));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (labels));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), get_position (options));
  g_signal_connect (row, "notify::selected", G_CALLBACK (on_selected), NULL);
  for (guint i = 1; genga_size_row_ways[i] != GENGA_N_OPTIONS; i++)
    {
      g_autofree char *signal =
          g_strconcat ("notify::", genga_option_get_info (genga_size_row_ways[i])->name, NULL);
      g_signal_connect_object (options, signal, G_CALLBACK (on_option_changed), row, 0);
    }
  return row;
}
