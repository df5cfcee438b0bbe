/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/options-panel.h"
#include "app/dialogs/file-dialog.h"
#include "app/labels.h"
#include "app/options/automatic-row.h"
#include "app/options/list-row.h"
#include "app/models/model-row.h"
#include "app/options/name-list-row.h"
#include "app/options/option-row.h"
#include "app/options/outlook-row.h"
#include "app/options/quality-row.h"
#include "app/options/size-row.h"
#include "app/options/tracks-row.h"
#include "app/settings.h"
#include "app/dialogs/reuse-question.h"
#include "core/codec-lists.h"
#include "core/name-template.h"

#include <glib/gi18n-lib.h>

struct _GengaOptionsPanel
{
  AdwBin parent_instance;

  GengaOptions *options;
  AdwPreferencesGroup *network_group;
  AdwPreferencesGroup *automatic_group;
  AdwPreferencesGroup *filters_group;
  AdwPreferencesGroup *video_group;
  AdwPreferencesGroup *output_group;
  AdwPreferencesGroup *outlook_group;
  AdwExpanderRow *network_more;
  AdwExpanderRow *video_more;
  AdwExpanderRow *output_more;
  AdwActionRow *example_row;
  AdwActionRow *folder_row;
  GtkWidget *folder_reset;
  GtkWidget *rows[GENGA_N_OPTIONS];
  char *effective; /* the precision that “auto” chooses, or NULL */
  gboolean hides_pictures;
  gboolean has_videos;
  guint formats;
  GSettings *settings;                  /* that keep profiles; or NULL */
  GengaCodec codec;                     /* as chosen, or as the container has it */
  char *profiles[GENGA_CODEC_FFV1 + 1]; /* that the user chose for each codec; NULL: none */
};

G_DEFINE_FINAL_TYPE (GengaOptionsPanel, genga_options_panel, ADW_TYPE_BIN)

enum
{
  PROP_EFFECTIVE = 1,
  PROP_HAS_PICTURES,
  PROP_HAS_VIDEOS,
  PROP_FORMATS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
show_row (GengaOptionsPanel *self, GengaOption option, gboolean is_visible)
{
  gtk_widget_set_visible (self->rows[option], is_visible);
}

/* The formats that results may have; none where there are no pictures. */
static guint
get_formats (GengaOptionsPanel *self)
{
  GengaFormat format = genga_options_get_int (self->options, GENGA_OPTION_FORMAT);

  if (self->hides_pictures)
    return 0;
  return format == GENGA_FORMAT_AUTO ? self->formats : 1u << format;
}

/* Lossless files have no quality, but for WebP that is nearly so. */
static gboolean
has_quality (GengaOptionsPanel *self, guint formats)
{
  guint lossy = 1u << GENGA_FORMAT_JPEG;

  if (!genga_options_get_boolean (self->options, GENGA_OPTION_LOSSLESS))
    lossy |= 1u << GENGA_FORMAT_WEBP | 1u << GENGA_FORMAT_AVIF | 1u << GENGA_FORMAT_JXL;
  if (genga_options_get_boolean (self->options, GENGA_OPTION_NEAR_LOSSLESS))
    lossy |= 1u << GENGA_FORMAT_WEBP;
  return (formats & lossy) != 0;
}

/* Options that mean nothing for the formats of the results are out of the way. */
static void
show_for_format (GengaOptionsPanel *self)
{
  guint formats = get_formats (self);
  gboolean is_png = (formats & 1u << GENGA_FORMAT_PNG) != 0;
  gboolean is_jpeg = (formats & 1u << GENGA_FORMAT_JPEG) != 0;
  gboolean is_webp = (formats & 1u << GENGA_FORMAT_WEBP) != 0;
  gboolean is_tiff = (formats & 1u << GENGA_FORMAT_TIFF) != 0;
  gboolean is_new = (formats & (1u << GENGA_FORMAT_AVIF | 1u << GENGA_FORMAT_JXL)) != 0;

  show_row (self, GENGA_OPTION_FORMAT, formats != 0);
  show_row (self, GENGA_OPTION_QUALITY, has_quality (self, formats));
  show_row (self, GENGA_OPTION_ADAPTIVE_QUALITY, is_jpeg || is_webp);
  show_row (self, GENGA_OPTION_LOSSLESS, is_webp || is_new);
  show_row (self, GENGA_OPTION_PNG_LEVEL, is_png);
  show_row (self, GENGA_OPTION_PNG_OPTIMISE, is_png);
  show_row (self, GENGA_OPTION_BIT_DEPTH, is_png || is_tiff || is_new);
  show_row (self, GENGA_OPTION_NEAR_LOSSLESS, is_webp);
  show_row (self, GENGA_OPTION_WEBP_METHOD, is_webp);
  show_row (self, GENGA_OPTION_SUBSAMPLING, is_jpeg);
  show_row (self, GENGA_OPTION_COMPRESSION, is_tiff);
  gtk_widget_set_visible (GTK_WIDGET (self->output_more), formats != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->video_group), self->has_videos);
}

