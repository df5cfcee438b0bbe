/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the options panel are the options, and the options are the rows. */
#include "app/options/option-row.h"
#include "app/options/options-panel.h"
#include "app/options/size-row.h"
#include "app/dialogs/reuse-question.h"
#include "app/queue/row-slot.h"
#include "app/settings.h"
#include "core/options-text.h"
#include "core/presets/preset.h"
#include "resources.h"

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static void
assert_equal (GengaOptions *options, GengaOptions *expected)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *text = genga_options_format (options, option);
      g_autofree char *expected_text = genga_options_format (expected, option);
      g_assert_cmpstr (text, ==, expected_text);
    }
}

/* Making a row changes nothing, whatever the option is. */
static void
test_defaults (void)
{
  g_autoptr (GengaOptions) defaults = genga_options_new ();

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autoptr (GengaOptions) options = genga_options_new ();
      GtkWidget *row = g_object_ref_sink (genga_option_row_new (options, option));

      g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), !=, "");
      assert_equal (options, defaults);
      g_assert_finalize_object (row);
    }
}

/* A number's special value has a name, below the range where it is not in it. */
static void
check_number (GengaOption option, int named, const char *label, double shown, int usual)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *row = g_object_ref_sink (genga_option_row_new (options, option));
  GtkSpinButton *spin = GTK_SPIN_BUTTON (find (row, GTK_TYPE_SPIN_BUTTON));

  gtk_spin_button_set_value (spin, usual);
  g_assert_cmpint (genga_options_get_int (options, option), ==, usual);
  gtk_spin_button_set_value (spin, shown);
  g_assert_cmpint (genga_options_get_int (options, option), ==, named);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, label);
  genga_options_set_int (options, option, usual);
  g_assert_cmpfloat (gtk_spin_button_get_value (spin), ==, usual);
  gtk_editable_set_text (GTK_EDITABLE (spin), label);
  gtk_spin_button_update (spin);
  g_assert_cmpint (genga_options_get_int (options, option), ==, named);
  g_object_unref (row);
}

static void
test_numbers (void)
{
  check_number (GENGA_OPTION_SCALE, 0, "Native", 0, 4);
  check_number (GENGA_OPTION_TILE, 0, "Automatic", 192, 512);
  check_number (GENGA_OPTION_OVERLAP, -1, "Automatic", 8, 32);
}

/* One way at a time, each with the pixels that it had. */
static void
test_size (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *row = g_object_ref_sink (genga_size_row_new (options));
  AdwComboRow *combo = ADW_COMBO_ROW (row);

  g_assert_cmpint (genga_size_row_get_way (options), ==, GENGA_OPTION_SCALE);
  for (guint i = 1; genga_size_row_ways[i] != GENGA_N_OPTIONS; i++)
    {
      adw_combo_row_set_selected (combo, i);
      g_assert_cmpint (genga_size_row_get_way (options), ==, genga_size_row_ways[i]);
      g_assert_false (genga_options_is_default (options, genga_size_row_ways[i]));
      g_assert_true (genga_options_validate (options, NULL));
    }
  adw_combo_row_set_selected (combo, 1);
  genga_options_set_int (options, GENGA_OPTION_LONGEST, 1000);
  adw_combo_row_set_selected (combo, 0);
  g_assert_cmpint (genga_size_row_get_way (options), ==, GENGA_OPTION_SCALE);
  adw_combo_row_set_selected (combo, 1);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_LONGEST), ==, 1000);

  /* Others may change the options. */
  genga_options_set_int (options, GENGA_OPTION_LONGEST, 0);
  g_assert_cmpuint (adw_combo_row_get_selected (combo), ==, 0);
  genga_options_set_int (options, GENGA_OPTION_HEIGHT, 500);
  g_assert_cmpuint (adw_combo_row_get_selected (combo), ==, 3);
  g_object_set (options, "height", 0, "megapixels", 3., NULL);
  g_assert_cmpint (genga_size_row_get_way (options), ==, GENGA_OPTION_MEGAPIXELS);
  adw_combo_row_set_selected (combo, 2);
  g_assert_true (genga_options_validate (options, NULL));
  adw_combo_row_set_selected (combo, 5);
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_MEGAPIXELS), ==, 3);
  g_object_unref (row);
}

