/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/tensor-file.h"
#include "core/error.h"
#include "core/write-all.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEADER_ALIGNMENT 8

gsize
genga_tensor_shape_get_n_elements (const GengaTensorShape *shape)
{
  return (gsize)shape->channels * shape->height * shape->width;
}

void
genga_tensor_planes_to_packed (const GengaTensorShape *shape, const float *planes, float *packed)
{
  gsize n_pixels = (gsize)shape->height * shape->width;

  for (int c = 0; c < shape->channels; c++)
    for (gsize i = 0; i < n_pixels; i++)
      packed[i * shape->channels + c] = planes[c * n_pixels + i];
}

void
genga_tensor_packed_to_planes (const GengaTensorShape *shape, const float *packed, float *planes)
{
  gsize n_pixels = (gsize)shape->height * shape->width;

  for (int c = 0; c < shape->channels; c++)
    for (gsize i = 0; i < n_pixels; i++)
      planes[c * n_pixels + i] = packed[i * shape->channels + c];
}

/* The length of the JSON header, little-endian, and the header, padded to whole words. */
static GString *
make_header (const char *name, const GengaTensorShape *shape)
{
  g_autoptr (GString) json = g_string_new (NULL);
  gsize n_bytes = genga_tensor_shape_get_n_elements (shape) * sizeof (float);

  g_string_printf (json,
                   "{\"%s\":{\"dtype\":\"F32\",\"shape\":[1,%d,%d,%d],"
                   "\"data_offsets\":[0,%" G_GSIZE_FORMAT "]}}",
                   name, shape->channels, shape->height, shape->width, n_bytes);
  while (json->len % HEADER_ALIGNMENT != 0)
    g_string_append_c (json, ' ');

  guint64 length = GUINT64_TO_LE (json->len);
  GString *header = g_string_new_len ((const char *)&length, sizeof length);
  g_string_append_len (header, json->str, json->len);
  return header;
}

/* Gives `temporary` its final name. -1 with errno set. */
static int
commit (const char *temporary, const char *path, gboolean overwrite)
{
  if (overwrite)
    return g_rename (temporary, path);
  if (renameat2 (AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  /* A file system without that call: linking does not replace either. */
  if (link (temporary, path) != 0)
    return -1;
  g_unlink (temporary);
  return 0;
}

static gboolean
set_output_error (GError **error, const char *path, int number)
{
  g_autofree char *display = g_filename_display_name (path);

  if (number == EEXIST)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("“%s” already exists. Use --overwrite to replace it."), display);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write “%s”: %s"), display,
                 g_strerror (number));
  return FALSE;
}

gboolean
genga_tensor_file_write (const char *path,
                         const char *name,
                         const GengaTensorShape *shape,
                         const float *planes,
                         gboolean overwrite,
                         GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (folder, ".genga-XXXXXX", NULL);
  g_autoptr (GString) header = make_header (name, shape);
  gsize n_bytes = genga_tensor_shape_get_n_elements (shape) * sizeof (float);
  int number = 0;

  if (!overwrite && g_file_test (path, G_FILE_TEST_EXISTS))
    return set_output_error (error, path, EEXIST);

  int fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0)
    return set_output_error (error, path, errno);

  if (!genga_write_all (fd, header->str, header->len) || !genga_write_all (fd, planes, n_bytes) ||
      fsync (fd) != 0)
    number = errno;
  if (close (fd) != 0 && number == 0)
    number = errno;
  if (number == 0 && commit (temporary, path, overwrite) != 0)
    number = errno;
  if (number == 0)
    return TRUE;

  g_unlink (temporary);
  return set_output_error (error, path, number);
}
