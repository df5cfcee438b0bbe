/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-cache.h"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "GengaVkP"
#define SUFFIX ".pipelines"
#define MOST_BYTES (64 << 20)
#define DIGEST_BYTES 32

/* A file: this, then what the driver wrote. */
typedef struct
{
  char magic[8];
  guint8 digest[DIGEST_BYTES]; /* SHA-256 of the rest */
} Header;

static void
compute_digest (const guint8 *data, gsize bytes, guint8 *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = DIGEST_BYTES;

  g_checksum_update (checksum, data, (gssize)bytes);
  g_checksum_get_digest (checksum, digest, &length);
}

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_cache_dir (), "genga", "vulkan", NULL);
}

static char *
dup_path (const GengaVulkanFacts *facts)
{
  g_autofree char *folder = dup_folder ();
  g_autoptr (GString) key = g_string_new (GENGA_VERSION);
  g_autofree char *digest = NULL, *name = NULL;

  g_string_append_printf (key, "\n%s\n%x %x %x %x\n", facts->name, facts->vendor, facts->device,
                          (guint)facts->driver, facts->driver_version);
  for (guint i = 0; i < VK_UUID_SIZE; i++)
    g_string_append_printf (key, "%02x", facts->cache_uuid[i]);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key->str, -1);
  name = g_strconcat (digest, SUFFIX, NULL);
  return g_build_filename (folder, name, NULL);
}

/* ---- reading ---- */

/* A file that nobody else could have written, of a size that may be. */
static int
open_own_file (const char *path, gsize *bytes)
{
  struct stat info;
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    return -1;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid () &&
      (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 && info.st_size > (off_t)sizeof (Header) &&
      info.st_size <= MOST_BYTES)
    {
      *bytes = (gsize)info.st_size;
      return fd;
    }
  close (fd);
  return -1;
}

static guint8 *
read_file (const char *path, gsize *bytes)
{
  int fd = open_own_file (path, bytes);
  g_autofree guint8 *data = NULL;
  gsize n = 0;

  if (fd < 0)
    return NULL;
  data = g_malloc (*bytes);
  while (n < *bytes)
    {
      gssize got = read (fd, data + n, *bytes - n);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        break;
      n += (gsize)got;
    }
  close (fd);
  return n == *bytes ? g_steal_pointer (&data) : NULL;
}

/* Whether the driver wrote it for this device. */
static gboolean
is_for_device (const GengaVulkanFacts *facts, const guint8 *data, gsize bytes)
{
  VkPipelineCacheHeaderVersionOne header;

  if (bytes < sizeof header)
    return FALSE;
  memcpy (&header, data, sizeof header);
  return header.headerSize >= sizeof header && header.headerSize <= bytes &&
         header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE &&
         header.vendorID == facts->vendor && header.deviceID == facts->device &&
         memcmp (header.pipelineCacheUUID, facts->cache_uuid, VK_UUID_SIZE) == 0;
}

/* What is kept for the device, behind our header; NULL: nothing. */
static guint8 *
load (const GengaVulkanFacts *facts, gsize *bytes)
{
  g_autofree char *path = dup_path (facts);
  g_autofree guint8 *data = read_file (path, bytes);
  guint8 digest[DIGEST_BYTES];
  Header header;

  if (data == NULL)
    return NULL;
  memcpy (&header, data, sizeof header);
  compute_digest (data + sizeof header, *bytes - sizeof header, digest);
  if (memcmp (header.magic, MAGIC, sizeof header.magic) == 0 &&
      memcmp (header.digest, digest, DIGEST_BYTES) == 0 &&
      is_for_device (facts, data + sizeof header, *bytes - sizeof header))
    return g_steal_pointer (&data);
  g_info ("the pipelines in %s are not used", path);
  return NULL;
}

VkPipelineCache
genga_vulkan_cache_open (const GengaVulkanFacts *facts, VkDevice device)
{
  gsize bytes = 0;
  g_autofree guint8 *data = load (facts, &bytes);
  const VkPipelineCacheCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
    .initialDataSize = data != NULL ? bytes - sizeof (Header) : 0,
    .pInitialData = data != NULL ? data + sizeof (Header) : NULL,
  };
  VkPipelineCache cache;

  if (genga_vk.CreatePipelineCache (device, &info, NULL, &cache) != VK_SUCCESS)
    return VK_NULL_HANDLE;
  return cache;
}

/* ---- writing ---- */

typedef struct
{
  char *path;
  gint64 time;
} File;

static void
clear_file (gpointer file)
{
  g_free (((File *)file)->path);
}

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const File *one = a, *other = b;

  return one->time < other->time ? 1 : (one->time > other->time ? -1 : 0);
}

/* Drivers and Genga change, and nobody reads what was for earlier ones. */
static void
remove_old_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (File));
  const char *name;

  g_array_set_clear_func (files, clear_file);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      File file = { .path = g_build_filename (folder, name, NULL) };
      GStatBuf info;

      if (g_str_has_suffix (name, SUFFIX) && g_lstat (file.path, &info) == 0)
        {
          file.time = (gint64)info.st_mtime;
          g_array_append_val (files, file);
        }
      else
        g_free (file.path);
    }
  g_array_sort (files, compare_files);
  for (guint i = GENGA_VULKAN_CACHE_MOST_FILES; i < files->len; i++)
    g_unlink (g_array_index (files, File, i).path);
}

static void
write_file (const char *path, const guint8 *data, gsize bytes)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (path, (const char *)data, (gssize)bytes,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_info ("pipelines are not kept: %s", error->message);
  remove_old_files (folder);
}

/* What the driver has, behind our header; NULL: nothing. */
static guint8 *
dup_content (VkDevice device, VkPipelineCache cache, gsize *bytes)
{
  g_autofree guint8 *data = NULL;
  size_t n = 0;
  Header header = { .magic = MAGIC };

  if (genga_vk.GetPipelineCacheData (device, cache, &n, NULL) != VK_SUCCESS || n == 0 ||
      n > MOST_BYTES - sizeof header)
    return NULL;
  data = g_malloc (sizeof header + n);
  if (genga_vk.GetPipelineCacheData (device, cache, &n, data + sizeof header) != VK_SUCCESS)
    return NULL;
  compute_digest (data + sizeof header, n, header.digest);
  memcpy (data, &header, sizeof header);
  *bytes = sizeof header + n;
  return g_steal_pointer (&data);
}

void
genga_vulkan_cache_save (const GengaVulkanFacts *facts, VkDevice device, VkPipelineCache cache)
{
  gsize bytes;
  g_autofree guint8 *data = dup_content (device, cache, &bytes);
  g_autofree char *path = dup_path (facts);

  if (data != NULL)
    write_file (path, data, bytes);
}
