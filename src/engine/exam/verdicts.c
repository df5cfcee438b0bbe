/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/exam/verdicts.h"

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

/* Older lines go: those of other programs, versions and CPUs of a shared home folder. */
#define MAX_LINES 32
#define MAX_BYTES 8192

static const char *const words[] = {
  [GENGA_VERDICT_PASSED] = "passed",
  [GENGA_VERDICT_FAILED] = "failed",
};

struct _GengaVerdicts
{
  char *path;
  char *machine;    /* with the program */
  GPtrArray *lines; /* "KEY WORD", newest last */
};

/* Developers' builds have one version for a long time, so the file counts as well. */
static char *
dup_program (void)
{
  GStatBuf info = { 0 };

  g_stat ("/proc/self/exe", &info);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%ld", GENGA_VERSION,
                          (gint64)info.st_size, (gint64)info.st_mtim.tv_sec,
                          (long)info.st_mtim.tv_nsec);
}

static void
read_lines (GengaVerdicts *self)
{
  g_autofree char *text = NULL;
  gsize length;
  GStatBuf info;

  if (g_stat (self->path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > MAX_BYTES ||
      !g_file_get_contents (self->path, &text, &length, NULL) || strlen (text) != length)
    return;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      g_ptr_array_add (self->lines, g_strdup (*line));
}

GengaVerdicts *
genga_verdicts_load (const char *name, const char *machine)
{
  GengaVerdicts *self = g_new0 (GengaVerdicts, 1);
  g_autofree char *program = dup_program ();

  self->path = g_build_filename (g_get_user_cache_dir (), "genga", "checks", name, NULL);
  self->machine = g_strdup_printf ("%s\n%s", machine, program);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  read_lines (self);
  return self;
}

void
genga_verdicts_free (GengaVerdicts *self)
{
  g_free (self->path);
  g_free (self->machine);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

static char *
dup_line (const GengaVerdicts *self, const char *what, GengaVerdict verdict)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", self->machine, what);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strdup_printf ("%s %s", key, words[verdict]);
}

static gboolean
has_line (const GengaVerdicts *self, const char *what, GengaVerdict verdict)
{
  g_autofree char *line = dup_line (self, what, verdict);

  return g_ptr_array_find_with_equal_func (self->lines, line, g_str_equal, NULL);
}

GengaVerdict
genga_verdicts_get (const GengaVerdicts *self, const char *what)
{
  const gboolean passed = has_line (self, what, GENGA_VERDICT_PASSED);
  const gboolean failed = has_line (self, what, GENGA_VERDICT_FAILED);

  if (passed == failed)
    return GENGA_VERDICT_UNKNOWN;
  return passed ? GENGA_VERDICT_PASSED : GENGA_VERDICT_FAILED;
}

static void
drop_line (GengaVerdicts *self, const char *what, GengaVerdict verdict)
{
  g_autofree char *line = dup_line (self, what, verdict);
  guint i;

  while (g_ptr_array_find_with_equal_func (self->lines, line, g_str_equal, &i))
    g_ptr_array_remove_index (self->lines, i);
}

void
genga_verdicts_add (GengaVerdicts *self, const char *what, GengaVerdict verdict)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  drop_line (self, what, GENGA_VERDICT_PASSED);
  drop_line (self, what, GENGA_VERDICT_FAILED);
  g_ptr_array_add (self->lines, dup_line (self, what, verdict));
  if (self->lines->len > MAX_LINES)
    g_ptr_array_remove_range (self->lines, 0, self->lines->len - MAX_LINES);
  for (guint i = 0; i < self->lines->len; i++)
    g_string_append_printf (text, "%s\n", (char *)self->lines->pdata[i]);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (self->path, text->str, text->len, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &error))
    g_info ("verdicts are not kept: %s", error->message);
}