/* An automatic codec goes by the container. */
static GengaCodec
get_codec (GengaOptionsPanel *self)
{
  GengaCodec codec = genga_options_get_int (self->options, GENGA_OPTION_CODEC);

  return codec != GENGA_CODEC_AUTO
             ? codec
             : genga_codec_choose (genga_options_get_int (self->options, GENGA_OPTION_CONTAINER));
}

/* A profile that was chosen with the codec stays; else the codec has the one that it had. */
static void
take_codec (GengaOptionsPanel *self, GengaCodec codec)
{
  const char *profile = genga_options_get_string (self->options, GENGA_OPTION_PROFILE);
  const char *preset = genga_options_get_string (self->options, GENGA_OPTION_PRESET);
  gboolean is_chosen = g_strcmp0 (profile, self->profiles[self->codec]) != 0;
  const char *kept = self->profiles[codec] != NULL ? self->profiles[codec] : "auto";

  self->codec = codec;
  if (!is_chosen)
    genga_options_set_string (self->options, GENGA_OPTION_PROFILE, kept);
  if (!g_strv_contains (genga_codec_get_presets (codec), preset))
    genga_options_set_string (self->options, GENGA_OPTION_PRESET, "auto");
}

/* What there is to choose from depends on the codec. */
static void
show_for_codec (GengaOptionsPanel *self)
{
  GengaCodec codec = get_codec (self);
  g_autofree char *name = genga_label_dup_choice (GENGA_TYPE_CODEC, codec);
  gboolean is_auto = genga_options_get_int (self->options, GENGA_OPTION_CODEC) == GENGA_CODEC_AUTO;
  const char *const *presets = genga_codec_get_presets (codec);
  const char *const *profiles = genga_codec_get_profiles (codec);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[GENGA_OPTION_CODEC]),
                               is_auto ? name : "");
  if (codec != self->codec)
    take_codec (self, codec);
  genga_list_row_set_values (self->rows[GENGA_OPTION_PROFILE], profiles);
  genga_list_row_set_values (self->rows[GENGA_OPTION_PRESET], presets);
  show_row (self, GENGA_OPTION_PROFILE, profiles[1] != NULL);
  show_row (self, GENGA_OPTION_PRESET, presets[1] != NULL);
  show_row (self, GENGA_OPTION_CRF, genga_codec_get_max_crf (codec) > 0);
  if (genga_codec_get_max_crf (codec) > 0)
    genga_quality_row_set_codec (GENGA_QUALITY_ROW (self->rows[GENGA_OPTION_CRF]), codec);
}

static void
on_profile_changed (GengaOptionsPanel *self)
{
  /* Of several changes at once the codec's may be told later. */
  if (get_codec (self) != self->codec)
    take_codec (self, get_codec (self));

  const char *profile = genga_options_get_string (self->options, GENGA_OPTION_PROFILE);

  g_free (self->profiles[self->codec]);
  self->profiles[self->codec] = g_strdup (profile);
  if (self->settings != NULL)
    genga_settings_save_profile (self->settings, self->codec, profile);
}

