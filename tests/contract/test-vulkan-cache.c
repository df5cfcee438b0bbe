/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pipelines that are kept, with a driver that the test plays: Mesa's on processors has none. */
#include "engine/vulkan/vulkan-cache.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define CONTENT_AT 40
#define MOST_BYTES (64 << 20)

GengaVulkanApi genga_vk;

static char *cache, *folder, *path;
static GBytes *made;  /* what the driver has made */
static GBytes *given; /* what it was given at first; NULL: nothing */

/* ---- the driver ---- */

static VkResult VKAPI_CALL
create_cache (VkDevice device,
              const VkPipelineCacheCreateInfo *info,
              const VkAllocationCallbacks *allocator,
              VkPipelineCache *result)
{
  g_clear_pointer (&given, g_bytes_unref);
  if (info->initialDataSize > 0)
    given = g_bytes_new (info->pInitialData, info->initialDataSize);
  *result = (VkPipelineCache)(gsize)1;
  return VK_SUCCESS;
}

static VkResult VKAPI_CALL
get_data (VkDevice device, VkPipelineCache self, size_t *bytes, void *data)
{
  if (data != NULL)
    memcpy (data, g_bytes_get_data (made, NULL), *bytes);
  *bytes = g_bytes_get_size (made);
  return VK_SUCCESS;
}

static const GengaVulkanFacts facts = {
  .id = "vulkan:0",
  .name = "A card, a driver",
  .vendor = 0x1002,
  .device = 0x73ff,
  .driver_version = 7,
  .cache_uuid = "0123456789abcdef",
};

/* What a driver of this device has made. */
static void
make (const GengaVulkanFacts *of, const char *pipelines)
{
  VkPipelineCacheHeaderVersionOne header = {
    .headerSize = sizeof header,
    .headerVersion = VK_PIPELINE_CACHE_HEADER_VERSION_ONE,
    .vendorID = of->vendor,
    .deviceID = of->device,
  };
  g_autoptr (GByteArray) data = g_byte_array_new ();

  memcpy (header.pipelineCacheUUID, of->cache_uuid, VK_UUID_SIZE);
  g_byte_array_append (data, (const guint8 *)&header, sizeof header);
  g_byte_array_append (data, (const guint8 *)pipelines, (guint)strlen (pipelines));
  g_clear_pointer (&made, g_bytes_unref);
  made = g_bytes_new (data->data, data->len);
}

static void
save (const GengaVulkanFacts *of)
{
  genga_vulkan_cache_save (of, VK_NULL_HANDLE, genga_vulkan_cache_open (of, VK_NULL_HANDLE));
}

/* Whether a device that is opened gets what was made. */
static gboolean
is_given (const GengaVulkanFacts *of)
{
  genga_vulkan_cache_open (of, VK_NULL_HANDLE);
  if (given != NULL)
    g_assert_true (g_bytes_equal (given, made));
  return given != NULL;
}

/* Path of the only file there is; free with g_free(). */
static char *
find_file (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  g_assert_nonnull (name);
  return g_build_filename (folder, name, NULL);
}

static void
clean (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);

      g_remove (file);
    }
  g_clear_pointer (&path, g_free);
}

static void
start (void)
{
  clean ();
  make (&facts, "pipelines");
  save (&facts);
  path = find_file ();
}

/* ---- tests ---- */

static void
test_kept (void)
{
  GStatBuf info;

  clean ();
  make (&facts, "pipelines");
  g_assert_false (is_given (&facts));
  save (&facts);
  g_assert_true (is_given (&facts));
  path = find_file ();
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  make (&facts, "more pipelines");
  save (&facts);
  g_assert_true (is_given (&facts));
}

static void
test_other_drivers (void)
{
  GengaVulkanFacts other = facts;

  start ();
  other.driver_version++;
  g_assert_false (is_given (&other));
  other = facts;
  other.cache_uuid[3]++;
  g_assert_false (is_given (&other));
  save (&other); /* the driver says that it is for another one */
  g_assert_false (is_given (&other));
  g_assert_true (is_given (&facts));
}

static void
check_content (const char *content, gsize bytes)
{
  g_assert_true (g_file_set_contents (path, content, (gssize)bytes, NULL));
  g_assert_false (is_given (&facts));
}

