/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/device-list.h"
#include "core/error.h"
#include "engine/backend-registry.h"
#include "engine/device-facts.h"
#include "engine/engine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ALL "all"

void
genga_device_list_read_first (char id[GENGA_DEVICE_ID_SIZE], const char *word)
{
  g_autofree char *first = g_strndup (word, strcspn (word, ","));

  g_strstrip (first);
  genga_device_id_read (id, g_str_equal (first, ALL) ? "auto" : first);
}

guint
genga_device_list_count (const char *word, guint n_workers)
{
  guint n = 1;

  if (g_str_equal (word, ALL))
    {
      g_autoptr (GArray) devices = genga_engine_list_devices ();

      n = MAX (1, devices->len);
    }
  for (const char *c = word; *c != '\0'; c++)
    n += *c == ',';
  return MIN (n * MAX (1, n_workers), GENGA_DEVICE_LIST_MAX);
}

/* ---- what is equal ---- */

/* By name where the list of devices has it. */
static gboolean
describe (GengaDeviceInfo *info, const char *id)
{
  g_autoptr (GArray) devices = genga_engine_list_devices ();

  for (guint i = 0; i < devices->len; i++)
    if (g_str_equal (g_array_index (devices, GengaDeviceInfo, i).id, id))
      {
        *info = g_array_index (devices, GengaDeviceInfo, i);
        return TRUE;
      }
  genga_device_info_guess (info, id);
  return FALSE;
}

static gboolean
is_equal (const GengaDeviceInfo *a, const GengaDeviceInfo *b)
{
  GengaBackendKind kind_a, kind_b;

  if (g_str_equal (a->id, b->id))
    return TRUE;
  return genga_registry_find (a->id, &kind_a) && genga_registry_find (b->id, &kind_b) &&
         kind_a == kind_b && a->is_cpu == b->is_cpu &&
         (a->is_cpu || (a->name[0] != '\0' && g_str_equal (a->name, b->name)));
}

/* ---- lists ---- */

static gboolean
add (GengaDeviceList *self, const char *id, GError **error)
{
  if (self->n == GENGA_DEVICE_LIST_MAX)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("More than %d devices can't share a job."), GENGA_DEVICE_LIST_MAX);
      return FALSE;
    }
  g_strlcpy (self->ids[self->n++], id, GENGA_DEVICE_ID_SIZE);
  return TRUE;
}

static gboolean
check_equal (const GengaDeviceInfo *first, const char *id, GError **error)
{
  GengaDeviceInfo named = *first, info;

  /* It was only guessed where nobody has opened its back end: it has no name then. */
  describe (&named, first->id);
  describe (&info, id);
  if (is_equal (&named, &info))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("The results of “%s” and “%s” may differ by 1/255. Name devices that are alike, "
                  "or add --mixed-devices."),
               first->id, id);
  return FALSE;
}

static gboolean
check_word (const char *word, const char *id, GError **error)
{
  GengaBackendKind kind;

  if (*id == '\0' || g_str_equal (id, "auto") || g_str_equal (id, ALL))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("“%s” is no list of devices; “genga-cli diagnose” lists their names."), word);
      return FALSE;
    }
  if (genga_registry_find (id, &kind))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("Unknown device “%s”; “genga-cli diagnose” lists those that are available."), id);
  return FALSE;
}

/* The first word has become `first`, and so have others like it. */
static gboolean
add_named (GengaDeviceList *self,
           const char *word,
           const GengaDeviceInfo *first,
           gboolean may_differ,
           GError **error)
{
  g_auto (GStrv) words = g_strsplit (word, ",", -1);
  char like[GENGA_DEVICE_ID_SIZE], id[GENGA_DEVICE_ID_SIZE];

  genga_device_list_read_first (like, word);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *name = id;

      genga_device_id_read (id, g_strstrip (words[i]));
      if (words[1] != NULL && !check_word (word, id, error))
        return FALSE;
      if (i == 0 || g_str_equal (id, like))
        name = first->id;
      else if (!may_differ && !check_equal (first, id, error))
        return FALSE;
      if (!add (self, name, error))
        return FALSE;
    }
  return TRUE;
}

/* A processor takes part once, and so does a card, whichever back ends know it. */
static gboolean
is_further (const GengaDeviceInfo *first, const GengaDeviceInfo *info, gboolean may_differ)
{
  GengaBackendKind kind, first_kind;

  if (g_str_equal (first->id, info->id))
    return FALSE;
  if (is_equal (first, info))
    return !info->is_cpu;
  if (!may_differ || !genga_registry_find (info->id, &kind) ||
      !genga_registry_find (first->id, &first_kind))
    return FALSE;
  return kind == first_kind || (first->is_cpu && kind == GENGA_BACKEND_VULKAN && !info->is_cpu) ||
         (!first->is_cpu && kind == GENGA_BACKEND_CPU);
}

static gboolean
add_all (GengaDeviceList *self, const GengaDeviceInfo *first, gboolean may_differ, GError **error)
{
  g_autoptr (GArray) devices = genga_engine_list_devices ();
  GengaDeviceInfo named = *first;

  describe (&named, first->id);
  if (!add (self, first->id, error))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      const GengaDeviceInfo *info = &g_array_index (devices, GengaDeviceInfo, i);

      if (is_further (&named, info, may_differ) && !add (self, info->id, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
genga_device_list_resolve (GengaDeviceList *self,
                           const char *word,
                           const GengaDeviceInfo *first,
                           guint n_workers,
                           gboolean may_differ,
                           GError **error)
{
  guint n;

  self->n = 0;
  if (!(g_str_equal (word, ALL) ? add_all (self, first, may_differ, error)
                                : add_named (self, word, first, may_differ, error)))
    return FALSE;
  n = self->n;
  for (guint i = n; i < n * MAX (1, n_workers); i++)
    if (!add (self, self->ids[i % n], error))
      return FALSE;
  return TRUE;
}

guint
genga_device_list_get_copy (const GengaDeviceList *self, guint index)
{
  guint n = 0;

  for (guint i = 0; i < index; i++)
    n += g_str_equal (self->ids[i], self->ids[index]);
  return n;
}

char *
genga_device_list_dup_text (const GengaDeviceList *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", self->ids[i]);
  return g_string_free (text, FALSE);
}
