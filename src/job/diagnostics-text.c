/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/diagnostics-text.h"
#include "core/text.h"
#include "config.h"

#include <glib/gi18n-lib.h>

#define GIB (1024.0 * 1024.0 * 1024.0)

/* Who listens, and in which section. */
typedef struct
{
  GengaDiagnosticsFunc func;
  gpointer user_data;
  const char *section;
} Listener;

static void G_GNUC_PRINTF (3, 4)
    tell (const Listener *listener, const char *title, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  listener->func (listener->section, title, text, listener->user_data);
}

static void
tell_parts (Listener *listener, const GengaDiagnostics *self)
{
  listener->section = _ ("Versions");
  tell (listener, "Genga", "%s", GENGA_VERSION);
  tell (listener, "GLib", "%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);

  listener->section = _ ("Modules");
  for (guint i = 0; i < GENGA_N_PARTS; i++)
    {
      const GengaDiagnosticsPart *part = &self->parts[i];
      g_autofree char *path = genga_text_dup_path (part->path);

      if (part->version != NULL)
        tell (listener, part->name, "%s, %s", part->version, path);
      else
        tell (listener, part->name, _ ("not available: %s"), part->reason);
    }
}

static void
tell_device (Listener *listener, const GengaDiagnosticsDevice *self)
{
  const GengaDeviceInfo *info = &self->info;
  g_autoptr (GString) text = g_string_new (info->name);

  if (info->total_bytes > 0)
    g_string_append_printf (text, _ (", %.1fGB (%.1fGB free)"), info->total_bytes / GIB,
                            info->free_bytes / GIB);
  g_string_append_printf (text, _ (", tiles of %d, overlap %d"), self->tile, self->overlap);
  tell (listener, info->id, "%s", text->str);
  if (self->refusal != NULL)
    tell (listener, _ ("Device not used"), "%s", self->refusal);
  if (!info->is_cpu)
    tell (listener, "VRAM", "%.2fGB allocated, %.2fGB reserved", self->stats.allocated_bytes / GIB,
          self->stats.reserved_bytes / GIB);
}

static void
tell_devices (Listener *listener, const GengaDiagnostics *self)
{
  listener->section = _ ("Engine");
  if (self->engine != NULL)
    tell (listener, _ ("Device in use"), "%s", self->engine);
  else
    tell (listener, _ ("Device in use"), _ ("none: %s"), self->no_engine);
  if (self->engine_reason != NULL)
    tell (listener, _ ("Why this device"), "%s", self->engine_reason);
  tell (listener, _ ("Mode"), "%s", self->has_gpu ? "GPU mode" : "CPU mode");
  if (self->gpu_problem != NULL)
    tell (listener, _ ("Graphics card problem"), "%s", self->gpu_problem);

  listener->section = _ ("Devices, best first");
  for (guint i = 0; i < self->devices->len; i++)
    tell_device (listener, &g_array_index (self->devices, GengaDiagnosticsDevice, i));
}

static void
tell_kernels (Listener *listener, const GengaDiagnostics *self)
{
  tell (listener, _ ("Kernels"), "%s", self->kernels);
  for (const char *const *name = self->refused_kernels; *name != NULL; name++)
    tell (listener, _ ("Kernels not used"),
          _ ("“%s” compute wrong results on this processor; “%s” are used instead."), *name,
          self->kernels);
}

static void
tell_machine (Listener *listener, const GengaDiagnostics *self)
{
  listener->section = _ ("Processor");
  tell (listener, _ ("Name"), "%s", self->cpu_name);
  tell_kernels (listener, self);
  tell (listener, _ ("Threads"), "%u", self->n_threads);
  tell (listener, _ ("Fast bf16"), "%s", self->has_fast_bf16 ? _ ("yes") : _ ("no"));
  tell (listener, _ ("Memory"), _ ("%.1fGB (%.1fGB available)"), self->memory_total_bytes / GIB,
        self->memory_available_bytes / GIB);
}

static void
tell_encoders (Listener *listener, const GengaDiagnostics *self)
{
  listener->section = _ ("Video encoders, each tried with a frame");
  for (guint i = 0; i < self->encoders->len; i++)
    {
      const GengaEncoderTrial *trial = &g_array_index (self->encoders, GengaEncoderTrial, i);
      const char *codec = genga_choice_get_nick (GENGA_TYPE_CODEC, trial->codec);
      const char *name = trial->name != NULL
                             ? trial->name
                             : genga_choice_get_nick (GENGA_TYPE_ENCODER, trial->encoder);
      g_autofree char *title = g_strdup_printf ("%s, %s", codec, name);

      if (trial->reason == NULL)
        tell (listener, title, "%s", _ ("works"));
      else
        tell (listener, title, _ ("not available: %s"), trial->reason);
    }
}

static void
tell_verdict (Listener *listener, const GengaDiagnostics *self)
{
  listener->section = _ ("All in all");
  if (self->n_faults == 0 && !self->tries_encoders)
    return;
  if (self->n_faults == 0)
    tell (listener, _ ("Result"), "%s", _ ("Everything that is here was tried and works."));
  else
    tell (listener, _ ("Result"),
          g_dngettext (GETTEXT_PACKAGE, "%u thing that is here does not work; it is named above.",
                       "%u things that are here do not work; they are named above.",
                       self->n_faults),
          self->n_faults);
}

static void
tell_folder (Listener *listener, const char *title, const char *folder)
{
  g_autofree char *path = genga_text_dup_path (folder);

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    tell (listener, title, "%s", path);
  else
    tell (listener, title, _ ("%s (missing)"), path);
}

static const char *
get_files_word (int landlock)
{
  if (landlock == 0)
    return _ ("not confined: this kernel has no Landlock, or one that is too old");
  return landlock < 3 ? _ ("confined, but for cutting files short") : _ ("confined");
}

static void
tell_confinement (Listener *listener, const GengaConfinement *self)
{
  listener->section = _ ("Sandbox of genga-cli");
  tell (listener, _ ("Files"), "%s", get_files_word (self->landlock));
  tell (listener, _ ("Programs and connections"), "%s",
        self->has_filter ? _ ("denied") : _ ("not denied: this kernel can't filter system calls"));
}

void
genga_diagnostics_foreach (const GengaDiagnostics *self,
                           GengaDiagnosticsFunc func,
                           gpointer user_data)
{
  Listener listener = { func, user_data, NULL };

  tell_parts (&listener, self);
  tell_devices (&listener, self);
  tell_machine (&listener, self);
  if (self->encoders->len > 0)
    tell_encoders (&listener, self);
  tell_confinement (&listener, &self->confinement);
  listener.section = _ ("Folders");
  for (guint i = 0; self->model_folders[i] != NULL; i++)
    tell_folder (&listener, _ ("Models"), self->model_folders[i]);
  tell_folder (&listener, _ ("Cache"), self->cache_folder);
  tell_verdict (&listener, self);
}

typedef struct
{
  GString *text;
  const char *section; /* of the line before */
} Report;

static void
add_line (const char *section, const char *title, const char *text, gpointer user_data)
{
  Report *report = user_data;
  gboolean is_first = report->section == NULL;

  /* The versions come first and need no title: reports begin with "Genga 1.2". */
  if (g_strcmp0 (section, report->section) != 0 && !is_first)
    g_string_append_printf (report->text, "\n%s:\n", section);
  if (is_first || g_str_equal (section, _ ("Versions")))
    g_string_append_printf (report->text, "%s %s\n", title, text);
  else
    /* TRANSLATORS: what something is, and its value. */
    g_string_append_printf (report->text, _ ("  %s: %s\n"), title, text);
  report->section = section;
}

char *
genga_diagnostics_dup_text (const GengaDiagnostics *self)
{
  Report report = { .text = g_string_new (NULL) };

  genga_diagnostics_foreach (self, add_line, &report);
  return g_string_free (report.text, FALSE);
}
