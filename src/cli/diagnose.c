/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli diagnose: what this machine offers Genga (DIAG-1, DIAG-2, DIAG-5). */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command.h"
#include "cli/json-print.h"
#include "cli/options-cli.h"
#include "cli/text.h"
#include "core/cpu.h"
#include "core/tile-plan.h"
#include "engine/engine.h"
#include "job/model-folders.h"
#include "media/media.h"
#include "config.h"

#include <glib/gi18n-lib.h>

#define GIB (1024.0 * 1024.0 * 1024.0)

/* A part of Genga that is opened on first use. */
typedef struct
{
  const char *name;
  char *version; /* NULL: it could not be opened */
  char *reason;
} Part;

enum
{
  PART_TORCH_CPU,
  PART_TORCH_CUDA,
  PART_MEDIA,
  N_PARTS,
};

typedef struct
{
  char *cpu_name;
  Part parts[N_PARTS];
  GArray *devices; /* of GengaDeviceInfo */
  gboolean has_gpu;
  char **model_folders;
  char *cache_folder;
} Findings;

static void
findings_clear (Findings *self)
{
  g_free (self->cpu_name);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_free (self->parts[i].version);
      g_free (self->parts[i].reason);
    }
  g_clear_pointer (&self->devices, g_array_unref);
  g_strfreev (self->model_folders);
  g_free (self->cache_folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Findings, findings_clear)

static void
open_engine_part (Part *part, const char *name, const char *device_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open (device_id, &error);

  part->name = name;
  if (engine != NULL)
    part->version = g_strdup (genga_engine_get_version (engine));
  else
    part->reason = genga_text_dup_line (error->message);
}

static void
open_media_part (Part *part)
{
  g_autoptr (GError) error = NULL;
  const GengaMedia *media = genga_media_get (&error);

  part->name = "media";
  if (media != NULL)
    part->version = g_strdup (media->get_version ());
  else
    part->reason = genga_text_dup_line (error->message);
}

static void
find (Findings *self)
{
  self->cpu_name = genga_cpu_dup_name ();
  open_engine_part (&self->parts[PART_TORCH_CPU], "torch-cpu", "cpu");
  open_engine_part (&self->parts[PART_TORCH_CUDA], "torch-cuda", "cuda");
  open_media_part (&self->parts[PART_MEDIA]);
  self->devices = genga_engine_list_devices ();
  for (guint i = 0; i < self->devices->len; i++)
    self->has_gpu |= !g_array_index (self->devices, GengaDeviceInfo, i).is_cpu;
  self->model_folders = genga_model_folders_dup ();
  self->cache_folder = g_build_filename (g_get_user_cache_dir (), "genga", NULL);
}

static void
get_memory_stats (const GengaDeviceInfo *device, GengaMemoryStats *stats)
{
  g_autoptr (GengaEngine) engine = genga_engine_open (device->id, NULL);

  *stats = (GengaMemoryStats){ 0 };
  if (engine != NULL)
    genga_engine_get_memory_stats (engine, stats);
}

static void
recommend_tile (const GengaDeviceInfo *device, int *tile, int *overlap)
{
  genga_tile_recommend (device->is_cpu ? 0 : device->total_bytes, 2, tile, overlap);
}

/* ---- for people ---- */

/*
 * Tiles per call of a network as a first guess (PERF-6): by total VRAM in whole GB; 1 on a CPU.
 */
static int
recommend_batch (const GengaDeviceInfo *device)
{
  guint gigabytes = device->total_bytes / GIB + 0.5;

  if (device->is_cpu || gigabytes < 8)
    return 1;
  return gigabytes >= 16 ? 4 : 2;
}

static void
print_device (const GengaDeviceInfo *device)
{
  int tile, overlap;

  recommend_tile (device, &tile, &overlap);
  g_print ("  %-10s %s", device->id, device->name);
  if (device->total_bytes > 0)
    g_print (_ (", %.1fGB (%.1fGB free)"), device->total_bytes / GIB, device->free_bytes / GIB);
  g_print (_ (", tiles of %d, overlap %d, batches of %d"), tile, overlap, recommend_batch (device));
  g_print ("\n");
  if (!device->is_cpu)
    {
      GengaMemoryStats stats;
      get_memory_stats (device, &stats);
      g_print ("             VRAM: %.2fGB allocated, %.2fGB reserved\n",
               stats.allocated_bytes / GIB, stats.reserved_bytes / GIB);
    }
}

static const char *
say_presence (const char *folder)
{
  return g_file_test (folder, G_FILE_TEST_IS_DIR) ? "" : _ (" (not there)");
}

