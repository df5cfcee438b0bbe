/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/settings.h"
#include "core/codec-lists.h"
#include "core/options-text.h"
#include "job/saved-settings.h"

#define KEY "options"
#define PROFILES_KEY "profiles"

GSettings *
genga_settings_new (void)
{
  GSettings *settings = genga_saved_settings_open ();

  if (settings == NULL)
    g_error ("the settings schema is missing from the installation");
  return settings;
}

void
genga_settings_load_options (GSettings *settings, GengaOptions *options)
{
  g_autoptr (GVariant) stored = g_settings_get_value (settings, KEY);
  const char *name, *text;
  GVariantIter iter;

  g_variant_iter_init (&iter, stored);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &text))
    {
      g_autoptr (GError) error = NULL;
      GengaOption option;

      if (!genga_option_find (name, &option))
        g_debug ("there is no option %s any more", name);
      else if (!genga_options_parse (options, option, text, &error))
        g_debug ("%s", error->message);
    }
}

void
genga_settings_save_options (GSettings *settings, GengaOptions *options)
{
  g_autoptr (GengaOptions) defaults = genga_options_new ();
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *text = genga_options_format (options, option);
      g_autofree char *usual = genga_options_format (defaults, option);

      if (text != NULL && g_utf8_validate (text, -1, NULL) && g_strcmp0 (text, usual) != 0 &&
          !genga_option_has_fact (option, GENGA_OPTION_IS_PASSING))
        g_variant_builder_add (&builder, "{ss}", genga_option_get_info (option)->name, text);
    }
  g_settings_set_value (settings, KEY, g_variant_builder_end (&builder));
}

char *
genga_settings_dup_profile (GSettings *settings, GengaCodec codec)
{
  g_autoptr (GVariant) stored = g_settings_get_value (settings, PROFILES_KEY);
  const char *profile;

  return g_variant_lookup (stored, genga_choice_get_nick (GENGA_TYPE_CODEC, codec), "&s",
                           &profile) &&
                 g_strv_contains (genga_codec_get_profiles (codec), profile)
             ? g_strdup (profile)
             : NULL;
}

void
genga_settings_save_profile (GSettings *settings, GengaCodec codec, const char *profile)
{
  g_autoptr (GVariant) stored = g_settings_get_value (settings, PROFILES_KEY);
  const char *nick = genga_choice_get_nick (GENGA_TYPE_CODEC, codec);
  GVariantBuilder builder;
  const char *name, *value;
  GVariantIter iter;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, stored);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &value))
    if (!g_str_equal (name, nick))
      g_variant_builder_add (&builder, "{ss}", name, value);
  if (!g_str_equal (profile, "auto"))
    g_variant_builder_add (&builder, "{ss}", nick, profile);
  g_settings_set_value (settings, PROFILES_KEY, g_variant_builder_end (&builder));
}
