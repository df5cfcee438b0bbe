/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models that have been loaded stay loaded: keyed by the file's identity, the device and
 * the effective precision. Models that nobody uses leave, least recently used first, where they
 * take too much of their device's memory.
 */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/model-cache.h"
#include "core/cpu.h"
#include "core/error.h"
#include "weights/load.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Of its device's memory that models may take while nobody uses them. */
#define IDLE_PART 4

typedef struct
{
  char *path;
  guint64 size;
  gint64 mtime_ns;
} Identity;

typedef struct
{
  Identity identity;
  GengaNetSpec spec;
  GengaDType stored; /* the type most parameters have in the file */
  guint n_threads;
  guint copy; /* of several on one device */
  GengaModel *model;
  guint64 last_use;
  GArray *companions; /* of Identity: further files of the model */
} Entry;

static GMutex mutex;

/* protected by mutex */
static GPtrArray *entries;
static guint64 clock_ticks;

static void
identity_clear (Identity *self)
{
  g_clear_pointer (&self->path, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

static void
clear_identity (gpointer identity)
{
  identity_clear (identity);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_array_unref (entry->companions);
  genga_model_unref (entry->model);
  g_free (entry->identity.path);
  g_free (entry);
}

static gboolean
get_identity (const char *path, Identity *identity, GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    {
      int code = errno;
      g_autofree char *name = g_filename_display_name (path);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL, _ ("Can't open the model “%s”: %s."),
                   name, g_strerror (code));
      return FALSE;
    }
  *identity = (Identity){
    .path = g_canonicalize_filename (path, NULL),
    .size = info.st_size,
    .mtime_ns = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec,
  };
  return TRUE;
}

static gboolean
identity_equal (const Identity *a, const Identity *b)
{
  return a->size == b->size && a->mtime_ns == b->mtime_ns && g_str_equal (a->path, b->path);
}

static void
notice_forced_precision (const GengaNetSpec *spec, GengaPrecision wanted, GengaProgress *progress)
{
  if (spec->has_attention && wanted == GENGA_PRECISION_FP16)
    genga_progress_notice (progress, _ ("%s architecture detected - FP16 disabled"),
                           genga_net_spec_get_family_name (spec));
}

/* What the model's further files are like now. */
static GArray *
list_companions (GengaStateDict *dict)
{
  const char *path = genga_state_dict_get_path (dict);
  g_autofree char *folder = g_path_get_dirname (path);
  GArray *companions = g_array_new (FALSE, FALSE, sizeof (Identity));

  g_array_set_clear_func (companions, clear_identity);
  for (guint i = 0; i < genga_state_dict_get_n_companions (dict); i++)
    {
      const GengaCompanion *companion = genga_state_dict_get_companion (dict, i);
      g_autofree char *other = g_build_filename (folder, companion->name, NULL);
      Identity identity;

      if (get_identity (other, &identity, NULL))
        g_array_append_val (companions, identity);
    }
  return companions;
}

/* Whether they are as they were. */
static gboolean
has_companions (const Entry *entry)
{
  for (guint i = 0; i < entry->companions->len; i++)
    {
      const Identity *then = &g_array_index (entry->companions, Identity, i);
      g_auto (Identity) now = { 0 };

      if (!get_identity (then->path, &now, NULL) || !identity_equal (then, &now))
        return FALSE;
    }
  return TRUE;
}

/* The entry for the precision that is asked for, or NULL. A hit reads no file. */
static Entry *
find_entry (GengaEngine *engine,
            const Identity *identity,
            GengaPrecision wanted,
            guint n_threads,
            guint copy)
{
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = entries->pdata[i];
      if (genga_model_get_engine (entry->model) == engine && entry->n_threads == n_threads &&
          entry->copy == copy && identity_equal (&entry->identity, identity) &&
          has_companions (entry) &&
          genga_model_get_precision (entry->model) ==
              genga_engine_resolve_precision (engine, &entry->spec, entry->stored, wanted))
        return entry;
    }
  return NULL;
}

static GengaDType
get_stored_dtype (GengaStateDict *dict)
{
  gint64 counts[GENGA_DTYPE_BOOL + 1] = { 0 };
  GengaDType most = GENGA_DTYPE_F32;

  for (guint i = 0; i < genga_state_dict_get_n_tensors (dict); i++)
    {
      const GengaTensor *tensor = genga_state_dict_get_tensor (dict, i);
      counts[tensor->dtype] += genga_tensor_get_n_elements (tensor);
    }
  for (GengaDType dtype = GENGA_DTYPE_F64; dtype <= GENGA_DTYPE_BF16; dtype++)
    if (counts[dtype] > counts[most])
      most = dtype;
  return most;
}

