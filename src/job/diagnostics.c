/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/diagnostics.h"
#include "config.h"
#include "core/cpu.h"
#include "core/module.h"
#include "core/text.h"
#include "core/tile-plan.h"
#include "models/model-folders.h"
#include "media/media.h"
#include "media/video.h"
#include "engine/device-choice.h"

#if GENGA_HAVE_CPU_ENGINE
#  include "engine/cpu/admission.h"
#endif

#define TORCH_DIR "src/engine/torch"

#define GIB (1024.0 * 1024.0 * 1024.0)

static char *
dup_reason (const GError *error)
{
  return genga_text_dup_line (error->message);
}

static void
open_engine_part (GengaDiagnosticsPart *part,
                  const char *name,
                  const char *dir,
                  const char *device_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open (device_id, &error);

  part->name = name;
  part->path = genga_module_dup_path (name, dir);
  if (engine != NULL)
    part->version = g_strdup (genga_engine_get_version (engine));
  else
    part->reason = dup_reason (error);
}

static void
open_media_part (GengaDiagnosticsPart *part)
{
  g_autoptr (GError) error = NULL;
  const GengaMedia *media = genga_media_get (&error);

  part->name = "media";
  part->path = genga_module_dup_path ("image", "src/media/image");
  if (media != NULL)
    part->version = g_strdup (media->get_version ());
  else
    part->reason = dup_reason (error);
}

static void
open_video_part (GengaDiagnosticsPart *part)
{
  g_autoptr (GError) error = NULL;
  const GengaVideo *video = genga_video_get (&error);

  part->name = "video";
  part->path = genga_module_dup_path ("video", "src/media/video");
  if (video != NULL)
    part->version = g_strdup (video->get_version ());
  else
    part->reason = dup_reason (error);
}

static void
clear_device (gpointer device)
{
  g_free (((GengaDiagnosticsDevice *)device)->refusal);
}

/* What is known of it once it is open. */
static void
look_at_device (GengaDiagnosticsDevice *device, GengaEngine *engine)
{
  g_autoptr (GError) error = NULL;

  if (!genga_engine_check (engine, &error))
    device->refusal = dup_reason (error);
  genga_engine_get_memory_stats (engine, &device->stats);
}

static void
find_devices (GengaDiagnostics *self)
{
  g_autoptr (GArray) found = genga_engine_list_devices ();

  self->devices = g_array_new (FALSE, TRUE, sizeof (GengaDiagnosticsDevice));
  g_array_set_clear_func (self->devices, clear_device);
  for (guint i = 0; i < found->len; i++)
    {
      g_autoptr (GError) error = NULL;
      GengaDiagnosticsDevice device = { .info = g_array_index (found, GengaDeviceInfo, i) };
      g_autoptr (GengaEngine) engine = genga_engine_open (device.info.id, &error);

      if (engine != NULL)
        look_at_device (&device, engine);
      else
        device.refusal = dup_reason (error);
      genga_tile_recommend (device.info.is_cpu ? 0 : device.info.total_bytes, 2, &device.tile,
                            &device.overlap);
      self->has_gpu |= engine != NULL && !device.info.is_cpu;
      g_array_append_val (self->devices, device);
    }
}

static void
find_engine (GengaDiagnostics *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GengaDeviceChoice) choice = { 0 };
  g_autoptr (GengaEngine) engine = genga_engine_open_for ("auto", NULL, &choice, &error);
  const char *problem = genga_engine_get_gpu_problem ();

  if (engine != NULL)
    self->engine = g_strdup (choice.device.id);
  else
    self->no_engine = dup_reason (error);
  self->engine_reason = g_steal_pointer (&choice.reason);
  if (problem != NULL)
    self->gpu_problem = genga_text_dup_line (problem);
}

gboolean
genga_diagnostics_has_torch (void)
{
  return genga_engine_has_torch ();
}

static void
find_encoders (GengaDiagnostics *self)
{
  const GengaVideo *video = genga_video_get (NULL);

  self->encoders = video != NULL && self->tries_encoders
                       ? video->try_encoders ()
                       : g_array_new (FALSE, TRUE, sizeof (GengaEncoderTrial));
}