static void
test_sliders (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *row = g_object_ref_sink (genga_option_row_new (options, GENGA_OPTION_CONTRAST));
  GtkRange *range = GTK_RANGE (find (row, GTK_TYPE_SCALE));
  GtkWidget *reset = find (row, GTK_TYPE_BUTTON);

  g_assert_false (gtk_widget_get_sensitive (reset));
  gtk_range_set_value (range, 1.1);
  g_assert_cmpfloat_with_epsilon (genga_options_get_double (options, GENGA_OPTION_CONTRAST), 1.1,
                                  1e-9);
  g_assert_true (gtk_widget_get_sensitive (reset));
  g_signal_emit_by_name (reset, "clicked");
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_CONTRAST), ==, 1);
  g_object_unref (row);
}

static void
test_choices (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *row = g_object_ref_sink (genga_option_row_new (options, GENGA_OPTION_FORMAT));

  adw_combo_row_set_selected (ADW_COMBO_ROW (row), GENGA_FORMAT_WEBP);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_FORMAT), ==, GENGA_FORMAT_WEBP);
  genga_options_set_int (options, GENGA_OPTION_FORMAT, GENGA_FORMAT_PNG);
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, GENGA_FORMAT_PNG);
  g_object_unref (row);
}

/* What cannot be understood is marked and not taken. */
static void
test_entries (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *row = g_object_ref_sink (genga_option_row_new (options, GENGA_OPTION_MAX_MEMORY));

  gtk_editable_set_text (GTK_EDITABLE (row), "2G");
  g_assert_cmpuint (genga_options_get_uint64 (options, GENGA_OPTION_MAX_MEMORY), ==, 2147483648);
  gtk_editable_set_text (GTK_EDITABLE (row), "much");
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  g_assert_cmpuint (genga_options_get_uint64 (options, GENGA_OPTION_MAX_MEMORY), ==, 2147483648);

  /* Who else changes the option changes the text, unless it says the same in other words. */
  g_object_set (options, "max-memory", G_GUINT64_CONSTANT (1024), NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "1024");
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  gtk_editable_set_text (GTK_EDITABLE (row), "1K");
  g_object_set (options, "max-memory", G_GUINT64_CONSTANT (1024), NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "1K");
  g_object_unref (row);
}

/* A text that means nothing is marked while it is typed. */
static void
check_text (GengaOption option, const char *wrong, const char *right)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *row = g_object_ref_sink (genga_option_row_new (options, option));

  gtk_editable_set_text (GTK_EDITABLE (row), wrong);
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (row), wrong));
  g_assert_false (genga_options_validate (options, NULL));
  gtk_editable_set_text (GTK_EDITABLE (row), right);
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  g_assert_true (genga_options_validate (options, NULL));
  g_object_unref (row);
}

static void
test_texts (void)
{
  check_text (GENGA_OPTION_FROM, "1:7x", "1:07");
  check_text (GENGA_OPTION_TO, "soon", "0:01:30.25");
  check_text (GENGA_OPTION_FPS, "fast", "24000/1001");
  check_text (GENGA_OPTION_BACKGROUND, "white", "#ffffff");
  check_text (GENGA_OPTION_FIT, "1920", "1920x1080");
}

/* The settings remember every option but those that mean parts of one source, and stumble over none
 * that they do not know. */
static void
test_settings (void)
{
  g_autoptr (GSettings) settings = genga_settings_new ();
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaOptions) read = genga_options_new ();

  g_object_set (options, "model", "bicubic", "scale", 0, "tile", 256, "sharpening", 0.3, "format",
                GENGA_FORMAT_JPEG, "quality", 80, "output-dir", "/tmp", "overwrite", TRUE, NULL);
  genga_settings_save_options (settings, options);
  genga_settings_load_options (settings, read);
  assert_equal (read, options);
  g_object_set (options, "from", "1:30", "to", "2:00", "clip-at", "3", "leave-out", "audio", NULL);
  genga_settings_save_options (settings, options);
  g_clear_object (&read);
  read = genga_options_new ();
  genga_settings_load_options (settings, read);
  g_assert_null (genga_options_get_string (read, GENGA_OPTION_FROM));
  g_assert_null (genga_options_get_string (read, GENGA_OPTION_TO));
  g_assert_null (genga_options_get_string (read, GENGA_OPTION_CLIP_AT));
  g_assert_null (genga_options_get_string (read, GENGA_OPTION_LEAVE_OUT));

  g_settings_set_value (settings, "options",
                        g_variant_new_parsed ("{'scale': 'huge', 'wings': '2', 'tile': '320'}"));
  g_autoptr (GengaOptions) defaults = genga_options_new ();
  genga_settings_load_options (settings, defaults);
  g_assert_cmpint (genga_options_get_int (defaults, GENGA_OPTION_SCALE), ==, 2);
  g_assert_cmpint (genga_options_get_int (defaults, GENGA_OPTION_TILE), ==, 320);
}

