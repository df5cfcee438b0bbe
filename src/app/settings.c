/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/settings.h"
#include "core/module.h"
#include "config.h"
#include "core/options-text.h"

#define SCHEMA "io.github.genga.Genga"
#define KEY "options"

GSettings *
genga_settings_new (void)
{
  g_autofree char *folder = genga_module_find_dir ("data", GENGA_SCHEMA_DIR);
  g_autoptr (GSettingsSchemaSource) source = g_settings_schema_source_new_from_directory (
      folder, g_settings_schema_source_get_default (), FALSE, NULL);
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source == NULL && g_settings_schema_source_get_default () != NULL)
    source = g_settings_schema_source_ref (g_settings_schema_source_get_default ());
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA, TRUE);
  if (schema == NULL)
    g_error ("the settings schema %s is missing from the installation", SCHEMA);
  return g_settings_new_full (schema, NULL, NULL);
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

      if (text != NULL && g_utf8_validate (text, -1, NULL) && g_strcmp0 (text, usual) != 0)
        g_variant_builder_add (&builder, "{ss}", genga_option_get_info (option)->name, text);
    }
  g_settings_set_value (settings, KEY, g_variant_builder_end (&builder));
}
