/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/sandbox.h"
#include "core/confine/confine.h"
#include "core/confine/launcher.h"
#include "core/module.h"
#include "job/queue/inputs.h"
#include "job/queue/result-record.h"
#include "models/model-folders.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_DEPTH 32 /* of folders that are searched for links */

static gboolean is_disabled;

void
genga_sandbox_disable (void)
{
  is_disabled = TRUE;
}

gboolean
genga_sandbox_is_disabled (void)
{
  return is_disabled;
}

/* Absolute, through links; as it is where that fails. */
static char *
dup_real (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  char *real = realpath (absolute, NULL);

  return real != NULL ? real : g_steal_pointer (&absolute);
}

/* Whether a folder is the user's home or something that it lies in. */
static gboolean
holds_home (const char *folder)
{
  g_autofree char *home = dup_real (g_get_home_dir ());
  const gsize length = strlen (folder);

  return strncmp (home, folder, length) == 0 &&
         (length == 1 || home[length] == '/' || home[length] == '\0');
}

typedef void (*LinkFunc) (GengaConfine *confine, const char *path);

/* Links in a folder lead out of it, and people keep pictures and models so. */
static void
follow_links (GengaConfine *confine, const char *folder, LinkFunc func, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        func (confine, path);
      else if (depth > 0 && g_file_test (path, G_FILE_TEST_IS_DIR))
        follow_links (confine, path, func, depth - 1);
    }
}

/* Plain files beside one another, but for hidden ones. */
static void
allow_neighbours (GengaConfine *confine, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        genga_confine_allow_read (confine, path);
    }
}

static void
allow_folder_of (GengaConfine *confine, const char *path)
{
  g_autofree char *named = g_path_get_dirname (path);
  g_autofree char *folder = dup_real (named);

  if (holds_home (folder))
    allow_neighbours (confine, folder);
  else
    genga_confine_allow_read (confine, folder);
}

/* A model's other files lie beside it or in folders there; beside the link where it is one. */
static void
allow_model (GengaConfine *confine, const char *path)
{
  g_autofree char *real = dup_real (path);

  allow_folder_of (confine, real);
  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    allow_folder_of (confine, path);
}

static void
allow_model_file (GengaConfine *confine, const char *name)
{
  if (name != NULL && g_file_test (name, G_FILE_TEST_EXISTS))
    allow_model (confine, name);
}

static void
allow_models (GengaConfine *confine, const GengaSandboxNeeds *needs)
{
  g_auto (GStrv) folders = needs->only_decodes ? NULL : genga_model_folders_dup ();

  for (char **folder = folders; folder != NULL && *folder != NULL; folder++)
    {
      genga_confine_allow_read (confine, *folder);
      follow_links (confine, *folder, allow_model, 0);
    }
  for (char **model = needs->models; model != NULL && *model != NULL; model++)
    allow_model_file (confine, *model);
  if (needs->options != NULL)
    allow_model_file (confine, genga_options_get_string (needs->options, GENGA_OPTION_MODEL));
}

static void
allow_source (GengaConfine *confine, const char *path, const GengaSandboxNeeds *needs)
{
  g_autofree char *real = dup_real (path);
  g_autofree char *folder = g_path_get_dirname (real);
  g_autofree char *companion = genga_input_dup_companion (real);

  genga_confine_allow_read (confine, real);
  if (companion != NULL)
    genga_confine_allow_read (confine, companion);
  if (g_file_test (real, G_FILE_TEST_IS_DIR))
    {
      follow_links (confine, real, genga_confine_allow_read, MAX_DEPTH);
      if (needs->writes_beside)
        genga_confine_allow_write (confine, real);
    }
  else if (!g_file_test (real, G_FILE_TEST_EXISTS))
    genga_confine_allow_read (confine, folder); /* a pattern of frames */
  if (needs->writes_beside)
    {
      g_autofree char *beside = g_path_get_dirname (path);

      genga_confine_allow_write (confine, beside);
    }
}

static char *
dup_cache (const char *name)
{
  return g_build_filename (g_get_user_cache_dir (), "genga", name, NULL);
}

