/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/saved-settings.h"
#include "config.h"
#include "core/module.h"

#define SCHEMA "io.github.genga.Genga"

static GSettingsSchema *
look_up_in (const char *installed)
{
  g_autofree char *folder = genga_module_find_dir ("data", installed);
  g_autoptr (GSettingsSchemaSource) source =
      g_settings_schema_source_new_from_directory (folder, NULL, FALSE, NULL);

  return source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, FALSE) : NULL;
}

/* That of this installation: first where a distributor's other defaults are, but nobody need have
 * compiled the schemas there; what the system finds elsewhere may be of another version. */
static GSettingsSchema *
look_up_schema (void)
{
  GSettingsSchema *schema = look_up_in (GENGA_SCHEMA_DIR);

  if (schema == NULL)
    schema = look_up_in (GENGA_MODULE_DIR);
  if (schema == NULL && g_settings_schema_source_get_default () != NULL)
    schema =
        g_settings_schema_source_lookup (g_settings_schema_source_get_default (), SCHEMA, TRUE);
  return schema;
}

GSettings *
genga_saved_settings_open (void)
{
  g_autoptr (GSettingsSchema) schema = look_up_schema ();

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