static void
show_for_naming (GengaOptionsPanel *self)
{
  GengaNaming naming = genga_options_get_int (self->options, GENGA_OPTION_NAMING);

  gtk_widget_set_visible (self->rows[GENGA_OPTION_SUFFIX], naming == GENGA_NAMING_SUFFIX);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_NAMES], naming == GENGA_NAMING_LIST);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_NAME_TEMPLATE], naming == GENGA_NAMING_TEMPLATE);
  gtk_widget_set_visible (GTK_WIDGET (self->example_row), naming == GENGA_NAMING_TEMPLATE);
}

/* What a template makes of a name, or why it makes none. */
static void
show_example (GengaOptionsPanel *self)
{
  const char *text = genga_options_get_string (self->options, GENGA_OPTION_NAME_TEMPLATE);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = genga_name_template_check (text, &error)
                              ? genga_name_template_dup_example (text)
                              : g_strdup (error->message);
  g_autofree char *subtitle = g_markup_escape_text (name, -1);

  adw_action_row_set_subtitle (self->example_row, subtitle);
}

static void
show_for_size (GengaOptionsPanel *self)
{
  GengaOption chosen = genga_size_row_get_way (self->options);

  for (const GengaOption *way = genga_size_row_ways; *way != GENGA_N_OPTIONS; way++)
    show_row (self, *way, *way == chosen);
}

static void
show_folder (GengaOptionsPanel *self)
{
  const char *folder = genga_options_get_string (self->options, GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *name = folder != NULL ? g_filename_display_name (folder) : NULL;
  g_autofree char *subtitle =
      g_markup_escape_text (name != NULL ? name : _ ("Beside the source"), -1);

  adw_action_row_set_subtitle (self->folder_row, subtitle);
  gtk_widget_set_visible (self->folder_reset, folder != NULL);
}

static void
on_folder_chosen (GListModel *files, gpointer user_data)
{
  GengaOptionsPanel *self = user_data;
  g_autoptr (GFile) folder = g_list_model_get_item (files, 0);

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, g_file_peek_path (folder));
}

static void
choose_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_file_dialog_choose_folder (GTK_WINDOW (gtk_widget_get_root (widget)), on_folder_chosen,
                                   widget);
}

static void
reset_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_options_set_string (GENGA_OPTIONS_PANEL (widget)->options, GENGA_OPTION_OUTPUT_DIR, NULL);
}

/* An automatic precision is not shown without the one that it chooses, where that is known. */
static void
show_precision (GengaOptionsPanel *self)
{
  GengaPrecision precision = genga_options_get_int (self->options, GENGA_OPTION_PRECISION);
  const char *text = precision == GENGA_PRECISION_AUTO ? self->effective : NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[GENGA_OPTION_PRECISION]),
                               text != NULL ? text : "");
}

static void
genga_options_panel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaOptionsPanel *self = GENGA_OPTIONS_PANEL (object);

  if (id == PROP_EFFECTIVE)
    {
      g_free (self->effective);
      self->effective = g_value_dup_string (value);
    }
  else if (id == PROP_HAS_PICTURES)
    self->hides_pictures = !g_value_get_boolean (value);
  else if (id == PROP_FORMATS)
    self->formats = g_value_get_uint (value);
  else
    self->has_videos = g_value_get_boolean (value);
  if (self->options == NULL)
    return;
  if (id == PROP_EFFECTIVE)
    show_precision (self);
  else
    show_for_format (self);
}

/* Where a few values are all that most people want. */
static const char *const lists[GENGA_N_OPTIONS][14] = {
  [GENGA_OPTION_PROFILE] = { "auto" },
  [GENGA_OPTION_PRESET] = { "auto" },
  [GENGA_OPTION_TARGET_HEIGHT] = { "auto", "720", "1080", "1440", "2160", "4320" },
  [GENGA_OPTION_PRE_DOWNSCALE] = { "original", "480", "720", "1080" },
  [GENGA_OPTION_FPS] = { "0", "12", "15", "24000/1001", "24", "25", "30000/1001", "30", "48", "50",
                         "60000/1001", "60" },
};

