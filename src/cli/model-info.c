/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli model-info: everything that a model file says about its network. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command.h"
#include "cli/json-print.h"
#include "cli/model-lookup.h"
#include "cli/options-cli.h"
#include "cli/text.h"
#include "weights/net-spec.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaCatalogueEntry *entry;
  GengaNetSpec spec;
  const char *stored; /* the type that most numbers have in the file */
  guint64 size_bytes; /* of the weights */
} Info;

static void
info_clear (Info *self)
{
  g_clear_pointer (&self->entry, genga_catalogue_entry_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Info, info_clear)

static const char *
find_stored_type (GengaStateDict *dict)
{
  gint64 counts[GENGA_DTYPE_BOOL + 1] = { 0 };
  GengaDType most = GENGA_DTYPE_F64;

  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (dict, i);
      counts[tensor->dtype] += genga_tensor_get_n_elements (tensor);
    }
  for (GengaDType dtype = 0; dtype < G_N_ELEMENTS (counts); dtype++)
    {
      if (counts[dtype] > counts[most])
        most = dtype;
    }
  return genga_dtype_get_name (most);
}

static gboolean
read_info (Info *self, const char *name, GError **error)
{
  self->entry = genga_model_lookup (name, error);
  if (self->entry == NULL)
    return FALSE;

  g_autoptr (GengaStateDict) dict = genga_catalogue_entry_load (self->entry, &self->spec, error);
  if (dict == NULL)
    return FALSE;
  self->stored = find_stored_type (dict);
  self->size_bytes = genga_state_dict_get_size_bytes (dict);
  return TRUE;
}

/* ---- for people ---- */

static void G_GNUC_PRINTF (2, 3) print_row (const char *title, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  /* Translators: what something is, and its value. */
  g_print (_ ("%s: %s\n"), title, text);
}

static void
print_hyper (const char *name, const char *value, gpointer user_data)
{
  g_print ("  %s: %s\n", name, value);
}

static const char *
say_yes (gboolean is_so)
{
  return is_so ? _ ("yes") : _ ("no");
}

static void
print_info (const Info *self)
{
  const GengaNetSpec *spec = &self->spec;
  g_autofree char *path = genga_text_dup_path (self->entry->path);
  g_autofree char *size = g_format_size_full (self->size_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_auto (GStrv) tags = genga_net_spec_dup_tags (spec);
  g_autofree char *tag_list = g_strjoinv (", ", tags);
  g_autofree char *name = genga_text_dup_line (self->entry->display_name);

  print_row (_ ("Name"), "%s", name);
  print_row (_ ("File"), "%s", path);
  print_row (_ ("Family"), "%s (%s)", genga_net_spec_get_family_name (spec), tag_list);
  print_row (_ ("Scale"), "%dx", spec->scale);
  print_row (_ ("Channels"), _ ("%d in, %d out"), spec->in_channels, spec->out_channels);
  print_row (_ ("Parameters"), "%" G_GINT64_FORMAT " (%s, %s)", spec->n_parameters, self->stored,
             size);
  if (spec->radius == GENGA_RADIUS_GLOBAL)
    print_row (_ ("Receptive field"), "%s", _ ("the whole picture"));
  else
    print_row (_ ("Receptive field"), _ ("%d pixels to each side"), spec->radius);
  print_row (_ ("Sides of a tile"), _ ("at least %d, a multiple of %d"), MAX (1, spec->minimum),
             MAX (1, spec->multiple_of));
  print_row (_ ("Safe in fp16"), "%s", say_yes (spec->fp16_safe));
  print_row (_ ("Safe in bf16"), "%s", say_yes (spec->bf16_safe));
  if (self->entry->purpose != NULL)
    print_row (_ ("Purpose"), "%s", self->entry->purpose);
  if (self->entry->licence != NULL)
    print_row (_ ("Licence of the weights"), "%s", self->entry->licence);
  if (self->entry->licence_note != NULL)
    g_print ("  %s\n", self->entry->licence_note);
  g_print ("%s\n", _ ("Hyper-parameters:"));
  genga_net_spec_foreach_hyper (spec, print_hyper, NULL);
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
print_info_json (const Info *self)
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
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &wants_json, N_ ("Print a JSON object for programs."),
      NULL },
    { 0 },
  };
  g_auto (GStrv) names = NULL;
  GengaCommandLine line = {
    .entries = entries,
    .has_models_dir = TRUE,
    .arguments = &names,
    .n_arguments = 1,
  };
  g_auto (Info) info = { 0 };
  g_autoptr (GError) error = NULL;

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  if (!read_info (&info, names[0], &error))
    return genga_command_fail (error);
  if (wants_json)
    print_info_json (&info);
  else
    print_info (&info);
  return 0;
}

const GengaCommand genga_command_model_info = {
  .name = "model-info",
  .synopsis = N_ ("[OPTION…] MODEL"),
  .summary = N_ ("Say what is in a model file: family, hyper-parameters, scale, precision."),
  .description =
      N_ ("MODEL is a file or a name that “genga-cli models” lists. Everything is found out from "
          "the weights themselves; the name of the file plays no part, and nothing in the file is "
          "executed.\n"
          "\n"
          "Example:\n"
          "  genga-cli model-info genga-standard"),
  .run = run_model_info,
};
