/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/option-row.h"
#include "app/labels.h"
#include "app/list-item-name.h"
#include "app/options/scroll-focus.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define BOTH_WAYS (G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE)
#define SLIDER_WIDTH 160
#define ENTRY_KEY "genga-entry"

/* How a spin button shows a number that has a value with a name. */
typedef struct
{
  gboolean has_name;
  int named;    /* the option's value, such as -1 */
  double shown; /* what the spin button has for it */
  const char *label;
} Named;

static const char *
get_title (GengaOption option)
{
  return _ (g_param_spec_get_nick (genga_option_get_pspec (option)));
}

static const char *
get_description (GengaOption option)
{
  return _ (g_param_spec_get_blurb (genga_option_get_pspec (option)));
}

void
genga_option_row_describe (GtkWidget *row, GengaOption option)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), get_title (option));
  gtk_widget_set_tooltip_text (row, get_description (option));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  get_description (option), -1);
}

/* The control is labelled by the row whose activatable widget it is. */
static GtkWidget *
new_action_row (GengaOption option, GtkWidget *control)
{
  GtkWidget *row = adw_action_row_new ();

  genga_option_row_describe (row, option);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  get_description (option), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  return row;
}

static GtkWidget *
new_switch_row (GengaOptions *options, GengaOption option)
{
  GtkWidget *control = gtk_switch_new ();

  g_object_bind_property (options, genga_option_get_info (option)->name, control, "active",
                          BOTH_WAYS);
  return new_action_row (option, control);
}

static gboolean
choice_to_position (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  GEnumClass *klass = data;

  for (guint i = 0; i < klass->n_values; i++)
    {
      if (klass->values[i].value == g_value_get_enum (from))
        g_value_set_uint (to, i);
    }
  return TRUE;
}

static gboolean
position_to_choice (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  GEnumClass *klass = data;
  guint position = g_value_get_uint (from);

  if (position >= klass->n_values)
    return FALSE;
  g_value_set_enum (to, klass->values[position].value);
  return TRUE;
}

static GtkWidget *
new_choice_row (GengaOptions *options, GengaOption option)
{
  GType type = genga_option_get_pspec (option)->value_type;
  GEnumClass *klass = g_type_class_ref (type);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  GtkWidget *row = adw_combo_row_new ();

  for (guint i = 0; i < klass->n_values; i++)
    gtk_string_list_take (labels, genga_label_dup_value (option, klass->values[i].value_nick));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (labels));
  genga_list_item_name_follow (ADW_COMBO_ROW (row));
  genga_option_row_describe (row, option);
  g_object_bind_property_full (options, genga_option_get_info (option)->name, row, "selected",
                               BOTH_WAYS, choice_to_position, position_to_choice, klass,
                               g_type_class_unref);
  return row;
}

static gboolean
on_spin_output (GtkSpinButton *spin, const Named *named)
{
  if (!named->has_name || gtk_spin_button_get_value (spin) != named->shown)
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (spin), named->label);
  return TRUE;
}

static int
on_spin_input (GtkSpinButton *spin, double *value, const Named *named)
{
  if (!named->has_name || !g_str_equal (gtk_editable_get_text (GTK_EDITABLE (spin)), named->label))
    return FALSE;
  *value = named->shown;
  return TRUE;
}

static gboolean
number_to_shown (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  const Named *named = data;
  int value = g_value_get_int (from);

  g_value_set_double (to, named->has_name && value == named->named ? named->shown : value);
  return TRUE;
}

static gboolean
shown_to_number (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  const Named *named = data;
  double shown = g_value_get_double (from);

  g_value_set_int (to, named->has_name && shown == named->shown ? named->named : lrint (shown));
  return TRUE;
}

static Named *
named_new (GengaOption option)
{
  const GengaOptionInfo *info = genga_option_get_info (option);
  const GParamSpecInt *spec = G_PARAM_SPEC_INT (genga_option_get_pspec (option));
  Named *named = g_new0 (Named, 1);

  named->has_name = info->zero_nick != NULL || spec->default_value < info->soft_minimum;
  named->named = info->zero_nick != NULL ? 0 : spec->default_value;
  named->shown = named->named < info->soft_minimum ? info->soft_minimum - info->step : named->named;
  named->label = g_strcmp0 (info->zero_nick, "native") == 0 ? C_ ("scale", "Native")
                                                            : C_ ("number", "Automatic");
  return named;
}

static GtkWidget *
new_spin_row (GengaOptions *options, GengaOption option)
{
  const GengaOptionInfo *info = genga_option_get_info (option);
  Named *named = named_new (option);
  double lower = named->has_name ? MIN (named->shown, info->soft_minimum) : info->soft_minimum;
  GtkWidget *spin = gtk_spin_button_new_with_range (lower, info->soft_maximum, info->step);
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (spin));

  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), FALSE);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), g_utf8_strlen (named->label, -1));
  g_signal_connect (spin, "output", G_CALLBACK (on_spin_output), named);
  g_signal_connect (spin, "input", G_CALLBACK (on_spin_input), named);
  g_object_set_data_full (G_OBJECT (spin), "genga-named", named, g_free);
  g_object_bind_property_full (options, info->name, adjustment, "value", BOTH_WAYS, number_to_shown,
                               shown_to_number, named, NULL);
  on_spin_output (GTK_SPIN_BUTTON (spin), named);
  genga_scroll_focus_guard (spin);
  return new_action_row (option, spin);
}