static GtkWidget *
new_row (GengaOptionsPanel *self, GengaOption option)
{
  if (option == GENGA_OPTION_MODEL)
    return genga_model_row_new (self->options);
  if (option == GENGA_OPTION_CRF)
    return genga_quality_row_new (self->options);
  if (option == GENGA_OPTION_NAMES)
    return genga_name_list_row_new (self->options);
  if (lists[option][0] != NULL)
    return genga_list_row_new (self->options, option, lists[option]);
  return genga_option_row_new (self->options, option);
}

static void
add_row (GengaOptionsPanel *self, GengaOption option)
{
  AdwPreferencesGroup *const groups[] = {
    [GENGA_OPTION_GROUP_NETWORK] = self->network_group,
    [GENGA_OPTION_GROUP_FILTERS] = self->filters_group,
    [GENGA_OPTION_GROUP_OUTPUT] = self->output_group,
    [GENGA_OPTION_GROUP_VIDEO] = self->video_group,
  };
  AdwExpanderRow *const more[] = {
    [GENGA_OPTION_GROUP_NETWORK] = self->network_more,
    [GENGA_OPTION_GROUP_OUTPUT] = self->output_more,
    [GENGA_OPTION_GROUP_VIDEO] = self->video_more,
  };
  const GengaOptionInfo *info = genga_option_get_info (option);

  self->rows[option] = new_row (self, option);
  if (info->place == GENGA_OPTION_IN_FRONT)
    adw_preferences_group_add (groups[info->group], self->rows[option]);
  else
    adw_expander_row_add_row (more[info->group], self->rows[option]);
  if (option == GENGA_OPTION_NAME_TEMPLATE)
    adw_preferences_group_add (groups[info->group], GTK_WIDGET (self->example_row));
}

/* How large, and below it the number. */
static void
add_size_rows (GengaOptionsPanel *self)
{
  adw_preferences_group_add (self->network_group, genga_size_row_new (self->options));
  for (const GengaOption *way = genga_size_row_ways; *way != GENGA_N_OPTIONS; way++)
    {
      g_autofree char *signal = g_strconcat ("notify::", genga_option_get_info (*way)->name, NULL);

      self->rows[*way] = new_row (self, *way);
      adw_preferences_group_add (self->network_group, self->rows[*way]);
      g_signal_connect_object (self->options, signal, G_CALLBACK (show_for_size), self,
                               G_CONNECT_SWAPPED);
    }
  show_for_size (self);
}

/* An expander row comes last in its group. */
static void
move_to_end (AdwPreferencesGroup *group, AdwExpanderRow *row)
{
  g_object_ref (row);
  adw_preferences_group_remove (group, GTK_WIDGET (row));
  adw_preferences_group_add (group, GTK_WIDGET (row));
  g_object_unref (row);
}

static void
follow_options (GengaOptionsPanel *self)
{
  const struct
  {
    const char *signal;
    void (*func) (GengaOptionsPanel *self);
  } followers[] = {
    { "notify::format", show_for_format },        { "notify::lossless", show_for_format },
    { "notify::near-lossless", show_for_format }, { "notify::output-dir", show_folder },
    { "notify::precision", show_precision },      { "notify::naming", show_for_naming },
    { "notify::name-template", show_example },    { "notify::codec", show_for_codec },
    { "notify::container", show_for_codec },      { "notify::profile", on_profile_changed },
  };

  for (guint i = 0; i < G_N_ELEMENTS (followers); i++)
    g_signal_connect_object (self->options, followers[i].signal, G_CALLBACK (followers[i].func),
                             self, G_CONNECT_SWAPPED);
}

