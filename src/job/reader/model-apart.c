/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/model-apart.h"
#include "job/apart/memory-file.h"
#include "job/reader/reader-deaths.h"
#include "job/reader/reader-process.h"
#include "weights/load.h"
#include "weights/parcel/dict-parcel.h"

#include <sys/stat.h>

/* Of a model with all its files; no memory is taken before it is looked at. */
#define MAX_BYTES ((guint64)64 << 30)

/* Memory that the other process has paid for: reading what was never written would take ours. */
static gboolean
is_whole (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 && (guint64)info.st_blocks * 512 >= (guint64)info.st_size;
}

/* The blocks of a file; NULL where they are not in it. */
static GPtrArray *
unpack_blocks (GVariant *sizes, GBytes *file)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  gsize n;
  const guint64 *size = g_variant_get_fixed_array (sizes, &n, sizeof *size);
  guint64 end = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint64 begin;

      if (size[i] > g_bytes_get_size (file))
        return NULL;
      begin = genga_memory_file_place (&end, size[i]);
      if (size[i] > 0 && end > g_bytes_get_size (file))
        return NULL;
      g_ptr_array_add (blocks, size[i] > 0 ? g_bytes_new_from_bytes (file, begin, size[i])
                                           : g_bytes_new (NULL, 0));
    }
  return g_steal_pointer (&blocks);
}

static GengaStateDict *
unpack (const GengaReaderAnswer *answer, const char *path, GError **error)
{
  g_autoptr (GVariant) sizes = NULL;
  g_autoptr (GVariant) parcel = NULL;
  g_autoptr (GBytes) file =
      answer->n_fds == 1 ? genga_memory_file_map (answer->fds[0], MAX_BYTES, error) : NULL;
  g_autoptr (GPtrArray) blocks = NULL;

  if (file == NULL || !is_whole (answer->fds[0]))
    return NULL;
  g_variant_get (answer->value, "(@at@" GENGA_DICT_PARCEL_TYPE ")", &sizes, &parcel);
  blocks = unpack_blocks (sizes, file);
  return blocks != NULL ? genga_dict_parcel_read (parcel, blocks, path, error) : NULL;
}

GengaStateDict *
genga_model_apart_load (const char *path, GError **error)
{
  g_autoptr (GengaReaderProcess) process = NULL;
  g_auto (GengaReaderAnswer) answer = { 0 };
  g_autoptr (GError) reason = NULL;
  GengaStateDict *dict;

  if (genga_reader_deaths_allow (path, error))
    process = genga_reader_process_new_for_model (path, error);
  if (process == NULL)
    return NULL;
  genga_reader_process_limit (process, GENGA_READER_MODEL_SECONDS);
  if (!genga_reader_process_call (process, GENGA_READER_MODEL, g_variant_new ("(^ay)", path),
                                  &answer, NULL, error))
    return NULL;
  dict = unpack (&answer, path, &reason);
  if (dict == NULL)
    {
      g_debug ("%s", reason != NULL ? reason->message : "blocks outside their file, or no file");
      genga_reader_process_refuse (process, error);
    }
  return dict;
}

void
genga_model_apart_begin (void)
{
  genga_state_dict_set_loader (genga_model_apart_load);
}
