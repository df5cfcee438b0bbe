/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli model-info: everything that a model file says about its network. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command.h"
#include "cli/json-print.h"
#include "cli/model-lookup.h"
#include "job/apart/sandbox.h"
#include "cli/command-line.h"
#include "models/model-facts.h"

#include <glib/gi18n-lib.h>

/* ---- for people ---- */

static void
print_fact (const char *title, const char *value, gpointer user_data)
{
  /* Translators: what something is, and its value. */
  g_print (_ ("%s: %s\n"), title, value);
}

static void
print_hyper (const char *name, const char *value, gpointer user_data)
{
  g_print ("  %s: %s\n", name, value);
}

static void
print_facts (const GengaModelFacts *self)
{
  genga_model_facts_foreach (self, print_fact, NULL);
  g_print ("%s\n", _ ("Hyper-parameters:"));
  genga_net_spec_foreach_hyper (&self->spec, print_hyper, NULL);
}

/* ---- for programs ---- */

static void
add_hyper (const char *name, const char *value, gpointer user_data)
{
  genga_json_add_string (user_data, name, value);
}

static void
add_tags (JsonBuilder *builder, const GengaNetSpec *spec)
{
  g_auto (GStrv) tags = genga_net_spec_dup_tags (spec);

  json_builder_set_member_name (builder, "tags");
  json_builder_begin_array (builder);
  for (guint i = 0; tags[i] != NULL; i++)
    json_builder_add_string_value (builder, tags[i]);
  json_builder_end_array (builder);
}

static void
print_facts_json (const GengaModelFacts *self)
{
  const GengaNetSpec *spec = &self->spec;
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "name", self->entry->display_name);
  genga_json_add_path (builder, "path", self->entry->path);
  genga_json_add_string (builder, "family", genga_net_spec_get_family_name (spec));
  add_tags (builder, spec);
  genga_json_add_int (builder, "scale", spec->scale);
  genga_json_add_int (builder, "in_channels", spec->in_channels);
  genga_json_add_int (builder, "out_channels", spec->out_channels);
  genga_json_add_int (builder, "parameters", spec->n_parameters);
  genga_json_add_string (builder, "stored", self->stored);
  genga_json_add_int (builder, "size_bytes", self->size_bytes);
  genga_json_add_boolean (builder, "is_global", spec->radius == GENGA_RADIUS_GLOBAL);
  if (spec->radius != GENGA_RADIUS_GLOBAL)
    genga_json_add_int (builder, "receptive_radius", spec->radius);
  genga_json_add_int (builder, "minimum", spec->minimum);
  genga_json_add_int (builder, "multiple_of", spec->multiple_of);
  genga_json_add_boolean (builder, "fp16_safe", spec->fp16_safe);
  genga_json_add_boolean (builder, "bf16_safe", spec->bf16_safe);
  genga_json_add_string (builder, "purpose", self->entry->purpose);
  genga_json_add_string (builder, "licence", self->entry->licence);
  genga_json_add_string (builder, "licence_note", self->entry->licence_note);
  json_builder_set_member_name (builder, "hyper");
  json_builder_begin_object (builder);
  genga_net_spec_foreach_hyper (spec, add_hyper, builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

static int
run_model_info (const GengaCommand *self, int argc, char **argv)
{
  gboolean wants_json = FALSE;
  g_auto (GStrv) names = NULL;
  GengaCommandLine line = {
    .has_models_dir = TRUE,
    .is_confined = TRUE,
    .wants_json = &wants_json,
    .arguments = &names,
    .n_arguments = 1,
  };
  g_autoptr (GengaModelFacts) facts = NULL;
  g_autoptr (GError) error = NULL;

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;

  genga_sandbox_enter (&(GengaSandboxNeeds){ .models = names, .only_looks = TRUE });
  GengaCatalogueEntry *entry = genga_model_lookup (names[0], &error);
  if (entry == NULL)
    return genga_command_fail (error);
  facts = genga_model_facts_new (entry);
  if (facts->error != NULL)
    return genga_command_fail (facts->error);
  if (wants_json)
    print_facts_json (facts);
  else
    print_facts (facts);
  return 0;
}

const GengaCommand genga_command_model_info = {
  .name = "model-info",
  .synopsis = N_ ("[OPTION…] MODEL"),
  .summary = N_ ("Show what a model file contains: family, hyper-parameters, scale, precision."),
  .description =
      N_ ("MODEL is a file, or a name that “genga-cli models” lists. Everything is read from the "
          "weights, never from the file name, and nothing in the file is executed.\n"
          "\n"
          "Example:\n"
          "  genga-cli model-info genga-standard"),
  .run = run_model_info,
};
