/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "models/model-facts.h"

#include "models/catalogue-known.h"
#include "core/text.h"
#include "nets/net-build.h"
#include "weights/load.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static GengaDType
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
  return most;
}

/* All files of a model of several; an archive is one file, whatever is in it. */
static char **
add_companions (GengaCatalogueEntry *entry, GengaStateDict *dict)
{
  const char *path = genga_state_dict_get_path (dict);
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  g_autofree char *folder = NULL;

  g_strv_builder_add (files, entry->path);
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_strv_builder_end (files);
  g_strv_builder_add (files, path);
  folder = g_path_get_dirname (path);
  entry->size_bytes = g_bytes_get_size (genga_state_dict_get_bytes (dict));
  for (guint i = 0; i < genga_state_dict_get_n_companions (dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (dict, i);
      g_autofree char *file = g_build_filename (folder, companion->name, NULL);

      entry->size_bytes += g_bytes_get_size (companion->bytes);
      g_strv_builder_add (files, file);
    }
  return g_strv_builder_end (files);
}

GengaModelFacts *
genga_model_facts_new (GengaCatalogueEntry *take_entry)
{
  GengaModelFacts *self = g_new0 (GengaModelFacts, 1);

  self->entry = take_entry;
  if (take_entry->kind != GENGA_CATALOGUE_FILE)
    return self;

  g_autoptr (GengaStateDict) dict = genga_state_dict_load (take_entry->path, &self->error);
  g_autofree char *label = g_filename_display_name (take_entry->path);

  if (take_entry->display_name == NULL)
    genga_catalogue_entry_describe (take_entry, dict);
  if (dict != NULL && genga_net_spec_detect (&self->spec, dict, label, &self->error))
    {
      self->files = add_companions (take_entry, dict);
      self->stored_type = find_stored_type (dict);
      self->stored = genga_dtype_get_name (self->stored_type);
      self->size_bytes = genga_state_dict_get_size_bytes (dict);
      self->graph = genga_net_build (&self->spec, dict, FALSE, &self->error);
    }
  return self;
}

void
genga_model_facts_free (GengaModelFacts *self)
{
  genga_catalogue_entry_free (self->entry);
  g_clear_error (&self->error);
  g_clear_pointer (&self->graph, genga_graph_free);
  g_free (self->value);
  g_strfreev (self->files);
  g_free (self);
}

/* ---- lists ---- */

static guint
find_folder (const char *const *folders, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  guint index = 0;

  while (folders[index] != NULL && !g_str_equal (folders[index], folder))
    index++;
  return index;
}

/* Whether `name` finds `other` before `entry`, or at all where `entry` does not have that name. */
static gboolean
comes_first (const char *const *folders,
             const GengaCatalogueEntry *other,
             const GengaCatalogueEntry *entry,
             const char *name)
{
  g_autofree char *stem =
      g_strndup (other->file_name, genga_model_file_get_stem_length (other->file_name));
  guint folder = find_folder (folders, entry->path);
  guint other_folder = find_folder (folders, other->path);

  if (!g_str_equal (stem, name) && !g_str_equal (other->file_name, name))
    return FALSE;
  return other_folder != folder ? other_folder < folder : strcmp (other->path, entry->path) < 0;
}

static gboolean
is_taken (const char *const *folders,
          GPtrArray *models,
          const GengaCatalogueEntry *entry,
          const char *name)
{
  if (g_str_equal (name, "none") || g_str_equal (name, "nearest") || g_str_equal (name, "bicubic"))
    return TRUE;
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *other = g_ptr_array_index (models, i);

      if (other->entry != entry && other->entry->kind == GENGA_CATALOGUE_FILE &&
          comes_first (folders, other->entry, entry, name))
        return TRUE;
    }
  return FALSE;
}

static char *
dup_value (const char *const *folders, GPtrArray *models, const GengaCatalogueEntry *entry)
{
  const char *name = entry->file_name;
  g_autofree char *stem = g_strndup (name, genga_model_file_get_stem_length (name));

  if (!is_taken (folders, models, entry, stem))
    return g_steal_pointer (&stem);
  return g_strdup (is_taken (folders, models, entry, name) ? entry->path : name);
}

static int
compare_facts (gconstpointer a, gconstpointer b)
{
  return genga_catalogue_entry_compare ((*(GengaModelFacts *const *)a)->entry,
                                        (*(GengaModelFacts *const *)b)->entry);
}