static Entry *
load_entry (GengaEngine *engine,
            const Identity *identity,
            GengaPrecision wanted,
            guint n_threads,
            guint copy,
            GError **error)
{
  GengaNetSpec spec;
  g_autofree char *name = g_path_get_basename (identity->path);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (identity->path, &reason);

  if (dict == NULL || !genga_net_spec_detect (&spec, dict, name, &reason))
    {
      /* To the reader a file that cannot be opened is an input; here it is a model. */
      if (g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_INPUT))
        reason->code = GENGA_ERROR_MODEL;
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }

  GengaDType stored = get_stored_dtype (dict);
  GengaPrecision precision = genga_engine_resolve_precision (engine, &spec, stored, wanted);
  GengaModel *model = genga_model_new (engine, dict, &spec, precision, n_threads, error);
  if (model == NULL)
    return NULL;

  Entry *entry = g_new0 (Entry, 1);
  entry->identity = *identity;
  entry->identity.path = g_strdup (identity->path);
  entry->spec = spec;
  entry->stored = stored;
  entry->n_threads = n_threads;
  entry->copy = copy;
  entry->model = model;
  entry->companions = list_companions (dict);
  return entry;
}

static gboolean
is_idle (const Entry *entry, GengaEngine *engine)
{
  return genga_model_get_engine (entry->model) == engine && genga_model_is_unshared (entry->model);
}

/* What nobody uses on a device; `*oldest` was used least recently, NULL: there is none. */
static guint64
find_idle (GengaEngine *engine, Entry **oldest)
{
  guint64 bytes = 0;

  *oldest = NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = entries->pdata[i];

      if (!is_idle (entry, engine))
        continue;
      bytes += genga_model_get_size_bytes (entry->model);
      if (*oldest == NULL || entry->last_use < (*oldest)->last_use)
        *oldest = entry;
    }
  return bytes;
}

static gboolean
has_lost (GengaEngine *engine)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = entries->pdata[i];

      if (genga_model_get_engine (entry->model) == engine && genga_model_is_lost (entry->model))
        return TRUE;
    }
  return FALSE;
}

/* Whoever asks again gets a model on the device that is opened anew: with one, all on it are lost.
 */
static void
drop_lost (GengaEngine *engine)
{
  if (!has_lost (engine))
    return;
  for (guint i = entries->len; i > 0; i--)
    if (genga_model_get_engine (((Entry *)entries->pdata[i - 1])->model) == engine)
      g_ptr_array_remove_index (entries, i - 1);
}

/* Drops models that nobody uses, oldest use first, until the others leave enough of the memory. */
static void
evict (GengaEngine *engine)
{
  const GengaDeviceInfo *device = genga_engine_get_device (engine);
  Entry *oldest;
  guint64 idle_bytes = find_idle (engine, &oldest);
  guint64 free_bytes =
      device->is_cpu ? genga_memory_get_available () + idle_bytes : device->free_bytes;

  for (; oldest != NULL && idle_bytes > free_bytes / IDLE_PART;
       idle_bytes = find_idle (engine, &oldest))
    g_ptr_array_remove (entries, oldest);
}

GengaModel *
genga_model_load (GengaEngine *engine,
                  const char *path,
                  GengaPrecision wanted,
                  guint n_threads,
                  GengaProgress *progress,
                  GError **error)
{
  return genga_model_load_copy (engine, path, wanted, n_threads, 0, progress, error);
}

GengaModel *
genga_model_load_copy (GengaEngine *engine,
                       const char *path,
                       GengaPrecision wanted,
                       guint n_threads,
                       guint copy,
                       GengaProgress *progress,
                       GError **error)
{
  Identity identity;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (!get_identity (path, &identity, error))
    return NULL;
  if (entries == NULL)
    entries = g_ptr_array_new_with_free_func (entry_free);

  drop_lost (engine);
  g_autofree char *owned_path = identity.path;
  Entry *entry = find_entry (engine, &identity, wanted, n_threads, copy);
  if (entry != NULL)
    {
      g_autofree char *name = g_filename_display_basename (path);
      const char *precision =
          genga_choice_get_nick (GENGA_TYPE_PRECISION, genga_model_get_precision (entry->model));
      genga_progress_notice (progress, _ ("Using cached model: %s (%s)"), name, precision);
    }
  else
    {
      entry = load_entry (engine, &identity, wanted, n_threads, copy, error);
      if (entry == NULL)
        return NULL;
      notice_forced_precision (&entry->spec, wanted, progress);
      g_ptr_array_add (entries, entry);
    }

  entry->last_use = ++clock_ticks;
  GengaModel *model = genga_model_ref (entry->model);
  evict (engine);
  return model;
}