static void
test_garbage (void)
{
  g_autofree char *content = NULL;
  gsize bytes;

  start ();
  g_assert_true (g_file_get_contents (path, &content, &bytes, NULL));
  g_assert_cmpuint (bytes, >, CONTENT_AT);
  for (gsize i = 0; i < bytes; i++)
    {
      check_content (content, i);
      content[i] ^= 4;
      check_content (content, bytes);
      content[i] ^= 4;
    }
  check_content (content, bytes + 1); /* with the zero at its end */
  g_assert_true (g_file_set_contents (path, content, (gssize)bytes, NULL));
  g_assert_true (is_given (&facts));

  g_assert_cmpint (truncate (path, MOST_BYTES + 1), ==, 0);
  g_assert_false (is_given (&facts));
  save (&facts); /* mends it */
  g_assert_true (is_given (&facts));
}

/* Headers of the driver's that are wrong in a file that is right. */
static void
test_headers (void)
{
  static const guint32 words[][2] = {
    { 0, 0 }, { 0, 31 }, { 0, 4000 }, { 1, 2 }, { 2, 1 }, { 3, 1 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize bytes;
      guint32 *data;

      start ();
      data = g_bytes_unref_to_data (g_steal_pointer (&made), &bytes);
      data[words[i][0]] = words[i][1];
      made = g_bytes_new_take (data, bytes);
      save (&facts);
      g_assert_false (is_given (&facts));
    }
  start ();
  g_clear_pointer (&made, g_bytes_unref);
  made = g_bytes_new_static ("short", 5);
  save (&facts);
  g_assert_false (is_given (&facts));
}

/* What somebody else could have written, and what is no file. */
static void
test_strange_files (void)
{
  g_autofree char *other = g_build_filename (cache, "other", NULL);

  start ();
  g_assert_cmpint (g_chmod (path, 0620), ==, 0);
  g_assert_false (is_given (&facts));
  g_assert_cmpint (g_chmod (path, 0602), ==, 0);
  g_assert_false (is_given (&facts));
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_true (is_given (&facts));
  if (chown (path, geteuid () + 1, (gid_t)-1) == 0)
    {
      g_assert_false (is_given (&facts));
      g_assert_cmpint (chown (path, geteuid (), (gid_t)-1), ==, 0);
    }

  g_assert_cmpint (g_rename (path, other), ==, 0);
  g_assert_cmpint (symlink (other, path), ==, 0);
  g_assert_false (is_given (&facts));
  g_unlink (path);
  g_unlink (other);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_false (is_given (&facts));
  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (is_given (&facts));
  save (&facts);
  g_assert_false (is_given (&facts));
}

static void
test_old_files (void)
{
  g_autofree char *note = g_build_filename (folder, "note", NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  start ();
  g_assert_true (g_file_set_contents (note, "", 0, NULL));
  for (int i = 0; i < 2 * GENGA_VULKAN_CACHE_MOST_FILES; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%d.pipelines", folder, i);
      struct utimbuf times = { 1000 + i, 1000 + i };

      g_assert_true (g_file_set_contents (file, "old", 3, NULL));
      g_assert_cmpint (g_utime (file, &times), ==, 0);
    }
  save (&facts);
  g_assert_true (is_given (&facts));
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_suffix (name, ".pipelines");
  g_assert_cmpuint (n, ==, GENGA_VULKAN_CACHE_MOST_FILES);
  g_assert_true (g_file_test (note, G_FILE_TEST_EXISTS));
}

/* Without a folder, nobody remembers, and nothing fails. */
static void
test_no_folder (void)
{
  start ();
  clean ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  save (&facts);
  g_assert_false (is_given (&facts));
  g_unlink (folder);
}

int
main (int argc, char **argv)
{
  g_autofree char *parent = NULL;
  int code;

  g_test_init (&argc, &argv, NULL);
  cache = g_dir_make_tmp ("genga-pipelines-XXXXXX", NULL);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  parent = g_build_filename (cache, "genga", NULL);
  folder = g_build_filename (parent, "vulkan", NULL);
  genga_vk.CreatePipelineCache = create_cache;
  genga_vk.GetPipelineCacheData = get_data;
  g_test_add_func ("/vulkan-cache/kept", test_kept);
  g_test_add_func ("/vulkan-cache/other-drivers", test_other_drivers);
  g_test_add_func ("/vulkan-cache/garbage", test_garbage);
  g_test_add_func ("/vulkan-cache/headers", test_headers);
  g_test_add_func ("/vulkan-cache/strange-files", test_strange_files);
  g_test_add_func ("/vulkan-cache/old-files", test_old_files);
  g_test_add_func ("/vulkan-cache/no-folder", test_no_folder);
  code = g_test_run ();
  clean ();
  g_rmdir (folder);
  g_rmdir (parent);
  g_rmdir (cache);
  g_clear_pointer (&given, g_bytes_unref);
  g_clear_pointer (&made, g_bytes_unref);
  g_free (folder);
  g_free (cache);
  return code;
}