/* The question that is there, answered; or FALSE. */
static gboolean
answer_question (const char *answer)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *window = windows; window != NULL; window = window->next)
    if (ADW_IS_MESSAGE_DIALOG (window->data))
      {
        adw_message_dialog_response (window->data, answer);
        gtk_window_destroy (window->data);
        return TRUE;
      }
  return FALSE;
}

/* Frames are taken for one another only where somebody has said so. */
static void
test_lookalikes (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *panel = gtk_label_new ("");

  gtk_window_set_child (GTK_WINDOW (window), panel);
  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (panel))
    g_main_context_iteration (NULL, TRUE);
  genga_options_set_int (options, GENGA_OPTION_REUSE, GENGA_REUSE_TOLERANCE);
  genga_reuse_question_watch (options, panel);
  g_assert_false (answer_question ("allow"));

  genga_options_set_int (options, GENGA_OPTION_REUSE, GENGA_REUSE_PERCEPTUAL);
  g_assert_true (answer_question ("cancel"));
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_REUSE), ==, GENGA_REUSE_TOLERANCE);
  g_assert_false (answer_question ("allow"));

  genga_options_set_int (options, GENGA_OPTION_REUSE, GENGA_REUSE_OFF);
  genga_options_set_int (options, GENGA_OPTION_REUSE, GENGA_REUSE_PERCEPTUAL);
  g_assert_true (answer_question ("allow"));
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_REUSE), ==, GENGA_REUSE_PERCEPTUAL);
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
new_panel (GengaOptions *options, GSettings *settings)
{
  GtkWidget *panel = g_object_ref_sink (g_object_new (GENGA_TYPE_OPTIONS_PANEL, NULL));

  genga_options_panel_set_options (GENGA_OPTIONS_PANEL (panel), options);
  genga_options_panel_keep_profiles (GENGA_OPTIONS_PANEL (panel), settings);
  return panel;
}

static void
choose_codec (GengaOptions *options, GengaCodec codec, const char *expected)
{
  genga_options_set_int (options, GENGA_OPTION_CODEC, codec);
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_PROFILE), ==, expected);
}

static void
check_profile (GSettings *settings, GengaCodec codec, const char *expected)
{
  g_autofree char *profile = genga_settings_dup_profile (settings, codec);

  g_assert_cmpstr (profile, ==, expected);
}

/* Each codec has its profile, also after a start; what is no profile any more is none. */
static void
test_profiles (void)
{
  g_autoptr (GSettings) settings = genga_settings_new ();
  g_autoptr (GengaOptions) first = genga_options_new ();
  g_autoptr (GengaOptions) second = genga_options_new ();
  GtkWidget *panel = new_panel (first, settings);

  choose_codec (first, GENGA_CODEC_PRORES, "auto");
  genga_options_set_string (first, GENGA_OPTION_PROFILE, "lt");
  choose_codec (first, GENGA_CODEC_H265, "auto");
  genga_options_set_string (first, GENGA_OPTION_PROFILE, "main10");
  choose_codec (first, GENGA_CODEC_PRORES, "lt");
  g_object_unref (panel);

  genga_settings_save_profile (settings, GENGA_CODEC_AV1, "main10");
  panel = new_panel (second, settings);
  choose_codec (second, GENGA_CODEC_H265, "main10");
  choose_codec (second, GENGA_CODEC_AV1, "auto");
  choose_codec (second, GENGA_CODEC_PRORES, "lt");
  genga_options_set_string (second, GENGA_OPTION_PROFILE, "auto");
  g_object_unref (panel);
  g_assert_null (genga_settings_dup_profile (settings, GENGA_CODEC_PRORES));
}

