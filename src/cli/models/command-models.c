/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli models: which models are there, what for, under which licence. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/models/command-models-parts.h"
#include "cli/command.h"
#include "cli/json-print.h"
#include "job/apart/sandbox.h"
#include "cli/command-line.h"
#include "cli/terminal.h"
#include "models/model-facts.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE_COLUMNS 79
#define TEXT_INDENT 8

static guint
count (GPtrArray *models, GengaCatalogueKind kind)
{
  guint n = 0;

  for (guint i = 0; i < models->len; i++)
    n += ((const GengaModelFacts *)g_ptr_array_index (models, i))->entry->kind == kind;
  return n;
}

/* ---- for people ---- */

static void
print_paragraph (const char *text)
{
  g_autoptr (GString) wrapped = g_string_new (NULL);

  if (text == NULL)
    return;
  g_autofree char *line = genga_text_dup_line (text);
  genga_terminal_append_wrapped (wrapped, line, TEXT_INDENT, PAGE_COLUMNS);
  g_print ("%s", wrapped->str);
}

static void
print_licence (const GengaCatalogueEntry *entry)
{
  if (entry->licence == NULL)
    return;

  g_autofree char *text = g_strdup_printf (_ ("Licence of the weights: %s. %s"), entry->licence,
                                           entry->licence_note != NULL ? entry->licence_note : "");
  print_paragraph (g_strchomp (text));
}

static void
print_model (const GengaModelFacts *self)
{
  const GengaCatalogueEntry *entry = self->entry;
  g_autofree char *name = genga_text_dup_line (entry->display_name);
  g_autofree char *file = genga_text_dup_line (entry->file_name);
  g_autofree char *size = g_format_size (entry->size_bytes);

  g_print ("  %s\n", name);
  if (entry->kind == GENGA_CATALOGUE_MISSING)
    print_paragraph (file);
  else if (self->error != NULL)
    {
      g_autofree char *reason = g_strdup_printf (_ ("Unusable: %s"), self->error->message);
      print_paragraph (reason);
    }
  else
    g_print ("        %s, %dx, %s, %s\n", genga_net_spec_get_family_name (&self->spec),
             self->spec.scale, size, file);
  print_paragraph (entry->purpose);
  print_licence (entry);
}

static void
print_kind (GPtrArray *models, GengaCatalogueKind kind)
{
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *model = g_ptr_array_index (models, i);
      if (model->entry->kind == kind)
        print_model (model);
    }
}

static void
print_models (GPtrArray *models, char **folders)
{
  if (count (models, GENGA_CATALOGUE_FILE) > 0)
    g_print ("%s\n", _ ("Models:"));
  else
    g_print ("%s\n", _ ("No model files found."));
  print_kind (models, GENGA_CATALOGUE_FILE);

  g_print ("\n%s\n", _ ("Folders searched:"));
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = genga_text_dup_path (folders[i]);
      g_print ("  %s\n", path);
    }

  if (count (models, GENGA_CATALOGUE_MISSING) > 0)
    g_print ("\n%s\n", _ ("Known models that are not installed:"));
  print_kind (models, GENGA_CATALOGUE_MISSING);
}

/* ---- for programs ---- */

static void
add_model (JsonBuilder *builder, const GengaModelFacts *self)
{
  const GengaCatalogueEntry *entry = self->entry;

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "name", entry->display_name);
  genga_json_add_string (builder, "file", entry->file_name);
  if (entry->kind == GENGA_CATALOGUE_FILE)
    {
      genga_json_add_path (builder, "path", entry->path);
      genga_json_add_int (builder, "size_bytes", entry->size_bytes);
      genga_json_add_boolean (builder, "usable", self->error == NULL);
      if (self->error != NULL)
        genga_json_add_string (builder, "reason", self->error->message);
      else
        {
          genga_json_add_string (builder, "family", genga_net_spec_get_family_name (&self->spec));
          genga_json_add_int (builder, "scale", self->spec.scale);
        }
    }
  genga_json_add_string (builder, "purpose", entry->purpose);
  genga_json_add_string (builder, "licence", entry->licence);
  genga_json_add_string (builder, "licence_note", entry->licence_note);
  json_builder_end_object (builder);
}

static void
add_kind (JsonBuilder *builder, const char *name, GPtrArray *models, GengaCatalogueKind kind)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *model = g_ptr_array_index (models, i);
      if (model->entry->kind == kind)
        add_model (builder, model);
    }
  json_builder_end_array (builder);
}

static void
print_models_json (GPtrArray *models, char **folders, gboolean with_missing)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_kind (builder, "models", models, GENGA_CATALOGUE_FILE);
  if (with_missing)
    add_kind (builder, "not_installed", models, GENGA_CATALOGUE_MISSING);
  json_builder_set_member_name (builder, "folders");
  json_builder_begin_array (builder);
  for (guint i = 0; folders[i] != NULL; i++)
    {
      json_builder_begin_object (builder);
      genga_json_add_path (builder, "path", folders[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

/* NULL: the list. */
static const GengaCommand *
find_part (int argc, char **argv)
{
  static const GengaCommand *const parts[] = {
    &genga_command_models_search,
    &genga_command_models_download,
    &genga_command_models_remove,
    &genga_command_models_verify,
  };

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (parts); i++)
    {
      if (g_str_equal (parts[i]->name + strlen ("models "), argv[1]))
        return parts[i];
    }
  return NULL;
}

static int
run_models (const GengaCommand *self, int argc, char **argv)
{
  const GengaCommand *part = find_part (argc, argv);
  gboolean installed_only = FALSE;
  gboolean wants_json = FALSE;
  const GOptionEntry entries[] = {
    { "installed", 0, 0, G_OPTION_ARG_NONE, &installed_only,
      N_ ("Hide known community models that are not installed."), NULL },
    { 0 },
  };
  GengaCommandLine line = {
    .entries = entries,
    .has_models_dir = TRUE,
    .is_confined = TRUE,
    .wants_json = &wants_json,
  };

  if (part != NULL)
    return part->run (part, argc - 1, argv + 1);
  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;

  genga_sandbox_enter (&(GengaSandboxNeeds){ .only_looks = TRUE });
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GPtrArray) models =
      genga_model_facts_list ((const char *const *)folders, !installed_only);
  if (wants_json)
    print_models_json (models, folders, !installed_only);
  else
    print_models (models, folders);
  return 0;
}

const GengaCommand genga_command_models = {
  .name = "models",
  .synopsis = N_ ("[OPTION…] | search | download | remove | verify"),
  .summary = N_ ("List the models with their purpose and licence, or get more."),
  .description =
      N_ ("Models are .safetensors, .pth, .onnx, .param (ncnn), .ckpt and .pt files in Genga's own "
          "folder, in yours "
          "(“genga/models” in $XDG_DATA_HOME, by default ~/.local/share), and in those that you "
          "add. Unusable files are listed with the reason.\n"
          "\n"
          "“models search”, “download”, “remove” and “verify” are about Genga's catalogue of "
          "community models; “genga-cli help models search” and so on say more. Genga downloads "
          "nothing by itself.\n"
          "\n"
          "Examples:\n"
          "  genga-cli models\n"
          "  genga-cli models --installed\n"
          "  genga-cli models search manga"),
  .run = run_models,
};