static void
on_reset_clicked (GtkButton *button, GtkAdjustment *adjustment)
{
  const double *value = g_object_get_data (G_OBJECT (button), "genga-default");

  gtk_adjustment_set_value (adjustment, *value);
}

static gboolean
differs_from_default (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  const double *value = data;

  g_value_set_boolean (to, fabs (g_value_get_double (from) - *value) > 1e-9);
  return TRUE;
}

static GtkWidget *
new_reset_button (GtkAdjustment *adjustment, GengaOption option)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  g_autofree char *label = g_strdup_printf (_ ("Reset %s"), get_title (option));
  double *value = g_new (double, 1);

  *value = G_PARAM_SPEC_DOUBLE (genga_option_get_pspec (option))->default_value;
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Take the usual value again."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "genga-default", value, g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_reset_clicked), adjustment, 0);
  g_object_bind_property_full (adjustment, "value", button, "sensitive", G_BINDING_SYNC_CREATE,
                               differs_from_default, NULL, value, NULL);
  return button;
}

static GtkWidget *
new_slider_row (GengaOptions *options, GengaOption option)
{
  const GengaOptionInfo *info = genga_option_get_info (option);
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, info->soft_minimum,
                                               info->soft_maximum, info->step);
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (scale));
  GtkWidget *row = new_action_row (option, scale);

  genga_scroll_focus_guard (scale);
  gtk_widget_set_size_request (scale, SLIDER_WIDTH, -1);
  gtk_scale_set_draw_value (GTK_SCALE (scale), TRUE);
  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_LEFT);
  gtk_scale_set_digits (GTK_SCALE (scale), info->step < 0.1 ? 2 : 1);
  g_object_bind_property (options, info->name, adjustment, "value", BOTH_WAYS);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_reset_button (adjustment, option));
  return row;
}

typedef struct
{
  GengaOptions *options;
  GengaOption option;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->options);
  g_free (entry);
}

/* Where nothing may be said, an empty text says nothing. */
static gboolean
take_text (const Entry *entry, const char *text, GError **error)
{
  GParamSpec *pspec = genga_option_get_pspec (entry->option);

  if (*text == '\0' && G_IS_PARAM_SPEC_STRING (pspec) &&
      G_PARAM_SPEC_STRING (pspec)->default_value == NULL)
    {
      genga_options_set_string (entry->options, entry->option, NULL);
      return TRUE;
    }
  return genga_options_parse (entry->options, entry->option, text, error);
}

static void
on_entry_changed (GtkEditable *row, Entry *entry)
{
  g_autoptr (GError) error = NULL;

  if (take_text (entry, gtk_editable_get_text (row), &error) &&
      genga_options_check (entry->options, entry->option, &error))
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (row),
                               error != NULL ? error->message : get_description (entry->option));
}

/* Whether the text means the option's value, in other words perhaps. */
static gboolean
is_shown (GtkEditable *row, Entry *entry)
{
  g_autoptr (GengaOptions) typed = genga_options_copy (entry->options);
  const Entry other = { typed, entry->option };

  return take_text (&other, gtk_editable_get_text (row), NULL) &&
         genga_options_is_same (typed, entry->option, entry->options);
}

static void
on_entry_option_changed (GengaOptions *options, GParamSpec *pspec, GtkEditable *row)
{
  Entry *entry = g_object_get_data (G_OBJECT (row), ENTRY_KEY);
  g_autofree char *text = genga_options_format (options, entry->option);
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (!is_shown (row, entry))
    gtk_editable_set_text (row, valid != NULL ? valid : "");
}

static GtkWidget *
new_entry_row (GengaOptions *options, GengaOption option)
{
  GtkWidget *row = adw_entry_row_new ();
  g_autofree char *text = genga_options_format (options, option);
  g_autofree char *signal = g_strconcat ("notify::", genga_option_get_info (option)->name, NULL);
  Entry *entry = g_new (Entry, 1);

  entry->options = g_object_ref (options);
  entry->option = option;
  genga_option_row_describe (row, option);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, get_title (option),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, get_description (option),
                                  -1);
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
  g_object_set_data_full (G_OBJECT (row), ENTRY_KEY, entry, entry_free);
  g_signal_connect (row, "changed", G_CALLBACK (on_entry_changed), entry);
  g_signal_connect_object (options, signal, G_CALLBACK (on_entry_option_changed), row, 0);
  return row;
}

GtkWidget *
genga_option_row_new (GengaOptions *options, GengaOption option)
{
  const GengaOptionInfo *info = genga_option_get_info (option);
  GParamSpec *pspec = genga_option_get_pspec (option);

  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return new_switch_row (options, option);
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return new_choice_row (options, option);
  if (G_IS_PARAM_SPEC_INT (pspec) && info->soft_maximum > info->soft_minimum)
    return new_spin_row (options, option);
  if (G_IS_PARAM_SPEC_DOUBLE (pspec) && info->zero_nick == NULL)
    return new_slider_row (options, option);
  return new_entry_row (options, option);
}