void
genga_options_panel_set_options (GengaOptionsPanel *self, GengaOptions *options)
{
  g_return_if_fail (self->options == NULL);

  self->options = g_object_ref (options);
  self->example_row = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->example_row), _ ("Example"));
  add_row (self, GENGA_OPTION_TARGET_HEIGHT); /* in front of its group */
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if (option == GENGA_OPTION_SCALE)
        add_size_rows (self);
      else if (option != GENGA_OPTION_TARGET_HEIGHT &&
               genga_option_get_info (option)->place != GENGA_OPTION_ELSEWHERE)
        add_row (self, option);
    }
  move_to_end (self->network_group, self->network_more);
  move_to_end (self->video_group, self->video_more);
  move_to_end (self->output_group, self->output_more);

  genga_reuse_question_watch (options, GTK_WIDGET (self));
  follow_options (self);
  self->codec = get_codec (self);
  on_profile_changed (self);
  show_for_codec (self);
  show_for_format (self);
  show_for_naming (self);
  show_example (self);
  show_folder (self);
}

void
genga_options_panel_keep_profiles (GengaOptionsPanel *self, GSettings *settings)
{
  g_return_if_fail (self->options != NULL && self->settings == NULL);

  self->settings = g_object_ref (settings);
  for (GengaCodec codec = 0; codec < G_N_ELEMENTS (self->profiles); codec++)
    if (codec != self->codec)
      {
        g_free (self->profiles[codec]);
        self->profiles[codec] = genga_settings_dup_profile (settings, codec);
      }
  on_profile_changed (self);
}

void
genga_options_panel_add_automatic (GengaOptionsPanel *self, GSettings *settings)
{
  const GBindingFlags hides = G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN;
  GtkWidget *row = genga_automatic_row_new (self->options);

  adw_preferences_group_add (self->automatic_group, row);
  gtk_widget_set_visible (GTK_WIDGET (self->automatic_group), TRUE);
  g_settings_bind (settings, "automatic-settings", row, "automatic", G_SETTINGS_BIND_DEFAULT);
  g_object_bind_property (row, "automatic", self->filters_group, "visible", hides);
  for (const GengaOption *option = genga_automatic_row_options; *option != GENGA_N_OPTIONS;
       option++)
    g_object_bind_property (row, "automatic", self->rows[*option], "visible", hides);
}

void
genga_options_panel_set_outlook (GengaOptionsPanel *self, GengaOutlookSource *outlook)
{
  GtkWidget *row = genga_outlook_row_new (outlook);

  adw_preferences_group_add (self->outlook_group, row);
  adw_preferences_group_add (self->video_group, genga_tracks_row_new (outlook, self->options));
  move_to_end (self->video_group, self->video_more);
  g_object_bind_property (row, "visible", self->outlook_group, "visible", G_BINDING_SYNC_CREATE);
}

static void
genga_options_panel_dispose (GObject *object)
{
  GengaOptionsPanel *self = GENGA_OPTIONS_PANEL (object);

  g_clear_object (&self->options);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->effective, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->profiles); i++)
    g_clear_pointer (&self->profiles[i], g_free);

  G_OBJECT_CLASS (genga_options_panel_parent_class)->dispose (object);
}

static void
genga_options_panel_class_init (GengaOptionsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->dispose = genga_options_panel_dispose;
  G_OBJECT_CLASS (klass)->set_property = genga_options_panel_set_property;
  properties[PROP_EFFECTIVE] = g_param_spec_string ("effective", NULL, NULL, NULL, flags);
  properties[PROP_HAS_PICTURES] = g_param_spec_boolean ("has-pictures", NULL, NULL, TRUE, flags);
  properties[PROP_HAS_VIDEOS] = g_param_spec_boolean ("has-videos", NULL, NULL, FALSE, flags);
  properties[PROP_FORMATS] =
      g_param_spec_uint ("formats", NULL, NULL, 0, G_MAXUINT, G_MAXUINT, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/options-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, network_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, automatic_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, filters_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, output_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, video_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, outlook_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, network_more);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, video_more);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, output_more);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, folder_row);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, folder_reset);
  gtk_widget_class_install_action (widget_class, "options.choose-folder", NULL, choose_folder);
  gtk_widget_class_install_action (widget_class, "options.reset-folder", NULL, reset_folder);
}

static void
genga_options_panel_init (GengaOptionsPanel *self)
{
  self->formats = G_MAXUINT;
  gtk_widget_init_template (GTK_WIDGET (self));
}