GPtrArray *
genga_model_facts_list (const char *const *folders, gboolean with_missing)
{
  g_autoptr (GPtrArray) entries = genga_catalogue_collect (folders);
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_model_facts_free);

  if (with_missing)
    genga_catalogue_add_missing (entries);
  g_ptr_array_set_free_func (entries, NULL); /* they are taken, one after the other */
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (models, genga_model_facts_new (g_ptr_array_index (entries, i)));
  g_ptr_array_sort (models, compare_facts);
  for (guint i = 0; i < models->len; i++)
    {
      GengaModelFacts *model = g_ptr_array_index (models, i);

      if (model->entry->kind == GENGA_CATALOGUE_FILE)
        model->value = dup_value (folders, models, model->entry);
    }
  return models;
}

/* ---- words ---- */

char *
genga_model_facts_dup_licence (const GengaModelFacts *self)
{
  const char *licence = self->entry->licence;

  if (licence == NULL)
    return g_strdup (_ ("licence unknown"));
  if (strstr (licence, "-NC") != NULL)
    /* TRANSLATORS: %s is a licence such as CC BY-NC 4.0. */
    return g_strdup_printf (_ ("%s, not for commercial use"), licence);
  return g_strdup (licence);
}

char *
genga_model_facts_dup_summary (const GengaModelFacts *self)
{
  g_autofree char *licence = NULL;

  if (self->error != NULL)
    return g_strdup (self->error->message);
  licence = genga_model_facts_dup_licence (self);
  if (self->entry->kind != GENGA_CATALOGUE_FILE)
    return g_steal_pointer (&licence);
  /* TRANSLATORS: a model's family, its scale, the licence of its weights. */
  return g_strdup_printf (_ ("%s · %d× · %s"), genga_net_spec_get_family_name (&self->spec),
                          self->spec.scale, licence);
}

typedef struct
{
  GengaModelFactFunc func;
  gpointer user_data;
} Listener;

static void G_GNUC_PRINTF (3, 4)
    tell (const Listener *listener, const char *title, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  g_autofree char *line = genga_text_dup_line (text);
  listener->func (title, line, listener->user_data);
}

static const char *
say_yes (gboolean is_so)
{
  return is_so ? _ ("yes") : _ ("no");
}

static void
tell_network (const Listener *listener, const GengaModelFacts *self)
{
  const GengaNetSpec *spec = &self->spec;
  g_autofree char *size = g_format_size_full (self->size_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_auto (GStrv) tags = genga_net_spec_dup_tags (spec);
  g_autofree char *tag_list = g_strjoinv (", ", tags);

  tell (listener, _ ("Family"), "%s (%s)", genga_net_spec_get_family_name (spec), tag_list);
  tell (listener, _ ("Scale"), "%dx", spec->scale);
  tell (listener, _ ("Channels"), _ ("%d in, %d out"), spec->in_channels, spec->out_channels);
  tell (listener, _ ("Parameters"), "%" G_GINT64_FORMAT " (%s, %s)", spec->n_parameters,
        self->stored, size);
  if (spec->radius == GENGA_RADIUS_GLOBAL)
    tell (listener, _ ("Receptive field"), "%s", _ ("the whole picture"));
  else
    tell (listener, _ ("Receptive field"), _ ("%d pixels to each side"), spec->radius);
  tell (listener, _ ("Sides of a tile"), _ ("at least %d, a multiple of %d"),
        MAX (1, spec->minimum), MAX (1, spec->multiple_of));
  tell (listener, _ ("Safe in fp16"), "%s", say_yes (spec->fp16_safe));
  tell (listener, _ ("Safe in bf16"), "%s", say_yes (spec->bf16_safe));
}

void
genga_model_facts_foreach (const GengaModelFacts *self, GengaModelFactFunc func, gpointer user_data)
{
  const Listener listener = { func, user_data };
  const GengaCatalogueEntry *entry = self->entry;
  g_autofree char *path = NULL;

  g_return_if_fail (entry->kind == GENGA_CATALOGUE_FILE && self->error == NULL);

  path = genga_text_dup_path (entry->path);
  tell (&listener, _ ("Name"), "%s", entry->display_name);
  tell (&listener, _ ("File"), "%s", path);
  tell_network (&listener, self);
  if (entry->purpose != NULL)
    tell (&listener, _ ("Purpose"), "%s", entry->purpose);
  if (entry->licence != NULL)
    tell (&listener, _ ("Licence of the weights"), "%s", entry->licence);
  if (entry->licence_note != NULL)
    tell (&listener, _ ("Conditions"), "%s", entry->licence_note);
}