/* A part that this build has, whatever the machine has. */
static gboolean
is_broken (const GengaDiagnosticsPart *part)
{
  return part->version == NULL && g_file_test (part->path, G_FILE_TEST_EXISTS);
}

/* Devices that are listed with a reason why they are not used. */
static guint
count_refused (const GengaDiagnostics *self, gboolean is_cpu)
{
  guint n = 0;

  for (guint i = 0; i < self->devices->len; i++)
    {
      const GengaDiagnosticsDevice *device =
          &g_array_index (self->devices, GengaDiagnosticsDevice, i);

      n += device->refusal != NULL && !device->info.is_cpu == !is_cpu;
    }
  return n;
}

static guint
count_faults (const GengaDiagnostics *self)
{
  guint n_refused_cpus = count_refused (self, TRUE), n_refused_gpus = count_refused (self, FALSE);
  guint n = self->engine == NULL;

  /* A module that is broken takes its device along: one fault. */
  n += n_refused_cpus > 0 ? n_refused_cpus : is_broken (&self->parts[GENGA_PART_TORCH_CPU]);
  n += n_refused_gpus > 0 ? n_refused_gpus : self->gpu_problem != NULL;
  n += is_broken (&self->parts[GENGA_PART_MEDIA]);
  n += is_broken (&self->parts[GENGA_PART_VIDEO]);
  n += g_strv_length ((char **)self->refused_kernels);
  for (guint i = 0; i < self->encoders->len; i++)
    {
      const GengaEncoderTrial *trial = &g_array_index (self->encoders, GengaEncoderTrial, i);

      n += trial->reason != NULL && trial->name != NULL && trial->encoder == GENGA_ENCODER_SOFTWARE;
    }
  return n;
}

static void
find_kernels (GengaDiagnostics *self)
{
#if GENGA_HAVE_CPU_ENGINE
  self->kernels = genga_admission_get_used ();
  self->refused_kernels = genga_admission_list_refused ();
#else
  static const char *const no_names[] = { NULL };

  self->kernels = "none";
  self->refused_kernels = no_names;
#endif
}

GengaDiagnostics *
genga_diagnostics_new (gboolean tries_encoders)
{
  GengaDiagnostics *self = g_new0 (GengaDiagnostics, 1);

  self->tries_encoders = tries_encoders;
  open_engine_part (&self->parts[GENGA_PART_TORCH_CPU], "torch-cpu", TORCH_DIR, "torch:cpu");
  open_engine_part (&self->parts[GENGA_PART_TORCH_CUDA], "torch-cuda", TORCH_DIR, "torch:cuda:0");
  open_engine_part (&self->parts[GENGA_PART_VULKAN], "vulkan", "src/engine/vulkan", "vulkan:0");
  open_media_part (&self->parts[GENGA_PART_MEDIA]);
  open_video_part (&self->parts[GENGA_PART_VIDEO]);
  find_devices (self);
  find_engine (self);
  self->cpu_name = genga_cpu_dup_name ();
  find_kernels (self);
  find_encoders (self);
  self->n_threads = genga_cpu_get_n_threads ();
  self->has_fast_bf16 = genga_cpu_has_fast_bf16 ();
  self->memory_total_bytes = genga_memory_get_total ();
  self->memory_available_bytes = genga_memory_get_available ();
  self->model_folders = genga_model_folders_dup ();
  genga_confinement_probe (&self->confinement);
  self->cache_folder = g_build_filename (g_get_user_cache_dir (), "genga", NULL);
  self->n_faults = count_faults (self);
  return self;
}

void
genga_diagnostics_free (GengaDiagnostics *self)
{
  for (guint i = 0; i < GENGA_N_PARTS; i++)
    {
      g_free (self->parts[i].path);
      g_free (self->parts[i].version);
      g_free (self->parts[i].reason);
    }
  g_array_unref (self->devices);
  g_array_unref (self->encoders);
  g_free (self->engine);
  g_free (self->engine_reason);
  g_free (self->no_engine);
  g_free (self->gpu_problem);
  g_free (self->cpu_name);
  g_strfreev (self->model_folders);
  g_free (self->cache_folder);
  g_free (self);
}
