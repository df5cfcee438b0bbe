/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "models/catalogue.h"

#include "models/catalogue-known.h"
#include "weights/load.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_NAME_CHARS 80
#define MAX_PURPOSE_CHARS 300

void
genga_catalogue_entry_free (GengaCatalogueEntry *self)
{
  g_free (self->path);
  g_free (self->file_name);
  g_free (self->display_name);
  g_free (self->purpose);
  g_free (self->licence);
  g_free (self->licence_note);
  g_free (self);
}

gboolean
genga_catalogue_is_model_name (const char *file_name)
{
  return genga_model_file_get_stem_length (file_name) > 0;
}

/* A metadata string that can be shown, or NULL: a file may say anything there. */
static char *
dup_metadata (GengaStateDict *dict, const char *key, glong max_chars)
{
  const char *value = genga_state_dict_get_metadata (dict, key);
  g_autoptr (GString) text = g_string_new (NULL);

  if (value == NULL)
    return NULL;
  for (const char *p = value; *p != '\0' && max_chars > 0; p = g_utf8_next_char (p), max_chars--)
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isprint (c))
        g_string_append_unichar (text, c);
    }
  g_strstrip (text->str);
  return text->str[0] != '\0' ? g_strdup (text->str) : NULL;
}

/* What a safetensors file says about itself; other formats have no place for it. */
static char *
dup_purpose (GengaStateDict *dict)
{
  char *said = dup_metadata (dict, "purpose", MAX_PURPOSE_CHARS);
  const char *sentence = said != NULL ? genga_known_purpose_lookup (said) : NULL;

  if (sentence == NULL)
    return said;
  g_free (said);
  return g_strdup (_ (sentence));
}

static gboolean
has_metadata (const GengaCatalogueEntry *self)
{
  const char *suffix = strrchr (self->file_name, '.');

  return suffix != NULL && g_ascii_strcasecmp (suffix, ".safetensors") == 0;
}

static void
take_metadata (GengaCatalogueEntry *self, GengaStateDict *dict)
{
  self->display_name = dup_metadata (dict, "name", MAX_NAME_CHARS);
  self->purpose = dup_purpose (dict);
  self->licence = dup_metadata (dict, "licence", MAX_NAME_CHARS);
}

void
genga_catalogue_entry_describe (GengaCatalogueEntry *self, GengaStateDict *dict)
{
  const GengaKnownModel *known = genga_known_model_lookup (self->file_name);
  const char *licence;

  if (known != NULL)
    {
      self->display_name = g_strdup (known->name);
      self->purpose = g_strdup (_ (known->purpose));
    }
  else if (dict != NULL && has_metadata (self))
    take_metadata (self, dict);
  if (self->display_name == NULL)
    {
      gsize length = genga_model_file_get_stem_length (self->file_name);

      self->display_name =
          length > 0 ? g_strndup (self->file_name, length) : g_strdup (self->file_name);
    }
  licence = genga_known_licence_lookup (self->file_name, self->display_name, &self->licence_note);
  if (licence != NULL)
    {
      g_free (self->licence);
      self->licence = g_strdup (licence);
    }
}

void
genga_catalogue_entry_read (GengaCatalogueEntry *self)
{
  g_autoptr (GengaStateDict) dict = NULL;
  g_autoptr (GError) error = NULL;

  if (has_metadata (self) && genga_known_model_lookup (self->file_name) == NULL)
    dict = genga_state_dict_load (self->path, &error);
  if (error != NULL)
    g_debug ("no metadata: %s", error->message);
  genga_catalogue_entry_describe (self, dict);
}

GengaCatalogueEntry *
genga_catalogue_entry_new (const char *path)
{
  GengaCatalogueEntry *self = g_new0 (GengaCatalogueEntry, 1);
  GStatBuf status;

  self->kind = GENGA_CATALOGUE_FILE;
  self->path = g_strdup (path);
  self->file_name = g_filename_display_basename (path);
  if (g_stat (path, &status) == 0)
    self->size_bytes = (guint64)status.st_size;
  return self;
}

static GengaCatalogueEntry *
entry_new_missing (const GengaKnownModel *known)
{
  GengaCatalogueEntry *self = g_new0 (GengaCatalogueEntry, 1);

  self->kind = GENGA_CATALOGUE_MISSING;
  self->file_name = g_strdup (known->file_name);
  genga_catalogue_entry_describe (self, NULL);
  return self;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* A part of a model whose list is there, which stands for all. */
static gboolean
is_listed_part (const char *folder, const char *name)
{
  g_autofree char *list = genga_state_dict_dup_list_name (name);
  g_autofree char *path = list != NULL ? g_build_filename (folder, list, NULL) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static void
add_folder (GPtrArray *entries, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (genga_model_file_get_stem_length (name) > 0 &&
          g_file_test (path, G_FILE_TEST_IS_REGULAR) && !is_listed_part (folder, name))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  g_ptr_array_sort (paths, compare_strings);
  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (entries, genga_catalogue_entry_new (paths->pdata[i]));
}

GPtrArray *
genga_catalogue_collect (const char *const *folders)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_catalogue_entry_free);

  for (guint i = 0; folders[i] != NULL; i++)
    add_folder (entries, folders[i]);
  return entries;
}

static gboolean
has_known (GPtrArray *entries, const GengaKnownModel *known)
{
  for (guint i = 0; i < entries->len; i++)
    {
      GengaCatalogueEntry *entry = entries->pdata[i];

      if (genga_known_model_lookup (entry->file_name) == known)
        return TRUE;
    }
  return FALSE;
}

/* What is there before what is missing; then by name, then by place. */
int
genga_catalogue_entry_compare (const GengaCatalogueEntry *self, const GengaCatalogueEntry *other)
{
  g_autofree char *left_key = g_utf8_casefold (self->display_name, -1);
  g_autofree char *right_key = g_utf8_casefold (other->display_name, -1);
  int order = (int)self->kind - (int)other->kind;

  if (order == 0)
    order = strcmp (left_key, right_key);
  return order != 0 ? order : g_strcmp0 (self->path, other->path);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return genga_catalogue_entry_compare (*(GengaCatalogueEntry *const *)a,
                                        *(GengaCatalogueEntry *const *)b);
}

void
genga_catalogue_add_missing (GPtrArray *entries)
{
  for (guint i = 0; i < genga_n_known_models; i++)
    {
      if (!has_known (entries, &genga_known_models[i]))
        g_ptr_array_add (entries, entry_new_missing (&genga_known_models[i]));
    }
}

GPtrArray *
genga_catalogue_list (const char *const *folders, gboolean with_missing)
{
  GPtrArray *entries = genga_catalogue_collect (folders);

  for (guint i = 0; i < entries->len; i++)
    genga_catalogue_entry_read (entries->pdata[i]);
  if (with_missing)
    genga_catalogue_add_missing (entries);
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}
