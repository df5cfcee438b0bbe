/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli diagnose: what this machine offers Genga. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command.h"
#include "cli/json-print.h"
#include "cli/command-line.h"
#include "job/diagnostics-text.h"
#include "config.h"

#include <glib/gi18n-lib.h>

static void
add_parts (JsonBuilder *builder, const GengaDiagnostics *self)
{
  json_builder_set_member_name (builder, "modules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < GENGA_N_PARTS; i++)
    {
      const GengaDiagnosticsPart *part = &self->parts[i];

      json_builder_begin_object (builder);
      genga_json_add_string (builder, "name", part->name);
      genga_json_add_path (builder, "path", part->path);
      genga_json_add_boolean (builder, "opened", part->version != NULL);
      if (part->version != NULL)
        genga_json_add_string (builder, "version", part->version);
      else
        genga_json_add_string (builder, "reason", part->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_device (JsonBuilder *builder, const GengaDiagnosticsDevice *self)
{
  const GengaDeviceInfo *info = &self->info;

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "id", info->id);
  genga_json_add_string (builder, "name", info->name);
  genga_json_add_boolean (builder, "is_cpu", info->is_cpu);
  genga_json_add_int (builder, "total_bytes", info->total_bytes);
  genga_json_add_int (builder, "free_bytes", info->free_bytes);
  genga_json_add_int (builder, "allocated_bytes", self->stats.allocated_bytes);
  genga_json_add_int (builder, "reserved_bytes", self->stats.reserved_bytes);
  genga_json_add_boolean (builder, "fast_fp16", info->fast_fp16);
  genga_json_add_boolean (builder, "fast_bf16", info->fast_bf16);
  genga_json_add_int (builder, "tile", self->tile);
  genga_json_add_int (builder, "overlap", self->overlap);
  genga_json_add_string (builder, "refusal", self->refusal);
  json_builder_end_object (builder);
}

static void
add_encoder (JsonBuilder *builder, const GengaEncoderTrial *self)
{
  json_builder_begin_object (builder);
  genga_json_add_string (builder, "codec", genga_choice_get_nick (GENGA_TYPE_CODEC, self->codec));
  genga_json_add_string (builder, "encoder",
                         genga_choice_get_nick (GENGA_TYPE_ENCODER, self->encoder));
  genga_json_add_string (builder, "name", self->name);
  genga_json_add_boolean (builder, "works", self->reason == NULL);
  genga_json_add_string (builder, "reason", self->reason);
  json_builder_end_object (builder);
}

static void
add_encoders (JsonBuilder *builder, const GengaDiagnostics *self)
{
  json_builder_set_member_name (builder, "encoders");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->encoders->len; i++)
    add_encoder (builder, &g_array_index (self->encoders, GengaEncoderTrial, i));
  json_builder_end_array (builder);
}

static void
add_cpu (JsonBuilder *builder, const GengaDiagnostics *self)
{
  json_builder_set_member_name (builder, "cpu");
  json_builder_begin_object (builder);
  genga_json_add_string (builder, "name", self->cpu_name);
  genga_json_add_string (builder, "kernels", self->kernels);
  json_builder_set_member_name (builder, "refused_kernels");
  json_builder_begin_array (builder);
  for (const char *const *name = self->refused_kernels; *name != NULL; name++)
    json_builder_add_string_value (builder, *name);
  json_builder_end_array (builder);
  genga_json_add_int (builder, "threads", self->n_threads);
  genga_json_add_boolean (builder, "fast_bf16", self->has_fast_bf16);
  genga_json_add_int (builder, "memory_total_bytes", self->memory_total_bytes);
  genga_json_add_int (builder, "memory_available_bytes", self->memory_available_bytes);
  json_builder_end_object (builder);
}

static void
add_folder (JsonBuilder *builder, const char *folder)
{
  json_builder_begin_object (builder);
  genga_json_add_path (builder, "path", folder);
  genga_json_add_boolean (builder, "exists", g_file_test (folder, G_FILE_TEST_IS_DIR));
  json_builder_end_object (builder);
}

static void
print_json (const GengaDiagnostics *self)
{
  JsonBuilder *builder = json_builder_new ();
  g_autofree char *glib_version =
      g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "genga", GENGA_VERSION);
  genga_json_add_string (builder, "glib", glib_version);
  genga_json_add_string (builder, "libtorch", self->parts[GENGA_PART_TORCH_CPU].version);
  genga_json_add_string (builder, "libvips", self->parts[GENGA_PART_MEDIA].version);
  genga_json_add_string (builder, "ffmpeg", self->parts[GENGA_PART_VIDEO].version);
  add_parts (builder, self);
  genga_json_add_string (builder, "mode", self->has_gpu ? "GPU mode" : "CPU mode");
  genga_json_add_boolean (builder, "cuda_available", self->has_gpu);
  genga_json_add_boolean (builder, "mps_available", FALSE);
  genga_json_add_string (builder, "engine", self->engine);
  genga_json_add_string (builder, "engine_reason", self->engine_reason);
  genga_json_add_string (builder, "gpu_problem", self->gpu_problem);
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->devices->len; i++)
    add_device (builder, &g_array_index (self->devices, GengaDiagnosticsDevice, i));
  json_builder_end_array (builder);
  add_cpu (builder, self);
  add_encoders (builder, self);
  json_builder_set_member_name (builder, "sandbox");
  json_builder_begin_object (builder);
  genga_json_add_int (builder, "landlock", self->confinement.landlock);
  genga_json_add_boolean (builder, "network_fence", self->confinement.has_network_fence);
  genga_json_add_boolean (builder, "system_call_filter", self->confinement.has_filter);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "model_folders");
  json_builder_begin_array (builder);
  for (guint i = 0; self->model_folders[i] != NULL; i++)
    add_folder (builder, self->model_folders[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "cache_folder");
  add_folder (builder, self->cache_folder);
  genga_json_add_int (builder, "faults", self->n_faults);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

static int
run_diagnose (const GengaCommand *self, int argc, char **argv)
{
  gboolean wants_json = FALSE;
  GengaCommandLine line = { .has_models_dir = TRUE, .wants_json = &wants_json };

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;

  g_autoptr (GengaDiagnostics) diagnosis = genga_diagnostics_new (TRUE);
  g_autofree char *text = genga_diagnostics_dup_text (diagnosis);
  if (wants_json)
    print_json (diagnosis);
  else
    g_print ("%s", text);
  return 0;
}

const GengaCommand genga_command_diagnose = {
  .name = "diagnose",
  .synopsis = N_ ("[--json]"),
  .summary = N_ ("Show what this machine offers: versions, devices, memory, model folders."),
  .description =
      N_ ("Opens every part of Genga, tries devices, kernels and video encoders, lists what works "
          "and says why the rest does not. A machine without a usable graphics card is in “CPU "
          "mode”; this is not an error.\n"
          "\n"
          "Example:\n"
          "  genga-cli diagnose"),
  .run = run_diagnose,
};
