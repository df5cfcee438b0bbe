/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/target.h"
#include "core/error.h"
#include "media/media.h"
#include "media/sequence/frame-folder.h"

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

static char *
dup_stem (const GengaTargetRequest *request, GengaOptions *options)
{
  g_autofree char *stem = dup_source_stem (request->source);
  GengaNaming naming = genga_options_get_int (options, GENGA_OPTION_NAMING);
  GengaNameFacts facts = request->facts;

  switch (naming)
    {
    case GENGA_NAMING_LIST:
      return g_strdup (request->hints->name);
    case GENGA_NAMING_TEMPLATE:
      facts.stem = stem;
      facts.index = MAX (request->hints->index, 1);
      facts.date =
          request->hints->date > 0 ? request->hints->date : g_get_real_time () / G_USEC_PER_SEC;
      return genga_name_template_fill (
          genga_options_get_string (options, GENGA_OPTION_NAME_TEMPLATE), &facts);
    case GENGA_NAMING_SUFFIX:
      return g_strconcat (stem, genga_options_get_string (options, GENGA_OPTION_SUFFIX), NULL);
    case GENGA_NAMING_ORIGINAL:
    default:
      return g_steal_pointer (&stem);
    }
}

/* "20261130_074500", NULL: the time is out of range. */
static char *
dup_stamp (gint64 date)
{
  gint64 when = date > 0 ? date : g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (when);

  return time != NULL ? g_date_time_format (time, "%Y%m%d_%H%M%S") : NULL;
}

static char *
dup_folder (const GengaTargetRequest *request, GengaOptions *options)
{
  const char *folder = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
  GengaFolders layout = genga_options_get_int (options, GENGA_OPTION_FOLDERS);
  g_autofree char *beside = g_path_get_dirname (request->source);
  g_autofree char *stamp = layout == GENGA_FOLDERS_DATED ? dup_stamp (request->hints->date) : NULL;
  const char *kind = layout == GENGA_FOLDERS_PLAIN ? "" : request->is_video ? "videos" : "images";
  const char *below = folder != NULL ? request->hints->subfolder : NULL;

  return g_build_filename (folder != NULL ? folder : beside, stamp != NULL ? stamp : "", kind,
                           below != NULL ? below : "", NULL);
}

/* Whether the options rule the name out, because a file has it; a folder of frames may go on. */
static gboolean
is_passed_over (const char *path, const char *frames, GengaOptions *options)
{
  GStatBuf info;

  return genga_options_get_int (options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_NUMBER &&
         g_lstat (path, &info) == 0 &&
         (frames == NULL || !genga_frame_folder_may_begin (path, frames));
}

void
genga_target_reserve (GengaReservation *target,
                      const GengaTargetRequest *request,
                      GengaOptions *options)
{
  g_autofree char *folder = dup_folder (request, options);
  g_autofree char *stem = dup_stem (request, options);

  for (guint number = 1;; number++)
    {
      g_autofree char *count = number > 1 ? g_strdup_printf ("-%u", number) : g_strdup ("");
      g_autofree char *file_name = g_strconcat (stem, count, request->ending, NULL);
      g_autofree char *path = g_build_filename (folder, file_name, NULL);

      if (genga_reservation_take (target, path) && !is_passed_over (path, request->frames, options))
        return;
    }
}

void
genga_target_reserve_named (GengaReservation *target,
                            const char *path,
                            const char *frames,
                            GengaOptions *options)
{
  g_autofree char *name = g_path_get_basename (path);
  const char *dot = strrchr (name, '.');
  const char *ending = dot != NULL && dot != name ? dot : "";
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (ending));

  genga_reservation_take (target, path);
  for (guint number = 2; is_passed_over (genga_reservation_get_path (target), frames, options);
       number++)
    {
      g_autofree char *other = g_strdup_printf ("%s-%u%s", stem, number, ending);

      genga_reservation_take (target, other);
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

/* The folder of a name that the user typed has to be there. */
static gboolean
makes_folders (GengaOptions *options)
{
  return genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR) != NULL ||
         genga_options_get_int (options, GENGA_OPTION_FOLDERS) != GENGA_FOLDERS_PLAIN;
}

/* Where folders are made, the first above the target that is there. */
static char *
dup_existing_folder (const char *target, GengaOptions *options)
{
  char *folder = g_path_get_dirname (target);
  GStatBuf info;

  while (makes_folders (options) && g_lstat (folder, &info) != 0 && errno == ENOENT)
    {
      char *above = g_path_get_dirname (folder);

      g_free (folder);
      folder = above;
    }
  return folder;
}

gboolean
genga_target_check (const char *target, const char *source, GengaOptions *options, GError **error)
{
  g_autofree char *folder = dup_existing_folder (target, options);
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
  if (genga_options_get_int (options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_REPLACE)
    return TRUE;
  g_autofree char *name = g_filename_display_name (target);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_EXISTS,
               _ ("“%s” already exists; choose another name or allow overwriting."), name);
  return FALSE;
}

gboolean
genga_target_make_folder (const char *target, GengaOptions *options, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *name = g_filename_display_name (folder);

  if (!makes_folders (options) || g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't make the output folder “%s”: %s."),
               name, g_strerror (errno));
  return FALSE;
}
