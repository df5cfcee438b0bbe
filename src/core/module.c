/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/module.h"
#include "core/error.h"
#include "config.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>

#define BUILD_FILE "genga-build.conf"

/* The folder of this very library: src/core of a build folder, or the installed module folder. */
static char *
dup_own_dir (void)
{
  Dl_info info;

  if (dladdr ((gpointer)dup_own_dir, &info) == 0 || info.dli_fname == NULL)
    return NULL;

  g_autofree char *absolute = g_canonicalize_filename (info.dli_fname, NULL);
  return g_path_get_dirname (absolute);
}

/* The build folder that this library lies in, or NULL: only that has such a file. */
static char *
dup_build_root (const char *own_dir)
{
  if (own_dir == NULL || !g_str_has_suffix (own_dir, "/src/core"))
    return NULL;

  g_autofree char *root = g_canonicalize_filename ("../..", own_dir);
  g_autofree char *file = g_build_filename (root, BUILD_FILE, NULL);
  return g_file_test (file, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&root) : NULL;
}

/* A folder that the set-up of the build noted down: no path of it is in a binary. */
static char *
dup_build_note (const char *build_root, const char *key)
{
  g_autofree char *file = g_build_filename (build_root, BUILD_FILE, NULL);
  g_autoptr (GKeyFile) notes = g_key_file_new ();

  if (!g_key_file_load_from_file (notes, file, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_key_file_get_value (notes, "build", key, NULL);
}

char *
genga_module_find_dir (const char *build_subdir, const char *installed)
{
  g_autofree char *own_dir = dup_own_dir ();
  g_autofree char *build_root = dup_build_root (own_dir);

  if (build_root != NULL)
    return g_build_filename (build_root, build_subdir, NULL);
  if (own_dir == NULL || g_str_equal (own_dir, GENGA_MODULE_DIR))
    return g_strdup (installed);

  /* Moved: replay the way from the module folder to `installed` from where we are now. */
  gsize common = 0;
  for (gsize i = 0; GENGA_MODULE_DIR[i] != '\0' && GENGA_MODULE_DIR[i] == installed[i]; i++)
    if (installed[i] == '/')
      common = i + 1;

  g_autoptr (GString) relative = g_string_new (NULL);
  for (const char *rest = GENGA_MODULE_DIR + common; *rest != '\0';)
    {
      g_string_append (relative, "../");
      rest += strcspn (rest, "/");
      rest += *rest == '/';
    }
  g_string_append (relative, installed + common);
  return g_canonicalize_filename (relative->str, own_dir);
}

char *
genga_module_dup_models_dir (void)
{
  g_autofree char *own_dir = dup_own_dir ();
  g_autofree char *build_root = dup_build_root (own_dir);

  if (build_root == NULL)
    return genga_module_find_dir ("models", GENGA_MODELS_DIR);

  g_autofree char *source = dup_build_note (build_root, "source");
  return g_build_filename (source != NULL ? source : build_root, "models", NULL);
}

char **
genga_module_dup_own_folders (void)
{
  g_autofree char *own_dir = dup_own_dir ();
  g_autofree char *build_root = dup_build_root (own_dir);
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  g_autofree char *models = genga_module_dup_models_dir ();
  g_autofree char *locale = genga_module_find_dir ("po", GENGA_LOCALE_DIR);

  /* An installed Genga finds LibTorch among the system's libraries. */
  g_autofree char *torch = build_root != NULL ? dup_build_note (build_root, "torch-root") : NULL;
  if (torch != NULL && torch[0] == '/')
    {
      g_autofree char *root = g_path_get_dirname (torch);
      g_strv_builder_add (folders, root);
    }
  if (own_dir != NULL)
    g_strv_builder_add (folders, build_root != NULL ? build_root : own_dir);
  g_strv_builder_add_many (folders, models, locale, NULL);
  return g_strv_builder_end (folders);
}

char *
genga_module_dup_path (const char *stem, const char *build_subdir)
{
  g_autofree char *dir = genga_module_find_dir (build_subdir, GENGA_MODULE_DIR);
  g_autofree char *file = g_strdup_printf ("libgenga-%s.so", stem);

  return g_build_filename (dir, file, NULL);
}

char *
genga_module_dup_program (const char *name, const char *build_subdir)
{
  g_autofree char *dir = genga_module_find_dir (build_subdir, GENGA_MODULE_DIR);

  return g_build_filename (dir, name, NULL);
}

gpointer
genga_module_open (const char *stem, const char *build_subdir, const char *symbol, GError **error)
{
  g_autofree char *path = genga_module_dup_path (stem, build_subdir);

  gpointer handle = dlopen (path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  gpointer address = handle != NULL ? dlsym (handle, symbol) : NULL;
  if (address == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("Can't open a part of Genga (%s): %s"), stem, dlerror ());
      return NULL;
    }
  return address;
}