/* A profile that comes with its codec, as a preset's does, is that codec's alone. */
static void
test_profile_with_codec (void)
{
  g_autoptr (GSettings) settings = genga_settings_new ();
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaOptions) before = NULL;
  g_autoptr (GengaPreset) lt = NULL;
  g_autoptr (GengaPreset) plain = NULL;
  GtkWidget *panel;

  g_object_set (options, "codec", GENGA_CODEC_PRORES, "profile", "lt", NULL);
  lt = genga_preset_new ("ProRes LT", options, NULL);
  g_object_set (options, "profile", "auto", NULL);
  plain = genga_preset_new ("ProRes", options, NULL);

  genga_settings_save_profile (settings, GENGA_CODEC_PRORES, "hq");
  g_object_set (options, "codec", GENGA_CODEC_H264, "profile", "high", NULL);
  panel = new_panel (options, settings);
  before = genga_options_copy (options);
  genga_preset_apply (lt, options);
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_PROFILE), ==, "lt");
  check_profile (settings, GENGA_CODEC_PRORES, "lt");
  check_profile (settings, GENGA_CODEC_H264, "high");

  /* As Undo does. */
  g_object_freeze_notify (G_OBJECT (options));
  genga_options_take_over (options, GENGA_OPTION_CODEC, before);
  genga_options_take_over (options, GENGA_OPTION_PROFILE, before);
  g_object_thaw_notify (G_OBJECT (options));
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_PROFILE), ==, "high");
  check_profile (settings, GENGA_CODEC_PRORES, "lt");
  check_profile (settings, GENGA_CODEC_H264, "high");

  /* Also one that is the same as before. */
  genga_options_set_string (options, GENGA_OPTION_PROFILE, "auto");
  genga_preset_apply (plain, options);
  g_assert_true (genga_preset_is_applied (plain, options));
  g_object_unref (panel);
}

static const char *const row_actions[] = { "job.retry",  "job.remove",   "job.open",
                                           "job.reveal", "job.show-log", "job.show-menu" };

static void
count_one (guint *n)
{
  *n += 1;
}

static GtkWidget *
make_row (gpointer user_data)
{
  GtkWidget *row = genga_queue_row_new ();

  g_signal_connect_swapped (row, "remove", G_CALLBACK (count_one),
                            g_object_get_data (user_data, "n"));
  return row;
}

/* A row that waits to be filled can't be pressed, and what is pressed there does nothing. */
static void
test_row_slot (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaJob) first = genga_job_new ("/nowhere/first.png", NULL, options);
  g_autoptr (GengaJob) second = genga_job_new ("/nowhere/second.png", NULL, options);
  g_autoptr (GObject) data = g_object_new (G_TYPE_OBJECT, NULL);
  guint n_pressed = 0;
  GengaRowSlot *slot;
  GtkWidget *row;

  g_object_set_data (data, "n", &n_pressed);
  slot = GENGA_ROW_SLOT (g_object_ref_sink (genga_row_slot_new (make_row, data)));
  genga_row_slot_set_job (slot, first, TRUE);
  row = gtk_widget_get_first_child (GTK_WIDGET (slot));
  g_assert_true (gtk_widget_get_child_visible (row));
  gtk_widget_activate_action (row, "job.remove", NULL);
  g_assert_cmpuint (n_pressed, ==, 1);

  genga_row_slot_set_job (slot, NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (row_actions); i++)
    gtk_widget_activate_action (row, row_actions[i], NULL);
  genga_row_slot_set_job (slot, second, FALSE);
  g_assert_false (gtk_widget_get_child_visible (row));
  for (guint i = 0; i < G_N_ELEMENTS (row_actions); i++)
    gtk_widget_activate_action (row, row_actions[i], NULL);
  g_assert_cmpuint (n_pressed, ==, 1);

  g_assert_true (genga_row_slot_get_row (slot) == row);
  g_assert_true (gtk_widget_get_child_visible (row));
  g_assert_true (genga_queue_row_get_job (GENGA_QUEUE_ROW (row)) == second);
  g_object_unref (slot);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  adw_init ();
  genga_app_register_resource ();

  g_test_add_func ("/option-rows/defaults", test_defaults);
  g_test_add_func ("/option-rows/numbers", test_numbers);
  g_test_add_func ("/option-rows/size", test_size);
  g_test_add_func ("/option-rows/sliders", test_sliders);
  g_test_add_func ("/option-rows/choices", test_choices);
  g_test_add_func ("/option-rows/entries", test_entries);
  g_test_add_func ("/option-rows/texts", test_texts);
  g_test_add_func ("/option-rows/lookalikes", test_lookalikes);
  g_test_add_func ("/settings/options", test_settings);
  g_test_add_func ("/settings/profiles", test_profiles);
  g_test_add_func ("/settings/profile-with-codec", test_profile_with_codec);
  g_test_add_func ("/row-slot/waiting", test_row_slot);
  return g_test_run ();
}
