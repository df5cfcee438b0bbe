/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "models/catalogue-known.h"
#include "models/catalogue-resolve.h"

#include "core/error.h"
#include "core/options.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_NAMES_IN_MESSAGE 12

static GengaCatalogueEntry *
entry_new_builtin (GengaCatalogueKind kind, GengaFamily family, const char *name)
{
  GengaCatalogueEntry *self = g_new0 (GengaCatalogueEntry, 1);

  self->kind = kind;
  self->family = family;
  self->display_name = g_strdup (name);
  return self;
}

static GengaCatalogueEntry *
resolve_builtin (const char *name)
{
  if (g_str_equal (name, "none"))
    return entry_new_builtin (GENGA_CATALOGUE_NONE, GENGA_FAMILY_NONE, name);
  if (g_str_equal (name, "nearest"))
    return entry_new_builtin (GENGA_CATALOGUE_BUILTIN, GENGA_FAMILY_NEAREST, name);
  if (g_str_equal (name, "bicubic"))
    return entry_new_builtin (GENGA_CATALOGUE_BUILTIN, GENGA_FAMILY_BICUBIC, name);
  return NULL;
}

static GengaCatalogueEntry *
resolve_path (const char *name)
{
  gboolean is_path = strchr (name, G_DIR_SEPARATOR) != NULL;

  if (is_path ? g_file_test (name, G_FILE_TEST_EXISTS)
              : genga_model_file_get_stem_length (name) > 0 &&
                    g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return genga_catalogue_entry_new (name);
  return NULL;
}

static gboolean
is_file_called (const GengaCatalogueEntry *entry, const char *name)
{
  gsize length = genga_model_file_get_stem_length (entry->file_name);

  return g_str_equal (entry->file_name, name) ||
         (strlen (name) == length && strncmp (entry->file_name, name, length) == 0);
}

static gboolean
is_displayed_as (const GengaCatalogueEntry *entry, const char *name)
{
  g_autofree char *left = g_utf8_casefold (entry->display_name, -1);
  g_autofree char *right = g_utf8_casefold (name, -1);

  return g_str_equal (left, right);
}

/* Files are asked before display names, which are in the files; of each the first folder that has
 * it. */
static GengaCatalogueEntry *
resolve_name (const char *const *folders, const char *name)
{
  g_autoptr (GPtrArray) entries = genga_catalogue_collect (folders);

  for (guint i = 0; i < entries->len; i++)
    {
      if (is_file_called (entries->pdata[i], name))
        return g_ptr_array_steal_index (entries, i);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      genga_catalogue_entry_read (entries->pdata[i]);
      if (is_displayed_as (entries->pdata[i], name))
        return g_ptr_array_steal_index (entries, i);
    }
  return NULL;
}

static char *
join_folders (const char *const *folders)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *folder = g_filename_display_name (folders[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", folder);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
set_not_found (const char *const *folders, const char *label, GError **error)
{
  g_autoptr (GPtrArray) entries = genga_catalogue_list (folders, TRUE);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *places = join_folders (folders);
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const GengaCatalogueEntry *entry = entries->pdata[i];

      if (entry->kind == GENGA_CATALOGUE_MISSING &&
          (is_file_called (entry, label) || is_displayed_as (entry, label)))
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                       /* Translators: a model's name, its file, a list of folders. */
                       _ ("The model “%s” is not installed. Put its file %s into one of these "
                          "folders: %s"),
                       entry->display_name, entry->file_name, places);
          return;
        }
      if (entry->kind != GENGA_CATALOGUE_FILE || n > MAX_NAMES_IN_MESSAGE)
        continue;
      if (n++ == MAX_NAMES_IN_MESSAGE)
        g_string_append (names, ", …");
      else
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", entry->display_name);
    }
  if (names->len > 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                 /* Translators: a name, a list of models, a list of folders. */
                 _ ("Unknown model “%s”. Available models: %s. Use one of them or the path of a "
                    "model file, or put the file into one of these folders: %s"),
                 label, names->str, places);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                 _ ("Unknown model “%s”. Use the path of a model file, or put the file into one of "
                    "these folders: %s"),
                 label, places);
}

GengaCatalogueEntry *
genga_catalogue_resolve (const char *const *folders, const char *name, GError **error)
{
  g_autofree char *label = NULL;
  GengaCatalogueEntry *entry;

  if (g_str_equal (name, GENGA_MODEL_AUTO) || g_str_equal (name, GENGA_MODEL_MATCH))
    name = GENGA_CATALOGUE_STANDARD;
  label = g_filename_display_name (name);
  entry = resolve_builtin (name);
  if (entry == NULL)
    entry = resolve_path (name);
  if (entry == NULL)
    entry = resolve_name (folders, label);
  /* An archive, or the half of a model: their suffixes say nothing. */
  if (entry == NULL && g_file_test (name, G_FILE_TEST_IS_REGULAR))
    entry = genga_catalogue_entry_new (name);
  if (entry == NULL && g_file_test (name, G_FILE_TEST_IS_SYMLINK))
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                 _ ("The model file “%s” is a link to a file that is not there."), label);
  else if (entry == NULL)
    set_not_found (folders, label, error);
  return entry;
}