static void
print_findings (const Findings *self)
{
  g_print ("Genga %s\n", GENGA_VERSION);
  g_print ("GLib %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  for (guint i = 0; i < N_PARTS; i++)
    {
      const Part *part = &self->parts[i];
      if (part->version != NULL)
        g_print ("%s (%s)\n", part->version, part->name);
      else
        g_print (_ ("%s is not available: %s\n"), part->name, part->reason);
    }

  g_print ("\n%s\n", _ ("Devices, best first:"));
  for (guint i = 0; i < self->devices->len; i++)
    print_device (&g_array_index (self->devices, GengaDeviceInfo, i));
  if (!self->has_gpu)
    g_print ("  CPU mode\n");

  g_print ("\n");
  g_print (_ ("Processor: %s\n"), self->cpu_name);
  g_print (_ ("  threads: %u\n"), genga_cpu_get_n_threads ());
  g_print (_ ("  fast bf16: %s\n"), genga_cpu_has_fast_bf16 () ? _ ("yes") : _ ("no"));
  g_print (_ ("  memory: %.1fGB (%.1fGB available)\n"), genga_memory_get_total () / GIB,
           genga_memory_get_available () / GIB);

  g_print ("\n%s\n", _ ("Model folders:"));
  for (guint i = 0; self->model_folders[i] != NULL; i++)
    {
      g_autofree char *path = genga_text_dup_path (self->model_folders[i]);
      g_print ("  %s%s\n", path, say_presence (self->model_folders[i]));
    }
  g_autofree char *cache = genga_text_dup_path (self->cache_folder);
  g_print ("\n%s\n  %s%s\n", _ ("Cache folder:"), cache, say_presence (self->cache_folder));
}

/* ---- for programs ---- */

static void
add_parts (JsonBuilder *builder, const Findings *self)
{
  json_builder_set_member_name (builder, "modules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < N_PARTS; i++)
    {
      const Part *part = &self->parts[i];

      json_builder_begin_object (builder);
      genga_json_add_string (builder, "name", part->name);
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
add_device (JsonBuilder *builder, const GengaDeviceInfo *device)
{
  GengaMemoryStats stats;
  int tile, overlap;

  get_memory_stats (device, &stats);
  recommend_tile (device, &tile, &overlap);
  json_builder_begin_object (builder);
  genga_json_add_string (builder, "id", device->id);
  genga_json_add_string (builder, "name", device->name);
  genga_json_add_boolean (builder, "is_cpu", device->is_cpu);
  genga_json_add_int (builder, "total_bytes", device->total_bytes);
  genga_json_add_int (builder, "free_bytes", device->free_bytes);
  genga_json_add_int (builder, "allocated_bytes", stats.allocated_bytes);
  genga_json_add_int (builder, "reserved_bytes", stats.reserved_bytes);
  genga_json_add_boolean (builder, "fast_fp16", device->fast_fp16);
  genga_json_add_boolean (builder, "fast_bf16", device->fast_bf16);
  genga_json_add_int (builder, "tile", tile);
  genga_json_add_int (builder, "overlap", overlap);
  genga_json_add_int (builder, "optimal_batch_size", recommend_batch (device));
  json_builder_end_object (builder);
}

static void
add_cpu (JsonBuilder *builder, const Findings *self)
{
  json_builder_set_member_name (builder, "cpu");
  json_builder_begin_object (builder);
  genga_json_add_string (builder, "name", self->cpu_name);
  genga_json_add_int (builder, "threads", genga_cpu_get_n_threads ());
  genga_json_add_boolean (builder, "fast_bf16", genga_cpu_has_fast_bf16 ());
  genga_json_add_int (builder, "memory_total_bytes", genga_memory_get_total ());
  genga_json_add_int (builder, "memory_available_bytes", genga_memory_get_available ());
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
print_findings_json (const Findings *self)
{
  JsonBuilder *builder = json_builder_new ();
  g_autofree char *glib_version =
      g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);

  json_builder_begin_object (builder);
  genga_json_add_string (builder, "genga", GENGA_VERSION);
  genga_json_add_string (builder, "glib", glib_version);
  genga_json_add_string (builder, "libtorch", self->parts[PART_TORCH_CPU].version);
  genga_json_add_string (builder, "libvips", self->parts[PART_MEDIA].version);
  add_parts (builder, self);
  genga_json_add_string (builder, "mode", self->has_gpu ? "GPU mode" : "CPU mode");
  genga_json_add_boolean (builder, "cuda_available", self->has_gpu);
  genga_json_add_boolean (builder, "mps_available", FALSE);
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->devices->len; i++)
    add_device (builder, &g_array_index (self->devices, GengaDeviceInfo, i));
  json_builder_end_array (builder);
  add_cpu (builder, self);
  json_builder_set_member_name (builder, "model_folders");
  json_builder_begin_array (builder);
  for (guint i = 0; self->model_folders[i] != NULL; i++)
    add_folder (builder, self->model_folders[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "cache_folder");
  add_folder (builder, self->cache_folder);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

static int
run_diagnose (const GengaCommand *self, int argc, char **argv)
{
  gboolean wants_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &wants_json, N_ ("Print a JSON object for programs."),
      NULL },
    { 0 },
  };
  GengaCommandLine line = { .entries = entries, .has_models_dir = TRUE };
  g_auto (Findings) findings = { 0 };

  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  find (&findings);
  if (wants_json)
    print_findings_json (&findings);
  else
    print_findings (&findings);
  return 0;
}

const GengaCommand genga_command_diagnose = {
  .name = "diagnose",
  .synopsis = N_ ("[--json]"),
  .summary = N_ ("Say what this machine offers: versions, devices, memory, model folders."),
  .description =
      N_ ("Opens every part of Genga and says which of them work and why others do not. A machine "
          "without a usable graphics card is in “CPU mode”, which is no error.\n"
          "\n"
          "Example:\n"
          "  genga-cli diagnose"),
  .run = run_diagnose,
};