/* For what is remembered of this machine. */
static void
allow_caches (GengaConfine *confine, gboolean only_looks)
{
  g_autofree char *own = dup_cache (NULL);
  g_autofree char *checks = dup_cache ("checks");

  genga_confine_allow_read (confine, own);
  if (!only_looks && g_mkdir_with_parents (checks, 0700) == 0)
    genga_confine_allow_write (confine, checks);
}

/* For what libraries put aside. */
static void
allow_temporary (GengaConfine *confine)
{
  g_autofree char *folder = dup_cache ("temporary");

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return;
  genga_confine_allow_write (confine, folder);
  g_setenv ("TMPDIR", folder, TRUE);
}

/* The record of results, which has a folder of its own beside the window's queue. */
static void
allow_record (GengaConfine *confine, gboolean only_looks)
{
  g_autofree char *path = genga_result_record_dup_default_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  if (only_looks)
    genga_confine_allow_read (confine, folder);
  else if (g_mkdir_with_parents (folder, 0700) == 0)
    genga_confine_allow_write (confine, folder);
}

/*
 * Settings of the window. dconf keeps a flag elsewhere, which it must be able to make even to read;
 * where there is no folder for such things, GLib takes that of caches.
 */
static void
allow_settings (GengaConfine *confine)
{
  static const char *const names[] = { "dconf", "glib-2.0" };
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  const char *backend = g_getenv ("GSETTINGS_BACKEND");
  g_autofree char *flags =
      g_build_filename (runtime != NULL ? runtime : g_get_user_cache_dir (), "dconf", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (g_get_user_config_dir (), names[i], NULL);

      genga_confine_allow_read (confine, path);
    }
  if (backend != NULL && !g_str_equal (backend, "dconf"))
    return;
  if (g_mkdir_with_parents (flags, 0700) == 0)
    genga_confine_allow_write (confine, flags);
}

static void
allow_output (GengaConfine *confine, const char *output)
{
  g_autofree char *absolute = g_canonicalize_filename (output, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autofree char *above = g_path_get_dirname (folder);

  genga_confine_allow_write (confine, folder);
  genga_confine_allow_remove_folders (confine, above);
}

/* CUDA has the driver's program make this device at its first use, which it can't do in the fence.
 */
static void
make_nvidia_device (void)
{
  char *argv[] = { (char *)"nvidia-modprobe", (char *)"-c", (char *)"0", (char *)"-u", NULL };

  if (g_file_test ("/proc/driver/nvidia/version", G_FILE_TEST_EXISTS) &&
      !g_file_test ("/dev/nvidia-uvm", G_FILE_TEST_EXISTS))
    g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                  NULL, NULL, NULL, NULL);
}

/* What only the work on sources needs. */
static void
allow_rest (GengaConfine *confine, const GengaSandboxNeeds *needs)
{
  allow_caches (confine, needs->only_looks);
  allow_record (confine, needs->only_looks || needs->has_no_results);
}

void
genga_sandbox_enter (const GengaSandboxNeeds *needs)
{
  g_autofree char *worker = genga_module_dup_program ("genga-picture-worker", "src/media/image");
  g_autoptr (GengaConfine) confine = NULL;

  if (is_disabled)
    return;
  if (!needs->only_looks && !needs->only_decodes)
    make_nvidia_device ();
  confine = genga_confine_new ();
  for (char **source = needs->sources; source != NULL && *source != NULL; source++)
    allow_source (confine, *source, needs);
  for (char **folder = needs->folders; folder != NULL && *folder != NULL; folder++)
    genga_confine_allow_read (confine, *folder);
  for (char **folder = needs->writable; folder != NULL && *folder != NULL; folder++)
    genga_confine_allow_write (confine, *folder);
  for (char **output = needs->outputs; output != NULL && *output != NULL; output++)
    allow_output (confine, *output);
  if (!needs->only_looks)
    allow_temporary (confine);
  allow_models (confine, needs);
  if (!needs->only_decodes)
    allow_rest (confine, needs);
  if (needs->reads_settings)
    allow_settings (confine);
  genga_launcher_open (worker);
  if (!genga_confine_enter (confine))
    g_message ("not confined: there are threads already, or the kernel refused");
}
