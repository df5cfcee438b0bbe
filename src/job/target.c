/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/target.h"
#include "core/error.h"
#include "media/media.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

GengaFormat
genga_target_choose_format (GengaOptions *options,
                            const char *requested_target,
                            GengaFormat source_format)
{
  GengaFormat format = genga_options_get_int (options, GENGA_OPTION_FORMAT);

  if (format == GENGA_FORMAT_AUTO && requested_target != NULL)
    format = genga_format_from_path (requested_target);
  if (format == GENGA_FORMAT_AUTO)
    format = source_format;
  return format != GENGA_FORMAT_AUTO ? format : GENGA_FORMAT_PNG;
}

static char *
dup_source_stem (const char *source)
{
  char *stem = g_path_get_basename (source);
  char *dot = strrchr (stem, '.');

  if (dot != NULL && dot != stem)
    *dot = '\0';
  return stem;
}

void
genga_target_reserve (GengaReservation *target,
                      const char *source,
                      const char *name,
                      GengaOptions *options,
                      const char *ending)
{
  const char *folder = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
  GengaNaming naming = genga_options_get_int (options, GENGA_OPTION_NAMING);
  const char *suffix =
      naming == GENGA_NAMING_SUFFIX ? genga_options_get_string (options, GENGA_OPTION_SUFFIX) : "";
  g_autofree char *beside = g_path_get_dirname (source);
  g_autofree char *stem = naming == GENGA_NAMING_LIST ? g_strdup (name) : dup_source_stem (source);

  for (guint number = 1;; number++)
    {
      g_autofree char *count = number > 1 ? g_strdup_printf ("-%u", number) : g_strdup ("");
      g_autofree char *file_name = g_strconcat (stem, suffix, count, ending, NULL);
      g_autofree char *path = g_build_filename (folder != NULL ? folder : beside, file_name, NULL);

      if (genga_reservation_take (target, path))
        return;
    }
}

char *
genga_target_replace_suffix (const char *path, GengaFormat format)
{
  gboolean has_known = genga_format_from_path (path) != GENGA_FORMAT_AUTO;
  gsize length = has_known ? strrchr (path, '.') - path : strlen (path);
  g_autofree char *stem = g_strndup (path, length);

  return g_strconcat (stem, genga_format_get_suffix (format), NULL);
}

static gboolean
set_output_error (GError **error, const char *path, const char *format)
{
  g_autofree char *name = g_filename_display_name (path);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, format, name);
#pragma GCC diagnostic pop
  return FALSE;
}

gboolean
genga_target_check (const char *target, const char *source, GengaOptions *options, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (target);
  GStatBuf target_info, source_info;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return set_output_error (error, folder, _ ("The output folder “%s” does not exist."));
  if (g_access (folder, W_OK | X_OK) != 0)
    return set_output_error (error, folder, _ ("Can't write to the folder “%s”."));

  if (g_lstat (target, &target_info) != 0)
    {
      if (errno == ENAMETOOLONG)
        return set_output_error (error, target, _ ("The name of the result is too long: “%s”."));
      return TRUE;
    }
  /* A link that leads nowhere is a file that exists, too. */
  if (g_stat (target, &target_info) == 0)
    {
      if (S_ISDIR (target_info.st_mode))
        return set_output_error (error, target, _ ("“%s” is a folder; choose a file name."));
      if (!S_ISREG (target_info.st_mode))
        return set_output_error (error, target,
                                 _ ("“%s” is not a regular file; choose another "
                                    "name."));
      if (g_stat (source, &source_info) == 0 && source_info.st_dev == target_info.st_dev &&
          source_info.st_ino == target_info.st_ino)
        return set_output_error (error, target,
                                 _ ("The result would replace its own source, “%s”."));
    }
  if (!genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE))
    return set_output_error (error, target,
                             _ ("“%s” already exists; choose another name or allow overwriting."));
  return TRUE;
}
